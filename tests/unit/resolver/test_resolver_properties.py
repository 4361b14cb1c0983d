"""The solver against an oracle that tries everything, on small random universes."""

from __future__ import annotations

import re
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from pipenv.errors import ResolutionImpossible
from pipenv.resolver.fixes import Means, propose_fixes
from pipenv.resolver.problem import ResolverProblem, Root
from pipenv.resolver.resolution import Resolution
from pipenv.resolver.solver import solve
from support.dictionary_provider import DictionaryProvider, Release, Universe, dependency
from support.exhaustive_solver import is_solvable, reached

NAMES = "abcde"
UNKNOWN = "z"
VERSIONS = ("1.0", "2.0", "3.0")
OPERATORS = ("==", ">=", "<", "!=")
SPECIFIERS = ("", *(operator + version for operator in OPERATORS for version in VERSIONS))
EXTRAS = ("", "", "", "[x]", "[y]", "[x,y]")
USUAL = Release()
STATES = (*(USUAL,) * 8, Release(unusable="is odd"), Release(unusable_metadata="is odd"))
"""Drawn from tables, since every draw costs."""


def table(names: str) -> st.SearchStrategy[str]:
    """Requirements on some names."""
    return st.sampled_from(
        [name + extra + text for name in names for extra in EXTRAS for text in SPECIFIERS]
    )


KNOWN_TABLES = {count: table(NAMES[:count]) for count in range(2, 6)}
ALL_TABLES = {count: table(NAMES[:count] * 4 + UNKNOWN) for count in range(2, 6)}


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Universe, tuple[str, ...]]:
    count = draw(st.integers(2, len(NAMES)))
    needs = st.lists(ALL_TABLES[count], max_size=2)
    universe: Universe = {}
    for name in NAMES[:count]:
        versions = VERSIONS[: draw(st.integers(1, len(VERSIONS)))]
        universe[name] = {
            version: draw(st.sampled_from(STATES))._replace(
                needs=tuple(draw(needs)), extras={"x": tuple(draw(needs))}
            )
            for version in versions
        }
    roots = draw(st.lists(KNOWN_TABLES[count], min_size=1, max_size=3))
    return universe, tuple(roots)


def problem(roots: tuple[str, ...], category: str = "default") -> ResolverProblem:
    listed = [
        Root(category, dependency(root), f"Pipfile line {line}")
        for line, root in enumerate(roots, start=1)
    ]
    return ResolverProblem(tuple(listed), {})


def solution(universe: Universe, roots: tuple[str, ...]) -> Resolution | ResolutionImpossible:
    try:
        return solve(problem(roots), DictionaryProvider(universe))
    except ResolutionImpossible as error:
        return error


@given(worlds())
@settings(max_examples=150, deadline=None)
def test_finds_a_solution_exactly_where_there_is_one(
    world: tuple[Universe, tuple[str, ...]],
) -> None:
    universe, roots = world
    found = solution(universe, roots)
    if isinstance(found, ResolutionImpossible):
        assert not is_solvable(universe, roots)
        return
    selection = {name: package.version for name, package in found.packages.items()}
    nodes = reached(universe, roots, selection)
    assert nodes is not None
    chosen = {(name, "") for name in found.packages}
    chosen |= {(name, extra) for name, each in found.packages.items() for extra in each.extras}
    assert nodes == chosen


@given(worlds())
@settings(max_examples=80, deadline=None)
def test_the_roots_that_an_explanation_names_are_enough_for_the_conflict(
    world: tuple[Universe, tuple[str, ...]],
) -> None:
    universe, roots = world
    found = solution(universe, roots)
    if isinstance(found, ResolutionImpossible):
        blamed = [
            root
            for line, root in enumerate(roots, start=1)
            if re.search(rf"Pipfile line {line}\b", found.details)
        ]
        sources = {fact.source for fact in found.conflict if fact.kind == "requirement"}
        assert blamed == [
            root for line, root in enumerate(roots, 1) if f"Pipfile line {line}" in sources
        ]
        assert blamed
        assert not is_solvable(universe, blamed)
        assert found.details.splitlines()[-1].startswith("ResolutionFailure: ")


@given(worlds())
@settings(max_examples=120, deadline=None)
def test_what_is_proposed_helps(world: tuple[Universe, tuple[str, ...]]) -> None:
    universe, roots = world
    found = solution(universe, roots)
    if not isinstance(found, ResolutionImpossible):
        return
    means = Means(lambda changed: solve(changed, DictionaryProvider(universe)), lambda: True)
    for fix in propose_fixes(problem(roots), found, means):
        changes = {change.source: change for change in fix.changes}
        after = []
        for line, root in enumerate(roots, start=1):
            change = changes.pop(f"Pipfile line {line}", None)
            if change is None:
                after.append(root)
            elif change.new is not None:
                extras = f"[{root.partition('[')[2].partition(']')[0]}]" if "[" in root else ""
                after.append(f"{change.name}{extras} {change.new.removeprefix('*')}")
        assert not changes
        assert len(after) < len(roots) or after != [*roots]
        assert is_solvable(universe, after)


@given(worlds(), st.sampled_from(VERSIONS[1:]))
@settings(max_examples=60, deadline=None)
def test_an_independent_root_gets_its_newest_version(
    world: tuple[Universe, tuple[str, ...]], limit: str
) -> None:
    universe, roots = world
    universe["lone"] = {version: Release() for version in VERSIONS}
    found = solution(universe, (f"lone <{limit}", *roots))
    if isinstance(found, Resolution):
        assert found.packages["lone"].version == VERSIONS[VERSIONS.index(limit) - 1]


@given(worlds())
@settings(max_examples=60, deadline=None)
def test_a_solution_taken_as_preferences_is_kept(
    world: tuple[Universe, tuple[str, ...]],
) -> None:
    universe, roots = world
    found = solution(universe, roots)
    if isinstance(found, Resolution):
        versions = {name: package.version for name, package in found.packages.items()}
        preferring = problem(roots)._replace(preferences=versions)
        again = solve(preferring, DictionaryProvider(universe))
        assert {name: each.version for name, each in again.packages.items()} == versions
        assert again.statistics.conflicts == 0


@given(worlds())
@settings(max_examples=60, deadline=None)
def test_each_question_is_asked_once(world: tuple[Universe, tuple[str, ...]]) -> None:
    universe, roots = world
    provider = DictionaryProvider(universe)
    with suppress(ResolutionImpossible):
        solve(problem(roots), provider)
    assert len(provider.asked_versions) == len(set(provider.asked_versions))
    assert len(provider.asked_dependencies) == len(set(provider.asked_dependencies))
    assert set(provider.asked_versions) <= set(provider.prefetched)
