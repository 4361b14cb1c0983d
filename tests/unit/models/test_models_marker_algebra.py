"""Sets of environments: masks against plain evaluation, and the way back from masks to markers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipenv.models.marker_algebra import is_possible, space_of
from pipenv.models.markers import conjunction, disjunction, parse_marker
from pipenv.models.specifiers import parse_specifiers
from pipenv.models.targets import LINUX, PLATFORMS, WINDOWS, TargetSet, only
from support.targets import linux_target

ATOMS = [
    "sys_platform == 'win32'",
    "sys_platform != 'darwin'",
    "sys_platform == 'cygwin'",
    "platform_system == 'Windows'",
    "os_name == 'nt'",
    "os_name != 'posix'",
    "platform_machine == 'x86_64'",
    "platform_machine != 'ppc64le'",
    "platform_machine in 'x86_64 AMD64'",
    "python_version < '3.11'",
    "python_version >= '3.10'",
    "python_version == '3.12'",
    "python_version in '3.10, 3.12'",
    "python_full_version < '3.11.3'",
    "python_full_version >= '3.12.0'",
    "python_full_version != '3.11.2'",
    "'3.11' <= python_version",
    "platform_python_implementation != 'PyPy'",
    "implementation_name == 'cpython'",
    "platform_release >= '20'",
    "platform_version == 'odd'",
    "implementation_version < '3.11.1'",
]


def targets(*minors: str, platforms: tuple[object, ...] = PLATFORMS) -> TargetSet:
    pythons = parse_specifiers(f">={minors[0]},<{minors[-1]}.100")
    return TargetSet(linux_target(), platforms, pythons, minors)  # type: ignore[arg-type]


def texts() -> st.SearchStrategy[str]:
    leaf = st.sampled_from(ATOMS)
    return st.recursive(
        leaf,
        lambda inner: st.tuples(inner, st.sampled_from([" and ", " or "]), inner).map(
            lambda parts: f"({parts[0]}){parts[1]}({parts[2]})"
        ),
        max_leaves=5,
    )


@given(
    st.lists(texts(), min_size=1, max_size=4),
    st.sampled_from([("3.11",), ("3.9", "3.10", "3.11", "3.12")]),
)
@settings(max_examples=300, deadline=None)
def test_masks_are_what_evaluation_says(written: list[str], minors: tuple[str, ...]) -> None:
    markers = [parse_marker(text) for text in written]
    space = space_of(targets(*minors), markers)
    for marker in markers:
        if marker.variables & {"platform_release", "platform_version", "implementation_version"}:
            continue  # either way
        held = 0
        for bits, environment in space.environments():
            if marker.evaluate(environment):
                held |= bits
        assert space.mask(marker) == held


@given(
    st.lists(texts(), min_size=1, max_size=3),
    st.sampled_from([("3.11",), ("3.9", "3.10", "3.11", "3.12")]),
)
@settings(max_examples=300, deadline=None)
def test_a_marker_says_its_mask_exactly(written: list[str], minors: tuple[str, ...]) -> None:
    markers = [parse_marker(text) for text in written]
    space = space_of(targets(*minors), markers)
    for joined in (disjunction(markers), conjunction(markers)):
        mask = space.mask(joined)
        if not mask:
            continue
        made = space.marker(mask, markers)
        assert space.mask(made) == mask
        assert (made is None) == (mask == space.everything)
        if made is not None:
            assert str(parse_marker(str(made))) == str(made)


@given(texts(), texts(), texts())
@settings(max_examples=150, deadline=None)
def test_masks_obey_the_laws_of_sets(a: str, b: str, c: str) -> None:
    markers = [parse_marker(text) for text in (a, b, c)]
    space = space_of(targets("3.10", "3.11"), markers)
    left, right, third = (space.mask(marker) for marker in markers)
    joined = conjunction([disjunction([markers[0], markers[1]]), markers[2]])
    assert space.mask(joined) == (left | right) & third


@pytest.mark.parametrize(
    ("written", "minors", "expected"),
    [
        (["sys_platform == 'win32'"], ["3.11"], "sys_platform == 'win32'"),
        (
            ["sys_platform == 'win32' and python_version >= '3.8'"],
            ["3.11"],
            "sys_platform == 'win32'",
        ),
        (["python_version >= '3.8'"], ["3.11"], None),
        (["python_version < '3.11'"], ["3.10", "3.11"], "python_version < '3.11'"),
        (["python_full_version < '3.11.3'"], ["3.11"], "python_full_version < '3.11.3'"),
        (["sys_platform == 'win32'", "sys_platform != 'win32'"], ["3.11"], None),
        (
            ["sys_platform == 'win32'", "sys_platform == 'darwin'"],
            ["3.11"],
            "sys_platform != 'linux'",
        ),
        (
            ["sys_platform == 'win32' or sys_platform == 'emscripten'"],
            ["3.11"],
            "sys_platform == 'win32'",
        ),
        (["platform_system == 'Windows'"], ["3.11"], "platform_system == 'Windows'"),
        (
            ["sys_platform == 'linux' and platform_machine == 'x86_64'"],
            ["3.11"],
            "sys_platform == 'linux' and platform_machine == 'x86_64'",
        ),
        (
            [
                (
                    "platform_machine == 'aarch64' or (platform_machine == 'x86_64' or "
                    "(platform_machine == 'AMD64' or platform_machine == 'WIN32'))"
                )
            ],
            ["3.11"],
            (
                "platform_machine == 'AMD64' or platform_machine == 'aarch64'"
                " or platform_machine == 'x86_64'"
            ),
        ),
        (
            ["platform_python_implementation != 'PyPy'"],
            ["3.11"],
            "platform_python_implementation != 'PyPy'",
        ),
        (["platform_release >= '20'"], ["3.11"], "platform_release >= '20'"),
    ],
)
def test_the_shortest_marker(written: list[str], minors: list[str], expected: str | None) -> None:
    markers = [parse_marker(text) for text in written]
    space = space_of(targets(*minors), markers)
    mask = 0
    for marker in markers:
        mask |= space.mask(marker)
    made = space.marker(mask, markers)
    assert (None if made is None else str(made)) == expected


def test_platforms_can_be_narrowed() -> None:
    marker = parse_marker("sys_platform == 'win32'")
    assert not is_possible(targets("3.11", platforms=(LINUX,)), marker)
    assert is_possible(targets("3.11", platforms=(LINUX, WINDOWS)), marker)


def test_a_single_environment_is_taken_as_it_is() -> None:
    single = only(linux_target(), parse_specifiers(""))
    assert is_possible(single, parse_marker("platform_release >= '6'"))
    assert not is_possible(single, parse_marker("sys_platform == 'win32'"))
    space = space_of(single, [])
    assert space.everything == 1


def test_extras_are_given() -> None:
    marker = parse_marker("extra == 'x' and sys_platform == 'win32'")
    assert is_possible(targets("3.11"), marker, ("x",))
    assert not is_possible(targets("3.11"), marker)


def test_a_range_of_pythons_ends_where_it_says() -> None:
    spec = parse_specifiers(">=3.10.2,<3.12")
    some = TargetSet(linux_target(), PLATFORMS, spec, ("3.10", "3.11"))
    assert not is_possible(some, parse_marker("python_full_version < '3.10.2'"))
    assert is_possible(some, parse_marker("python_full_version < '3.10.3'"))
