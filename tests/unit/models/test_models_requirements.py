from __future__ import annotations

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as PackagingRequirement
from packaging.utils import canonicalize_name

from pipenv.errors import InvalidValue
from pipenv.models.requirements import Requirement, parse_requirement
from pipenv.models.specifiers import ANY

SPACES = st.sampled_from(["", "", " ", "\t"])
NAMES = st.sampled_from(["foo", "Foo.Bar", "a", "a1", "zope.interface", "x_-y", "3to2"])
EXTRAS = st.one_of(
    st.just(""),
    st.just("[]"),
    st.lists(NAMES, min_size=1, max_size=3).map(lambda names: f"[{', '.join(names)}]"),
)
SPECIFIERS = st.one_of(
    st.just(""),
    st.sampled_from(
        [">=1", "==1.0", ">= 1.0 , < 2", "(>=1,<2)", "( == 1.* )", "~=1.4.2", "!=1.0,", "(>=1.0,)",
         "===lolwat", "()", "==1.0+local", "<2.0a1", "@ https://index.example/foo-1.0.zip",
         "@https://user@index.example/foo.whl#sha256=00", "@ git+https://index.example/foo@v1"]
    ),
)  # fmt: skip
MARKERS = st.sampled_from(
    ["", "", "; os_name == 'nt'", ";python_version<'3'", " ; extra == 'A_b'",
     " ; (os_name == 'a' or os_name == 'b') and extra == 'c'"]
)  # fmt: skip


@st.composite
def requirement_texts(draw: st.DrawFn) -> str:
    parts = [draw(NAMES), draw(EXTRAS), draw(SPECIFIERS), draw(MARKERS)]
    return draw(SPACES) + draw(SPACES).join(parts) + draw(SPACES)


def packaging_requirement(text: str) -> PackagingRequirement | None:
    try:
        return PackagingRequirement(text)
    except InvalidRequirement:
        return None


def clauses(text: str) -> list[str]:
    return sorted(part.replace(" ", "") for part in text.split(",") if part)


@given(requirement_texts())
@example("foo")
@example("foo[a,b]>=1.0,<2.0; python_version >= '3.8'")
@example("foo (>=1)")
@example("foo @ https://index.example/a;b ; os_name == 'nt'")
def test_reads_what_the_standard_reads(text: str) -> None:
    expected = packaging_requirement(text)
    assume(expected is not None)
    assert expected is not None
    ours = parse_requirement(text)
    assert ours.name == expected.name
    assert ours.key == canonicalize_name(expected.name)
    assert ours.extras == tuple(sorted({canonicalize_name(extra) for extra in expected.extras}))
    assert clauses(str(ours.specifiers)) == clauses(str(expected.specifier))
    assert ours.url == expected.url
    assert (ours.marker is None) == (expected.marker is None)
    if expected.marker is not None:
        assert str(ours.marker) == str(expected.marker).replace('"', "'")


@given(st.one_of(requirement_texts(), st.text("fo[],()<>=~!1.*;@ a-'", max_size=12)))
@example("foo >=1 <2")
@example("foo 1.0")
@example("foo[a")
@example("foo[a b]")
@example("foo[a,]")
@example("foo;")
@example("foo @")
@example("foo @ https://index.example/x os_name == 'a'")
@example("foo @ https://index.example/x ;")
@example("foo >=1; ")
@example("foo (>=1")
@example("foo >=1)")
@example("foo (*)")
@example("foo *")
@example("-foo")
@example("foo-")
@example("")
@example("https://index.example/foo.zip")
@example("pytz (>dev)")
def test_refuses_what_the_standard_refuses(text: str) -> None:
    # more than the standard: a `.*` behind an ordered operator, a comma without a clause
    if packaging_requirement(text) is None and ".*" not in text and "," not in text:
        with pytest.raises(InvalidValue):
            parse_requirement(text)


@given(requirement_texts())
def test_printing_is_the_inverse_of_parsing(text: str) -> None:
    if packaging_requirement(text) is None:
        return
    ours = parse_requirement(text)
    assert parse_requirement(str(ours)) == ours
    assert packaging_requirement(str(ours)) is not None


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("foo (>=1.0,)", "foo>=1.0"),
        ("foo>=1.0,<2.0,", "foo>=1.0,<2.0"),
        ("foo (>=2.0.*)", "foo>=2.0"),
        ("foo (>=2.0) ; python_version < '3.*'", "foo>=2.0; python_version < '3.*'"),
        ("Foo[B_b, a]", "Foo[a,b-b]"),
        ("foo@https://index.example/x ; os_name=='nt'",
         "foo @ https://index.example/x ; os_name == 'nt'"),
    ],
)  # fmt: skip
def test_prints_the_plain_form(written: str, printed: str) -> None:
    assert str(parse_requirement(written)) == printed


def test_the_error_quotes_the_requirement_and_keeps_the_hint() -> None:
    with pytest.raises(InvalidValue, match=r"`foo 1\.0` is not a requirement") as caught:
        parse_requirement(" foo 1.0 ")
    assert caught.value.hints == ("write `==1.0`",)


def test_it_is_a_value() -> None:
    requirement = parse_requirement("foo")
    assert requirement == Requirement("foo")
    assert requirement.specifiers is ANY
    assert requirement._replace(name="bar").key == "bar"
