from __future__ import annotations

import marshal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from packaging.version import InvalidVersion
from packaging.version import Version as PackagingVersion

from pipenv.errors import InvalidValue
from pipenv.models.versions import is_prerelease_key, parse_version, trimmed, version_key

NUMBERS = st.one_of(
    st.integers(0, 3).map(str),
    st.integers(0, 99999).map(str),
    st.sampled_from(["00", "01", "007", "20240131", str(10**25)]),
)
PRE_LABELS = st.sampled_from(
    ["a", "b", "c", "rc", "alpha", "beta", "pre", "preview", "A", "RC", "Alpha"]
)
SEPARATORS = st.sampled_from(["", ".", "-", "_"])


@st.composite
def version_texts(draw: st.DrawFn) -> str:
    """Every spelling that the grammar allows."""
    text = draw(st.sampled_from(["", "", "", "v", "V", " ", "\tv"]))
    if draw(st.integers(0, 5)) == 0:
        text += draw(NUMBERS) + "!"
    text += ".".join(draw(st.lists(NUMBERS, min_size=1, max_size=4)))
    if draw(st.booleans()):
        label = draw(
            st.sampled_from(
                ["a", "b", "c", "rc", "alpha", "beta", "pre", "preview", "A", "RC", "Alpha"]
            )
        )
        text += draw(SEPARATORS) + label + draw(SEPARATORS) + draw(st.one_of(st.just(""), NUMBERS))
    if draw(st.integers(0, 2)) == 0:
        if draw(st.booleans()):
            text += "-" + draw(NUMBERS)
        else:
            label = draw(st.sampled_from(["post", "rev", "r", "POST"]))
            text += draw(SEPARATORS) + label + draw(SEPARATORS)
            text += draw(st.one_of(st.just(""), NUMBERS))
    if draw(st.integers(0, 2)) == 0:
        text += draw(SEPARATORS) + draw(st.sampled_from(["dev", "DEV"])) + draw(SEPARATORS)
        text += draw(st.one_of(st.just(""), NUMBERS))
    if draw(st.integers(0, 3)) == 0:
        parts = st.one_of(NUMBERS, st.sampled_from(["abc", "ubuntu", "1a", "a1", "CPU"]))
        text += "+" + draw(parts)
        for part in draw(st.lists(parts, max_size=2)):
            text += draw(st.sampled_from("-_.")) + part
    return text + draw(st.sampled_from(["", "", " ", "\n"]))


NOISE = st.text("0123456789.!+-_abcrvdeposti* ", max_size=12)


def packaging_version(text: str) -> PackagingVersion | None:
    try:
        return PackagingVersion(text)
    except InvalidVersion:
        return None


@given(st.one_of(version_texts(), NOISE, st.text(max_size=6)))
@example("1.0-1")
@example("1.0a-")
@example("1.0.post_")
@example("1.0+1.02.abc")
@example("1.0+K")
@example("1.٢")
@example("v")
@example("1!")
@example("!1")
@example("1..0")
@example("1.0.")
@example("1.0+")
@example("1.0a.-1")
@example("")
def test_reads_what_the_standard_reads(text: str) -> None:
    expected = packaging_version(text)
    if expected is None:
        with pytest.raises(InvalidValue):
            parse_version(text)
        with pytest.raises(InvalidValue):
            version_key(text)
        return
    version = parse_version(text)
    assert str(version) == str(expected)
    assert version.public == expected.public
    assert version.base_version == expected.base_version
    assert version.epoch == expected.epoch
    assert version.release == expected.release
    assert version.pre == expected.pre
    assert version.post == expected.post
    assert version.dev == expected.dev
    assert version.local == expected.local
    assert version.is_prerelease == expected.is_prerelease
    assert version.is_postrelease == expected.is_postrelease
    assert version.is_devrelease == expected.is_devrelease
    assert version_key(text) == version.key
    assert is_prerelease_key(version.key) == expected.is_prerelease


@given(version_texts(), version_texts())
def test_orders_as_the_standard_does(left: str, right: str) -> None:
    ours, theirs = (
        (parse_version(left), parse_version(right)),
        (
            PackagingVersion(left),
            PackagingVersion(right),
        ),
    )
    assert (ours[0] < ours[1]) == (theirs[0] < theirs[1])
    assert (ours[0] <= ours[1]) == (theirs[0] <= theirs[1])
    assert (ours[0] > ours[1]) == (theirs[0] > theirs[1])
    assert (ours[0] >= ours[1]) == (theirs[0] >= theirs[1])
    assert (ours[0] == ours[1]) == (theirs[0] == theirs[1])
    assert (version_key(left) < version_key(right)) == (theirs[0] < theirs[1])


@given(version_texts())
def test_the_normal_form_is_stable(text: str) -> None:
    version = parse_version(text)
    assert parse_version(str(version)) == version
    assert str(parse_version(str(version))) == str(version)
    assert hash(parse_version(str(version))) == hash(version)


@given(version_texts())
def test_keys_go_through_marshal(text: str) -> None:
    key = version_key(text)
    assert marshal.loads(marshal.dumps(key)) == key


def test_the_order_of_the_standards_example() -> None:
    ascending = [
        *("1.dev0", "1.0.dev456", "1.0a1", "1.0a2.dev456", "1.0a12.dev456", "1.0a12"),
        *("1.0b1.dev456", "1.0b2", "1.0b2.post345.dev456", "1.0b2.post345", "1.0rc1.dev456"),
        *("1.0rc1", "1.0", "1.0+abc.5", "1.0+abc.7", "1.0+5", "1.0.post456.dev34"),
        *("1.0.post456", "1.0.15", "1.1.dev1", "1!0.5"),
    ]
    keys = [version_key(text) for text in ascending]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


def test_equality_looks_at_the_meaning_and_text_keeps_the_writing() -> None:
    version = parse_version(" v1.0.0-alpha.1 ")
    assert version == parse_version("1.0a1")
    assert version != parse_version("1.0a2")
    assert version != "1.0a1"
    assert version.text == "v1.0.0-alpha.1"
    assert str(version) == "1.0.0a1"
    assert repr(version) == "<Version 1.0.0a1>"


def test_the_error_names_the_text() -> None:
    with pytest.raises(InvalidValue, match="`lolwat` is not a version"):
        parse_version("lolwat")


def test_a_number_of_absurd_length_is_refused_and_not_computed() -> None:
    for text in ("1" * 5000, "1." + "1" * 5000, "1.0a" + "1" * 5000, "1+" + "1" * 5000):
        with pytest.raises(InvalidValue):
            version_key(text)


@pytest.mark.parametrize(
    ("release", "expected"), [((1, 0, 0), (1,)), ((0, 0), ()), ((1, 0, 2), (1, 0, 2)), ((), ())]
)
def test_trimmed(release: tuple[int, ...], expected: tuple[int, ...]) -> None:
    assert trimmed(release) == expected
