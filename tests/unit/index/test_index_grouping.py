from __future__ import annotations

from itertools import permutations
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipenv.index.grouping import group, normal_form, version_of
from pipenv.models.filenames import parse_wheel_filename
from pipenv.models.versions import parse_version, version_key


class File(NamedTuple):
    filename: str
    requires_python: str | None = None
    yanked: str | bool | None = False
    upload_time: str | None = None


def rows(*filenames: str) -> list[File]:
    return [File(filename) for filename in filenames]


def test_versions_ascend() -> None:
    names = ["one-1.10.tar.gz", "one-1.9.tar.gz", "one-1.10rc1.tar.gz", "one-1!0.1.tar.gz"]
    listing = group(rows(*names), "one").listing
    assert listing.texts == ["1.9", "1.10rc1", "1.10", "1!0.1"]
    assert listing.prereleases == 0b0010


def test_files_of_one_version_belong_together() -> None:
    grouping = group(
        [
            File("one-1.0.0.tar.gz", ">=3"),
            File("one-1.0-py3-none-any.whl", ">=3"),
            File("One-1.0-cp311-cp311-win_amd64.whl"),
        ],
        "one",
    )
    assert grouping.listing.texts == ["1.0.0"]
    assert grouping.filenames("1.0.0") == [
        "one-1.0.0.tar.gz",
        "one-1.0-py3-none-any.whl",
        "One-1.0-cp311-cp311-win_amd64.whl",
    ]
    assert set(grouping.listing.kinds_at(0)) == {
        (">=3", ""),
        (">=3", "py3-none-any"),
        (None, "cp311-cp311-win_amd64"),
    }


def test_a_version_is_yanked_when_all_its_files_are() -> None:
    listing = group(
        [
            File("one-1.0.zip", yanked="why"),
            File("one-1.0.tar.gz"),
            File("one-2.0.zip", yanked=""),
            File("one-3.0.zip", yanked=None),
            File("one-4.0.zip", yanked=True),
        ],
        "one",
    ).listing
    assert listing.yanked == 0b1010


def test_a_version_is_as_old_as_its_oldest_file() -> None:
    listing = group(
        [
            File("one-1.0.zip", upload_time="2024-03-01T00:00:00.123456Z"),
            File("one-1.0-py3-none-any.whl", upload_time="2024-02-29T23:59:59.999999Z"),
            File("one-1.0-cp311-cp311-win_amd64.whl"),
            File("one-2.0.zip"),
            File("one-3.0.zip", upload_time="soon"),
            File("one-4.0.zip", upload_time="1970-01-01T00:00:01Z"),
        ],
        "one",
    ).listing
    assert [listing.uploaded_at(at) for at in range(5)] == [1_709_251_199, None, None, 1, None]


@pytest.mark.parametrize(
    "names",
    [
        ["one-1.0-py3-none-any.whl", "one-1.0-1.tar.gz", "one-1.0-cp311-cp311-win_amd64.whl"],
        ["one-1.0.tar.gz", "one-1.0-py3-none-any.whl", "one-1.0-1.tar.gz", "one-1.0.zip"],
        ["One-1.0.tar.gz", "one-1.1.tar.gz", "one-2.0-py3-none-any.whl", "ONE-1.0.tar.gz"],
        ["one-1.0-py3-none-any.whl", "one-1.0.exe", "one-1.0-x.whl", "one-1.0-py2-none-any.whl"],
    ],
)
def test_a_file_counts_the_same_wherever_it_is_listed(names: list[str]) -> None:
    expected = {(name, version_of(name, "one")) for name in names}
    expected = {(name, version) for name, version in expected if version is not None}
    for order in permutations(names):
        grouping = group(rows(*order), "one")
        found = {
            (name, version)
            for version in grouping.listing.texts
            for name in grouping.filenames(version)
        }
        assert found == expected


@pytest.mark.parametrize(
    "filename",
    [
        "one",
        "one-1.0.exe",
        "one-1.0.dev1.egg",
        "two-1.0.tar.gz",
        "two-1.0-py3-none-any.whl",
        "one_two-1.0-py3-none-any.whl",
        "one-latest.tar.gz",
        "one-1.0-py3-none.whl",
        "one-1.0-x1-py3-none-any.whl",
        "one-1.0-1-2-py3-none-any.whl",
        "one--py3-none-any.whl",
        f"one-{'1' * 5000}.tar.gz",
        f"one-1.{'0' * 200}-py3-none-any.whl",
        "one-1.0-py3-none-any/../../evil.whl",
        "one-1.0-py3-none-..\\evil.whl",
        "../one-1.0.tar.gz",
        "one/-1.0.tar.gz",
        "one-1.0/../2.0.tar.gz",
        "one-1.0-py3-none-any\n.whl",
        "",
        ".whl",
    ],
)
def test_files_with_other_names_are_ignored(filename: str) -> None:
    assert group(rows(filename, "one-3.0.tar.gz"), "one").listing.texts == ["3.0"]


VERSIONS = st.from_regex(
    r"(?a:[0-9]{1,3}(\.[0-9]{1,2}){0,3}((a|b|rc)[0-9])?(\.post[0-9])?)", fullmatch=True
)
STEMS = st.sampled_from(["one", "One", "o.ne", "one_two", "ONE"])


@given(STEMS, VERSIONS, st.sampled_from(["", "1-", "1x-", "x-"]))
def test_the_fast_split_agrees_with_the_grammar(stem: str, version: str, build: str) -> None:
    filename = f"{stem}-{version}-{build}py2.py3-none-any.whl"
    parsed = parse_wheel_filename(filename)
    expected = (
        [] if parsed is None or parsed.name != "one" else [str(parse_version(parsed.version))]
    )
    assert group(rows(filename), "one").listing.texts == expected
    assert version_of(filename, "one") == (expected[0] if expected else None)


@given(VERSIONS)
def test_the_fast_normal_form_is_the_normal_form(text: str) -> None:
    assert normal_form(text) == str(parse_version(text))


@given(st.lists(VERSIONS, unique=True))
def test_every_version_is_listed_once_in_order(versions: list[str]) -> None:
    listing = group(rows(*(f"one-{each}.tar.gz" for each in versions)), "one").listing
    keys = [version_key(text) for text in listing.texts]
    assert keys == sorted({version_key(each) for each in versions})
