"""Several versions of one package: for every environment exactly one of each that it needs."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipenv.errors import ResolutionError
from pipenv.models.specifiers import parse_specifiers
from pipenv.models.targets import PLATFORMS, TargetSet
from pipenv.models.versions import version_key
from pipenv.resolver.portability import applying, parts, resolve
from pipenv.resolver.problem import ResolverProblem, Root
from pipenv.resolver.solver import solve
from pipenv.resolver.splitting import split
from support.dictionary_provider import (
    DictionaryProvider,
    Release,
    Universe,
    dependency,
    parse_universe,
)
from support.targets import linux_target

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipenv.resolver.resolution import SplitResolution

MINORS = ("3.10", "3.11", "3.12")
TARGETS = TargetSet(linux_target(), PLATFORMS, parse_specifiers(">=3.10,<3.13"), MINORS)
NAMES = "abcd"
VERSIONS = ("1.0", "2.0")
SPECIFIERS = ("", "", "<2", ">=2", "==1.0")
MARKERS = (
    *("", "", " when sys_platform == 'win32'", " when sys_platform != 'win32'"),
    *(" when python_version < '3.11'", " when python_version >= '3.11'"),
    " when sys_platform == 'darwin' and python_version == '3.12'",
)
NEEDS = [name + text + marker for name in NAMES for text in SPECIFIERS for marker in MARKERS]
CATEGORIES = ("default", "default", "develop", "cpu", "gpu")
CONFLICTS = (frozenset({"cpu", "gpu"}),)


def problem(*roots: tuple[str, str]) -> ResolverProblem:
    return ResolverProblem(
        tuple(Root(category, dependency(text), "Pipfile") for category, text in roots),
        {},
        conflicts=CONFLICTS,
    )


def split_of(universe: Universe, wanted: ResolverProblem) -> SplitResolution:
    provider = DictionaryProvider(universe, TARGETS)
    found = resolve(wanted, provider)
    return split(wanted, provider, found, told_apart=TARGETS, dead_ends={})


def chosen(found: SplitResolution, bits: int, category: str) -> dict[str, str]:
    """Name → version where `bits` are."""
    versions: dict[str, str] = {}
    for choice in found.choices:
        reached = choice.needed.get(category)
        if reached is not None and reached.mask & bits:
            assert choice.package.name not in versions
            versions[choice.package.name] = choice.package.version
    return versions


def written(found: SplitResolution) -> list[str]:
    lines = []
    for choice in found.choices:
        for category, reached in choice.needed.items():
            marker = found.space.marker(reached.mask, reached.hints)
            place = "everywhere" if marker is None else f"where {marker}"
            lines.append(f"{category}: {choice.package.name} {choice.package.version} {place}")
    return lines


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Universe, ResolverProblem]:
    needs = st.lists(st.sampled_from(NEEDS), max_size=2)
    universe = {
        name: {
            version: Release(needs=tuple(draw(needs)))
            for version in VERSIONS[: draw(st.integers(1, 2))]
        }
        for name in NAMES
    }
    roots = draw(
        st.lists(
            st.tuples(st.sampled_from(CATEGORIES), st.sampled_from(NEEDS)), min_size=1, max_size=3
        )
    )
    return universe, problem(*roots)


@given(worlds())
@settings(max_examples=120, deadline=None)
def test_every_environment_has_one_version_of_all_that_it_needs(
    world: tuple[Universe, ResolverProblem],
) -> None:
    universe, wanted = world
    with suppress(ResolutionError):
        found = split_of(universe, wanted)
        solvable = solvable_parts(universe, wanted)
        for bits, environment in found.space.environments():
            place = (environment["sys_platform"], environment["python_version"])
            for asked in (("default", "develop", "cpu"), ("default", "develop", "gpu")):
                merged: dict[str, str] = {}
                for category in asked:
                    for name, version in chosen(found, bits, category).items():
                        assert merged.setdefault(name, version) == version
            for category in {root.category for root in wanted.roots}:
                versions = chosen(found, bits, category)
                if place in solvable:
                    needed = walk(universe, wanted, category, environment, versions)
                    assert needed == set(versions)


def walk(
    universe: Universe,
    wanted: ResolverProblem,
    category: str,
    environment: Mapping[str, str],
    versions: Mapping[str, str],
) -> set[str]:
    """The names that an environment needs, all requirements being met."""
    todo = [root.dependency for root in wanted.roots if root.category == category]
    seen: set[str] = set()
    while todo:
        need = todo.pop()
        if need.marker is not None and not need.marker.evaluate(environment):
            continue
        version = versions[need.name]
        assert need.specifiers.contains(version_key(version), version)
        if need.name not in seen:
            seen.add(need.name)
            todo += map(dependency, universe[need.name][version].needs)
    return seen


def solvable_parts(universe: Universe, wanted: ResolverProblem) -> set[tuple[str, str]]:
    found = set()
    for part in parts(TARGETS):
        with suppress(ResolutionError):
            solve(applying(wanted, part), DictionaryProvider(universe, part))
            found.add((part.platforms[0].sys_platform, part.minors[0]))
    return found


def test_nothing_is_split_where_one_version_does() -> None:
    universe = parse_universe("a 1.0 2.0\nb 1.0\n  needs a <2 when sys_platform == 'win32'")
    found = split_of(universe, problem(("default", "a"), ("develop", "b")))
    assert written(found) == [
        "default: a 1.0 everywhere",
        "develop: a 1.0 where sys_platform == 'win32'",
        "develop: b 1.0 everywhere",
    ]


def test_environments_differ_in_what_they_must_and_in_nothing_else() -> None:
    universe = parse_universe(
        "a 1.0 1.5 2.0\nb 1.0\n  needs a <2 when sys_platform == 'win32' ; "
        "a >=2 when sys_platform == 'linux' ; a ; c\nc 1.0\nc 2.0 (only for: windows)"
    )
    found = split_of(universe, problem(("default", "b")))
    assert written(found) == [
        "default: a 1.5 where sys_platform == 'win32'",
        "default: a 2.0 where sys_platform != 'win32'",
        "default: b 1.0 everywhere",
        "default: c 1.0 everywhere",
    ]


@pytest.mark.parametrize("name", ["x", "unknown"])
def test_what_an_environment_cannot_have_leaves_the_others_alone(name: str) -> None:
    """On Windows nothing fits, or needs what no index knows: it has what the lock has."""
    universe = parse_universe(
        "a 1.0 2.0\nx 1.0\nb 1.0\n  needs a <2 when sys_platform == 'darwin' ; "
        f"a >=2 when sys_platform != 'darwin' ; {name} >3 when sys_platform == 'win32'"
    )
    found = split_of(universe, problem(("default", "b")))
    assert written(found)[:3] == [
        "default: a 1.0 where sys_platform == 'darwin'",
        "default: a 2.0 where sys_platform != 'darwin'",
        "default: b 1.0 everywhere",
    ]
