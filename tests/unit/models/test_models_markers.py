from __future__ import annotations

import marshal
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from packaging.markers import InvalidMarker, UndefinedComparison
from packaging.markers import Marker as PackagingMarker

from pipenv.errors import InvalidValue
from pipenv.models.markers import Marker, conjunction, disjunction, parse_marker

if TYPE_CHECKING:
    from collections.abc import Mapping

LINUX: Mapping[str, str] = {
    "implementation_name": "cpython",
    "implementation_version": "3.11.7",
    "os_name": "posix",
    "platform_machine": "x86_64",
    "platform_python_implementation": "CPython",
    "platform_release": "6.1.0-13-amd64",
    "platform_system": "Linux",
    "platform_version": "#1 SMP Debian 6.1.55-1",
    "python_full_version": "3.11.7",
    "python_version": "3.11",
    "sys_platform": "linux",
}
PRERELEASE = {
    **LINUX,
    "python_version": "3.14",
    "python_full_version": "3.14.0rc2",
    "implementation_version": "3.14.0rc2",
    "platform_release": "23.1.0",
}
UNTAGGED = {**LINUX, "python_full_version": "3.13.0+", "python_version": "3.13"}
PYPY = {
    **LINUX,
    "implementation_name": "pypy",
    "implementation_version": "7.3.13",
    "python_version": "3.9",
    "python_full_version": "3.9.18",
    "sys_platform": "win32",
    "os_name": "nt",
    "platform_release": "10",
    "platform_version": "10.0.19041",
}
ENVIRONMENTS = st.sampled_from([LINUX, PRERELEASE, UNTAGGED, PYPY])

VARIABLES = st.sampled_from([*LINUX, "extra", "os.name", "python_implementation", "sys.platform"])
VERSIONS = st.sampled_from(
    ["2", "3", "3.9", "3.11", "3.11.7", "3.14", "3.14.0rc2", "3.13.0+local", "3.*", "3.11.*",
     "10", "7.3.13", "3.10", "3.8.0", " 3.9 ", "3.14.0", "3.14.0.dev0", "1!3"]
)  # fmt: skip
WORDS = st.sampled_from(
    ["posix", "nt", "linux", "win32", "Linux", "cpython", "CPython", "x86_64", "x86_64 arm64", "",
     "2.7, 3.0", "3.9 3.11", "Foo_Bar", "foo-bar", "test", "lolwat", "it's"]
)  # fmt: skip
LITERALS = st.one_of(VERSIONS, WORDS)
OPERATORS = st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "~=", "===", "in", "not in"])


def quoted(text: str) -> str:
    return f'"{text}"' if "'" in text else f"'{text}'"


@st.composite
def comparisons(draw: st.DrawFn) -> str:
    variable, operator, literal = draw(VARIABLES), draw(OPERATORS), quoted(draw(LITERALS))
    space = " " if operator[-1].isalpha() else draw(st.sampled_from(["", " ", "  "]))
    sides = [variable, literal] if draw(st.integers(0, 3)) else [literal, variable]
    return f"{sides[0]}{space}{operator}{space}{sides[1]}"


EXPRESSIONS = st.recursive(
    comparisons(),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(" and ".join),
        st.lists(inner, min_size=2, max_size=3).map(" or ".join),
        inner.map("({})".format),
        inner.map("( {} )".format),
    ),
    max_leaves=6,
)


def packaging_answer(text: str, environment: Mapping[str, str], extra: str) -> bool | None:
    try:
        return PackagingMarker(text).evaluate({**environment, "extra": extra})
    except UndefinedComparison:
        return None


@given(EXPRESSIONS, ENVIRONMENTS, st.sampled_from(["", "test", "foo-bar"]))
@example("python_version < '3.14'", PRERELEASE, "")
@example("python_full_version < '3.14.0'", PRERELEASE, "")
@example("python_full_version >= '3.13'", UNTAGGED, "")
@example("'3.8' <= python_version", LINUX, "")
@example("python_version in '3.9 3.11'", LINUX, "")
@example("python_version not in '2.7, 3.0'", LINUX, "")
@example("platform_release >= '6'", LINUX, "")
@example("platform_release != '6'", LINUX, "")
@example("python_version ~= '3.9'", LINUX, "")
@example("python_version === '3.11'", LINUX, "")
@example("python_version >= '3.8.*'", LINUX, "")
@example("extra == 'Foo_Bar'", LINUX, "foo-bar")
@example("os_name == 'a' and os_name == 'b' or os_name == 'posix'", LINUX, "")
def test_holds_where_the_standard_says(
    text: str, environment: Mapping[str, str], extra: str
) -> None:
    expected = packaging_answer(text, environment, extra)
    assume(expected is not None)
    marker = parse_marker(text)
    assert marker.evaluate(environment, [extra] if extra else []) == expected


@given(EXPRESSIONS)
def test_printing_is_the_inverse_of_parsing(text: str) -> None:
    printed = str(parse_marker(text))
    PackagingMarker(printed)
    # a comparison and its mirror image print alike, and are one when read again
    again = parse_marker(printed)
    assert parse_marker(str(again)) == again
    assert again.variables == parse_marker(text).variables


@given(EXPRESSIONS, ENVIRONMENTS)
def test_printing_keeps_the_meaning(text: str, environment: Mapping[str, str]) -> None:
    if environment is PRERELEASE or environment is UNTAGGED:
        return  # where `'3.14' > python_full_version` and its mirror image differ by the standard
    marker = parse_marker(text)
    for extras in ((), ("test",), ("test", "foo-bar")):
        assert parse_marker(str(marker)).evaluate(environment, extras) == marker.evaluate(
            environment, extras
        )


@given(EXPRESSIONS)
def test_trees_go_through_marshal(text: str) -> None:
    marker = parse_marker(text)
    again = Marker.from_tree(marshal.loads(marshal.dumps(marker.tree)))
    assert again == marker
    assert hash(again) == hash(marker)
    assert str(again) == str(marker)


@given(st.lists(EXPRESSIONS, max_size=4), ENVIRONMENTS)
def test_joining(texts: list[str], environment: Mapping[str, str]) -> None:
    markers = [parse_marker(text) for text in texts]
    answers = [marker.evaluate(environment) for marker in markers]
    both, either = conjunction(markers), disjunction(markers)
    if not markers:
        assert both is None
        assert either is None
        return
    assert both is not None
    assert either is not None
    assert both.evaluate(environment) == all(answers)
    assert either.evaluate(environment) == any(answers)
    assert parse_marker(str(both)).tree == parse_marker(str(parse_marker(str(both)))).tree


@given(st.one_of(EXPRESSIONS, st.text("()'\" =<>!~andornotipysvex3._", max_size=20)))
@example("os_name")
@example("os_name == ")
@example("os_name == 'a' and")
@example("os_name == 'a' os_name == 'b'")
@example("(os_name == 'a'")
@example("os_name == 'a')")
@example("os_name == 'a")
@example("os_name not 'a'")
@example("os_name notin 'a'")
@example("os_name == 'a' andos_name == 'b'")
@example("os_name == 'a'and os_name == 'b'")
@example("lolwat == 'a'")
@example("")
@example("os_name in'a'")
def test_accepts_what_the_standard_accepts(text: str) -> None:
    try:
        PackagingMarker(text)
    except InvalidMarker:
        with pytest.raises(InvalidValue):
            parse_marker(text)
    else:
        parse_marker(text)


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ('python_version>="3.8" and python_version<"4"',
         "python_version >= '3.8' and python_version < '4'"),
        ("'3.8' <= python_version", "python_version >= '3.8'"),
        ("'linux' == sys.platform", "sys_platform == 'linux'"),
        ("'linux' in sys_platform", "'linux' in sys_platform"),
        ("'3.*' == python_version", "'3.*' == python_version"),
        ("(os_name == 'nt')", "os_name == 'nt'"),
        ("(os.name == 'a' or os.name == 'b') and extra == 'X_y'",
         "(os_name == 'a' or os_name == 'b') and extra == 'x-y'"),
        ("(os_name == 'a' and os_name == 'b') or os_name == 'c'",
         "os_name == 'a' and os_name == 'b' or os_name == 'c'"),
        ("os_name == 'a' and (os_name == 'b' and os_name == 'c')",
         "os_name == 'a' and os_name == 'b' and os_name == 'c'"),
        ("os_name == 'a' and os_name == 'a'", "os_name == 'a'"),
        ("python_implementation == 'CPython'", "platform_python_implementation == 'CPython'"),
        ('os_name == "it\'s"', 'os_name == "it\'s"'),
        ("python_version not  in '3.0, 3.1'", "python_version not in '3.0, 3.1'"),
    ],
)  # fmt: skip
def test_prints_as_lockfiles_do(written: str, printed: str) -> None:
    assert str(parse_marker(written)) == printed


def test_several_extras_at_once() -> None:
    marker = parse_marker("extra == 'one'")
    assert marker.evaluate(LINUX, ("two", "one"))
    assert not marker.evaluate(LINUX, ("two",))
    assert not marker.evaluate(LINUX)
    assert not parse_marker("extra != 'one'").evaluate(LINUX, ("two", "one"))
    assert parse_marker("extra != 'one'").evaluate(LINUX)


def test_a_version_like_extra_is_compared_as_text() -> None:
    assert not parse_marker("extra == '1.0'").evaluate(LINUX, ("1",))


def test_extras_and_groups_of_the_lock_standard() -> None:
    environment = {**LINUX, "dependency_groups": "dev, Docs"}
    assert parse_marker("'docs' in dependency_groups").evaluate(environment)
    assert parse_marker("'test' not in dependency_groups").evaluate(environment)
    assert not parse_marker("'dev' in dependency_groups").evaluate(LINUX)
    assert parse_marker("'A_b' in extras").evaluate(LINUX, ("a-b",))
    assert parse_marker("'A_b' in extras").mentions_extra


def test_comparisons_that_the_standard_leaves_undefined() -> None:
    assert not parse_marker("sys_platform ~= 'linux'").evaluate(LINUX)
    assert parse_marker("sys_platform === 'linux'").evaluate(LINUX)
    assert parse_marker("'a' == 'a'").evaluate(LINUX)
    assert not parse_marker("os_name == sys_platform").evaluate(LINUX)


def test_what_it_looks_at() -> None:
    marker = parse_marker("python_version > '3' and (os_name == 'a' or extra == 'b')")
    assert marker.variables == {"python_version", "os_name", "extra"}
    assert marker.mentions_extra
    assert not parse_marker("os_name == 'extra'").mentions_extra


def test_joining_drops_repetition_and_none() -> None:
    first, second = parse_marker("os_name == 'a'"), parse_marker("os_name == 'b'")
    assert str(conjunction([first, None, second, first])) == "os_name == 'a' and os_name == 'b'"
    assert str(disjunction([first, second])) == "os_name == 'a' or os_name == 'b'"
    assert conjunction([None]) is None
    assert disjunction([first, None]) is None
    assert conjunction([first]) == first
    either = disjunction([first, second])
    assert str(conjunction([either, first])) == (
        "(os_name == 'a' or os_name == 'b') and os_name == 'a'"
    )


def test_markers_are_values() -> None:
    assert parse_marker("os_name=='a'") == parse_marker('os_name == "a"')
    assert parse_marker("os_name=='a'") != "os_name == 'a'"
    assert repr(parse_marker("os_name=='a'")) == "<Marker os_name == 'a'>"


def test_nesting_without_end_is_refused() -> None:
    with pytest.raises(InvalidValue, match="nested too deeply"):
        parse_marker("(" * 5000 + "os_name == 'a'" + ")" * 5000)


def test_the_error_says_where() -> None:
    with pytest.raises(InvalidValue, match="expected a variable or a quoted text, found `lolwat"):
        parse_marker("os_name == 'a' and lolwat == 'b'")
    with pytest.raises(InvalidValue, match="found the end"):
        parse_marker("os_name ==")
