from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from packaging.specifiers import InvalidSpecifier
from packaging.specifiers import SpecifierSet as PackagingSet
from packaging.version import Version as PackagingVersion

from pipenv.errors import InvalidValue
from pipenv.models.specifiers import ANY, parse_specifiers
from pipenv.models.versions import version_key

RELEASES = st.lists(st.integers(0, 2), min_size=1, max_size=3).map(
    lambda numbers: ".".join(map(str, numbers))
)


@st.composite
def close_versions(draw: st.DrawFn) -> str:
    """Versions from so small a space that two of them are often near each other."""
    text = draw(st.sampled_from(["", "", "", "", "1!", "v"])) + draw(RELEASES)
    text += draw(st.sampled_from(["", "", "", "a1", "b0", "rc1", "rc2", "-alpha"]))
    text += draw(st.sampled_from(["", "", "", ".post0", ".post1", "-1"]))
    text += draw(st.sampled_from(["", "", "", ".dev0", ".dev1"]))
    return text + draw(st.sampled_from(["", "", "", "+abc", "+1", "+1.a", "+abc.0"]))


@st.composite
def clauses(draw: st.DrawFn) -> str:
    operator = draw(st.sampled_from(["==", "!=", "<=", ">=", "<", ">", "~=", "==="]))
    space = draw(st.sampled_from(["", "", " "]))
    if operator in ("==", "!=") and draw(st.integers(0, 2)) == 0:
        return operator + space + draw(st.sampled_from(["", "1!"])) + draw(RELEASES) + ".*"
    return operator + space + draw(close_versions())


SETS = st.lists(clauses(), max_size=3).map(",".join)


def packaging_set(text: str) -> PackagingSet | None:
    try:
        return PackagingSet(text)
    except InvalidSpecifier:
        return None


def is_prefix_after_order(clause: str) -> bool:
    clause = clause.strip()
    return clause.startswith(("<", ">")) and clause.endswith(".*")


@given(clauses(), st.lists(close_versions(), min_size=1, max_size=12))
@example(">1.0", ["1.0", "1.0+local", "1.0.post1", "1.0.post1.dev0", "1.0.1.dev0", "1.0.1"])
@example("<1.0", ["1.0.dev0", "1.0a1", "1.0rc1", "1.0", "0.9", "0.9.post1+x"])
@example("<1.0.post1", ["1.0.post1.dev0", "1.0.post0", "1.0", "1.0+x", "1.0.post1"])
@example("<1.0rc1", ["1.0rc1.dev0", "1.0b1", "1.0rc1", "1.0rc1+x"])
@example(">1.0rc1", ["1.0rc1.post1", "1.0rc1+x", "1.0rc2.dev0", "1.0", "1.0.dev0"])
@example(">1.0.dev1", ["1.0.dev1+x", "1.0.dev2", "1.0", "1.0a1"])
@example(">1.0.post1", ["1.0.post1+x", "1.0.post2.dev0", "1.0.post2", "1.0.1"])
@example("<=1.0", ["1.0+local", "1.0.post1.dev0", "1.0"])
@example("==1.0", ["1.0+local", "1.0.0", "1", "1.0.post1", "1.0.dev1"])
@example("==1.0+abc", ["1.0", "1.0+abc", "1.0+abc.0", "1.0+1", "1+ABC"])
@example("!=1.0+abc", ["1.0", "1.0+abc", "1.0+abc.0", "1.0+1"])
@example("!=1.0", ["1.0+local", "1.0.0", "1", "1.0.post1"])
@example("==1.0.*", ["1", "1.0.dev0", "1.0a1", "1.0.5", "1.1.dev0", "1.0.5+x", "1.0.post1"])
@example("!=0.*", ["0.dev0", "0", "0.9", "1.dev0", "1"])
@example("~=1.0", ["1.0", "1.0.dev0", "1.9", "2.dev0", "2", "1.0+x", "1.0.post1"])
@example("~=1.0.0a1", ["1.0.0a1", "1.0.0.dev0", "1.0.9", "1.1.dev0", "1.1"])
@example("===1.0", ["1.0", "1.0.0", "1", "v1.0"])
@example("<0", ["0.dev0", "0a1", "0"])
@example("<0.dev0", ["0.dev0", "0.dev0+x"])
def test_one_clause_takes_what_the_standard_says(text: str, versions: list[str]) -> None:
    expected = packaging_set(text)
    if expected is None:
        with pytest.raises(InvalidValue):
            parse_specifiers(text)
        return
    ours = parse_specifiers(text)
    for version in versions:
        assert ours.contains(version_key(version), version) == expected.contains(
            version, prereleases=True
        ), (text, version)


@given(SETS, st.lists(close_versions(), max_size=25))
def test_positions_are_those_of_the_versions_contained(text: str, versions: list[str]) -> None:
    expected = packaging_set(text)
    if expected is None:
        return
    versions.sort(key=version_key)
    keys = [version_key(version) for version in versions]
    ours = parse_specifiers(text)
    mask = ours.positions(keys, versions)
    wanted = sum(
        1 << position
        for position, version in enumerate(versions)
        if expected.contains(version, prereleases=True)
    )
    assert mask == wanted
    contained = [ours.contains(key, version) for key, version in zip(keys, versions, strict=True)]
    assert mask == sum(1 << position for position, found in enumerate(contained) if found)


@given(SETS)
def test_a_set_says_when_it_names_a_prerelease(text: str) -> None:
    expected = packaging_set(text)
    if expected is not None:
        assert parse_specifiers(text).mentions_prerelease == bool(expected.prereleases)


@given(st.one_of(SETS, st.text("<>=!~.*,+ 012abdevpost", max_size=10)))
@example("==1.0a1.*")
@example("==1.0+x.*")
@example("==1. *")
@example("==1 .*")
@example(">=1.0+local")
@example("~=1")
@example("~=1.*")
@example("===")
@example("===foo bar")
@example("===foo;")
@example("==1.0.post1.*")
@example("==*")
@example(",")
@example("=>1")
@example("=1")
@example("1.0")
def test_accepts_what_the_standard_accepts(text: str) -> None:
    if packaging_set(text) is not None:
        parse_specifiers(text)
    elif text.strip() != "*" and not any(map(is_prefix_after_order, text.split(","))):
        with pytest.raises(InvalidValue):
            parse_specifiers(text)


@given(SETS)
def test_printing_is_the_inverse_of_parsing(text: str) -> None:
    if packaging_set(text) is None:
        return
    ours = parse_specifiers(text)
    again = parse_specifiers(str(ours))
    assert again == ours
    assert hash(again) == hash(ours)
    assert str(again) == str(ours)


@given(SETS, SETS, st.lists(close_versions(), max_size=8))
def test_and_takes_what_both_take(left: str, right: str, versions: list[str]) -> None:
    if packaging_set(left) is None or packaging_set(right) is None:
        return
    both = parse_specifiers(left) & parse_specifiers(right)
    for version in versions:
        key = version_key(version)
        assert both.contains(key, version) == (
            parse_specifiers(left).contains(key, version)
            and parse_specifiers(right).contains(key, version)
        )


@pytest.mark.parametrize("text", ["", "*", " ", " * "])
def test_nothing_and_a_star_are_any_version(text: str) -> None:
    assert parse_specifiers(text) == ANY
    assert str(ANY) == ""
    assert ANY.positions([version_key("1"), version_key("2")], ["1", "2"]) == 0b11
    assert ANY.positions([], []) == 0


@pytest.mark.parametrize(
    ("text", "pin"),
    [
        ("==1.0", "1.0"),
        ("== 1.0, >0", "1.0"),
        ("===lolwat", "lolwat"),
        ("==1.0+cpu", "1.0+cpu"),
        ("==1.*", None),
        (">=1.0", None),
        ("!=1.0", None),
        ("", None),
    ],
)
def test_exact_pin(text: str, pin: str | None) -> None:
    assert parse_specifiers(text).exact_pin == pin


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (">=2.0.*", ">=2.0"),
        ("<3.*", "<3"),
        ("<=3.4.*", "<3.5"),
        (">3.4.*", ">=3.5"),
        (">=2.7.*,!=3.0.*,<=1!3.9.*", ">=2.7,!=3.0.*,<1!3.10"),
    ],
)
def test_a_prefix_after_an_ordered_operator_is_read_as_meant(written: str, meant: str) -> None:
    assert str(parse_specifiers(written)) == meant


@pytest.mark.parametrize("text", [">=1.0a1.*", "~=2.2.*", ">=.*", ">=*"])
def test_a_prefix_that_means_nothing_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        parse_specifiers(text)


def test_a_comma_too_many_is_no_clause() -> None:
    assert str(parse_specifiers(">=1.0, , <2,")) == ">=1.0,<2"


def test_the_error_says_which_clause_and_what_to_write() -> None:
    with pytest.raises(InvalidValue, match=r"`1\.2` is not a version specifier") as caught:
        parse_specifiers("1.2")
    assert caught.value.hints == ("write `==1.2`",)
    with pytest.raises(InvalidValue, match=r"`2` has no operator"):
        parse_specifiers(">=1,2")


def test_clauses_keep_their_order_and_text() -> None:
    ours = parse_specifiers("< 2, >=1.0.0,!=1.5")
    assert [str(clause) for clause in ours.clauses] == ["<2", ">=1.0.0", "!=1.5"]
    assert [(clause.operator, clause.version) for clause in ours.clauses] == [
        ("<", "2"),
        (">=", "1.0.0"),
        ("!=", "1.5"),
    ]
    assert str(ours) == "<2,>=1.0.0,!=1.5"
    assert repr(ours) == "<SpecifierSet <2,>=1.0.0,!=1.5>"
    assert ours.clauses[0] != ours.clauses[1]
    assert ours.clauses[0] != "<2"
    assert ours != "<2,>=1.0.0,!=1.5"


def test_and_with_any_is_the_other() -> None:
    ours = parse_specifiers(">=1")
    assert ours & ANY is ours
    assert ANY & ours is ours
    assert str(ours & parse_specifiers("<2,>=1")) == ">=1,<2"


def test_contradicting_clauses_take_nothing() -> None:
    texts = ["1", "2", "3", "4"]
    keys = [version_key(text) for text in texts]
    assert parse_specifiers(">3,<2").positions(keys, texts) == 0
    assert parse_specifiers("==3,!=3").positions(keys, texts) == 0
    assert parse_specifiers("===3,===4").positions(keys, texts) == 0


def test_a_version_of_packaging_agrees_on_the_oracle_itself() -> None:
    assert PackagingSet(">1.0").contains(PackagingVersion("1.0.post1"), prereleases=True) is False
