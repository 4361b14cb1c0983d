"""Random small universes with markers: in each environment the lock must be a solution, no more.

The oracle walks one environment at a time and evaluates every marker there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from pipenv.errors import ResolutionError
from pipenv.models.versions import version_key
from pipenv.operations.lock_targets import lock_targets
from pipenv.resolver.portability import resolve
from pipenv.resolver.problem import ResolverProblem, Root
from support.dictionary_provider import DictionaryProvider, Release, dependency
from support.targets import linux_target, windows_target

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipenv.models.targets import Target
    from pipenv.resolver.resolution import PortableResolution
    from support.dictionary_provider import Universe

NAMES = ("a", "b", "c", "d")
VERSIONS = ("1.0", "2.0", "3.0")
MARKERS = (
    "",
    "",
    "sys_platform == 'win32'",
    "sys_platform != 'win32'",
    "platform_machine == 'x86_64'",
    "python_version < '3.11'",
    "python_full_version < '3.11.3' and os_name == 'posix'",
    "platform_python_implementation == 'PyPy' or sys_platform == 'darwin'",
)
SPECIFIERS = ("", ">=2", "<2", "<3", "==2.0")


def requirements() -> st.SearchStrategy[str]:
    parts = st.tuples(st.sampled_from(NAMES), st.sampled_from(SPECIFIERS), st.sampled_from(MARKERS))
    return parts.map(lambda each: f"{each[0]} {each[1]}{f' when {each[2]}' if each[2] else ''}")


@st.composite
def universes(draw: st.DrawFn) -> Universe:
    return {
        name: {
            version: Release(needs=tuple(draw(st.lists(requirements(), max_size=2))))
            for version in draw(st.lists(st.sampled_from(VERSIONS), min_size=1, unique=True))
        }
        for name in NAMES
    }


def solved(
    universe: Universe, roots: Sequence[str], python: str, here: Target
) -> PortableResolution | None:
    aim = lock_targets({"python_version": python}, None, here)
    problem = ResolverProblem(tuple(Root("default", dependency(text), text) for text in roots), {})
    try:
        return resolve(problem, DictionaryProvider(universe, aim.targets))
    except ResolutionError:
        return None


def oracle(
    universe: Universe, roots: Sequence[str], chosen: Mapping[str, str], here: Mapping[str, str]
) -> set[str] | None:
    """The names that an environment needs, or None if the versions do not meet all needs there."""
    todo, needed = list(roots), set()
    while todo:
        wanted = dependency(todo.pop())
        if wanted.marker is not None and not wanted.marker.evaluate(here):
            continue
        version = chosen.get(wanted.name)
        if version is None or not wanted.specifiers.contains(version_key(version), version):
            return None
        if wanted.name not in needed:
            needed.add(wanted.name)
            todo.extend(universe[wanted.name][version].needs)
    return needed


@given(
    universes(),
    st.lists(requirements(), min_size=1, max_size=3),
    st.sampled_from(["3.11", ">=3.10,<3.13"]),
)
@settings(max_examples=400, deadline=None)
def test_every_environment_gets_a_solution_and_nothing_else(
    universe: Universe, roots: list[str], python: str
) -> None:
    found = solved(universe, roots, python, linux_target())
    if found is None or found.compromises:
        return
    chosen = {name: package.version for name, package in found.shared.packages.items()}
    reached = found.reached.get("default", {})
    for bits, environment in found.space.environments():
        here = {name for name, each in reached.items() if each.mask & bits}
        assert oracle(universe, roots, chosen, environment) == here


@given(universes(), st.lists(requirements(), min_size=1, max_size=3))
@settings(max_examples=300, deadline=None)
def test_who_locks_makes_no_difference_unless_it_has_to(
    universe: Universe, roots: list[str]
) -> None:
    linux = solved(universe, roots, "3.11", linux_target())
    windows = solved(universe, roots, "3.11", windows_target())
    if linux is None or windows is None or linux.compromises or windows.compromises:
        return
    assert written(linux) == written(windows)


def written(found: PortableResolution) -> list[str]:
    return [
        f"{name} {found.shared.packages[name].version} {found.space.marker(each.mask, each.hints)}"
        for name, each in sorted(found.reached.get("default", {}).items())
    ]


@given(universes(), st.lists(requirements(), min_size=1, max_size=3))
@settings(max_examples=300, deadline=None)
def test_the_environment_that_locks_is_served_whenever_it_can_be(
    universe: Universe, roots: list[str]
) -> None:
    here = linux_target().environment
    applying = [
        text
        for text in roots
        if (marker := dependency(text).marker) is None or marker.evaluate(here)
    ]
    found = solved(universe, roots, "3.11", linux_target())
    if found is None:
        assert not _is_solvable(universe, applying, here)
        return
    chosen = {name: package.version for name, package in found.shared.packages.items()}
    assert oracle(universe, applying, chosen, here) is not None


def _is_solvable(universe: Universe, roots: Sequence[str], here: Mapping[str, str]) -> bool:
    selections: list[dict[str, str]] = [{}]
    for name, releases in universe.items():
        selections += [
            {**selection, name: version} for selection in selections for version in releases
        ]
    return any(oracle(universe, roots, each, here) is not None for each in selections)
