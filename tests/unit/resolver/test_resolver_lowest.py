"""The oldest versions that fit, on small random universes."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from pipenv.errors import ResolutionImpossible
from pipenv.models.names import ALL_NAMES
from pipenv.resolver.problem import ResolverProblem, Root
from pipenv.resolver.solver import solve
from support.dictionary_provider import DictionaryProvider, Release, Universe, dependency
from support.exhaustive_solver import is_solvable, reached

NAMES = "abcd"
VERSIONS = ("1.0", "2.0", "3.0")
OPERATORS = ("==", ">=", ">", "<=", "<", "!=")
MIRRORED = {"==": "==", "!=": "!=", ">=": "<=", "<=": ">=", ">": "<", "<": ">"}
SPECIFIERS = ("", *(operator + version for operator in OPERATORS for version in VERSIONS))
REQUIREMENTS = [(name, text) for name in NAMES for text in SPECIFIERS]

Needs = list[tuple[str, str]]
World = tuple[dict[str, list[Needs]], Needs]
"""For each name, what its versions need, ascending; and the roots."""


@st.composite
def worlds(draw: st.DrawFn) -> World:
    needs = st.lists(st.sampled_from(REQUIREMENTS), max_size=2)
    packages = {name: [draw(needs) for _ in VERSIONS] for name in NAMES}
    return packages, draw(st.lists(st.sampled_from(REQUIREMENTS), min_size=1, max_size=3))


def mirrored_version(version: str) -> str:
    return VERSIONS[-1 - VERSIONS.index(version)]


def mirrored(requirement: tuple[str, str]) -> tuple[str, str]:
    name, text = requirement
    operator = text.rstrip("0123456789.")
    version = text.removeprefix(operator)
    return (name, MIRRORED[operator] + mirrored_version(version)) if text else requirement


def universe_of(world: World, *, mirror: bool = False) -> tuple[Universe, list[str]]:
    """The world, or the one in which newer is older."""
    packages, roots = world
    universe: Universe = {}
    for name, by_version in packages.items():
        ordered = by_version[::-1] if mirror else by_version
        universe[name] = {
            version: Release(tuple(written(each, mirror=mirror) for each in needs))
            for version, needs in zip(VERSIONS, ordered, strict=True)
        }
    return universe, [written(each, mirror=mirror) for each in roots]


def written(requirement: tuple[str, str], *, mirror: bool) -> str:
    name, text = mirrored(requirement) if mirror else requirement
    return f"{name} {text}"


def solution(universe: Universe, roots: list[str], *, lowest: bool) -> dict[str, str] | None:
    listed = tuple(Root("default", dependency(root), "Pipfile") for root in roots)
    problem = ResolverProblem(listed, {}, lowest=ALL_NAMES if lowest else frozenset())
    try:
        found = solve(problem, DictionaryProvider(universe))
    except ResolutionImpossible:
        return None
    return {name: each.version for name, each in found.packages.items()}


@given(worlds())
@settings(max_examples=150, deadline=None)
def test_lowest_is_found_exactly_where_there_is_a_solution(world: World) -> None:
    universe, roots = universe_of(world)
    found = solution(universe, roots, lowest=True)
    assert (found is not None) == is_solvable(universe, roots)
    if found is not None:
        nodes = reached(universe, roots, found)
        assert nodes is not None
        assert {name for name, _ in nodes} == set(found)


@given(worlds())
@settings(max_examples=150, deadline=None)
def test_lowest_is_highest_in_the_mirror(world: World) -> None:
    found = solution(*universe_of(world), lowest=True)
    other = solution(*universe_of(world, mirror=True), lowest=False)
    if other is not None:
        other = {name: mirrored_version(version) for name, version in other.items()}
    assert found == other


@given(worlds(), st.sampled_from(VERSIONS))
@settings(max_examples=60, deadline=None)
def test_an_independent_root_gets_its_oldest_version(world: World, bound: str) -> None:
    universe, roots = universe_of(world)
    universe["lone"] = {version: Release() for version in VERSIONS}
    found = solution(universe, [f"lone >={bound}", *roots], lowest=True)
    if found is not None:
        assert found["lone"] == bound
