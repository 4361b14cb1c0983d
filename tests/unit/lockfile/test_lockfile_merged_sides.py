"""Locks in which version control left both sides of a conflict."""

from __future__ import annotations

import difflib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipenv.errors import ConflictedLockfile
from pipenv.lockfile.conflict_marks import conflict_line, split_sides
from pipenv.lockfile.merged_sides import merge_sides
from pipenv.lockfile.reader import read_lockfile
from pipenv.lockfile.schema import MergedPin
from pipenv.models.versions import version_key

VERSIONS = ("1.0", "1.9", "1.10", "2.0")
LOCKS = st.dictionaries(
    st.sampled_from(("default", "develop", "docs")),
    st.dictionaries(st.sampled_from(("a", "b", "c-d", "e")), st.sampled_from(VERSIONS)),
)


def lock_text(categories: dict[str, dict[str, str]], hash_text: str = "0") -> str:
    content = {
        "_meta": {"hash": {"sha256": hash_text * 64}, "pipfile-spec": 6, "requires": {}},
        "default": {},
        "develop": {},
        **{
            category: {
                name: {"hashes": [f"sha256:{'ab' * 32}"], "version": f"=={version}"}
                for name, version in pins.items()
            }
            for category, pins in categories.items()
        },
    }
    return json.dumps(content, indent=4, sort_keys=True) + "\n"


def conflicted(ours: str, theirs: str, *, base: str | None = None, end: str = "\n") -> str:
    """What a merge leaves that finds every difference to be a conflict."""
    left, right = ours.splitlines(keepends=True), theirs.splitlines(keepends=True)
    lines: list[str] = []
    for tag, start, stop, other, last in difflib.SequenceMatcher(
        None, left, right, autojunk=False
    ).get_opcodes():
        if tag == "equal":
            lines += left[start:stop]
            continue
        middle = [] if base is None else [f"||||||| 1234567{end}", base]
        lines += [f"<<<<<<< HEAD{end}", *left[start:stop], *middle, f"======={end}"]
        lines += [*right[other:last], f">>>>>>> feature/x{end}"]
    return "".join(lines)


def allows_all(name: str, version: str) -> bool:
    del name, version
    return True


@given(LOCKS, LOCKS, st.sampled_from((None, "", '    "x": {\n', "<<<<<<<<< base\n=========\n")))
def test_both_sides_come_out_as_they_went_in(
    ours: dict[str, dict[str, str]], theirs: dict[str, dict[str, str]], base: str | None
) -> None:
    left, right = lock_text(ours, "1"), lock_text(theirs, "2")
    text = conflicted(left, right, base=base)
    assert conflict_line(text)
    assert split_sides(text) == (left, right, "HEAD", "feature/x")


@given(LOCKS, LOCKS)
def test_line_ends_of_windows_are_no_obstacle(
    ours: dict[str, dict[str, str]], theirs: dict[str, dict[str, str]]
) -> None:
    left = lock_text(ours, "1").replace("\n", "\r\n")
    right = lock_text(theirs, "2").replace("\n", "\r\n")
    text = conflicted(left, right, base="{\r\n", end="\r\n")
    assert split_sides(text) == (left, right, "HEAD", "feature/x")


@given(LOCKS, LOCKS)
def test_of_two_versions_the_newer_is_preferred(
    ours: dict[str, dict[str, str]], theirs: dict[str, dict[str, str]]
) -> None:
    merge = merge_sides(conflicted(lock_text(ours, "1"), lock_text(theirs, "2")), allows_all)
    assert merge.problems == ()
    assert merge.lockfile is not None
    assert merge.lockfile.content_hash is None
    found = {
        (category, name): pin.version
        for category, pins in merge.lockfile.categories.items()
        for name, pin in pins.items()
    }
    listed: dict[tuple[str, str], list[str]] = {}
    for side in (ours, theirs):
        for category, pins in side.items():
            for name, version in pins.items():
                listed.setdefault((category, name), []).append(version)
    assert found == {key: max(versions, key=version_key) for key, versions in listed.items()}


@given(LOCKS, LOCKS)
def test_only_what_differs_is_reported(
    ours: dict[str, dict[str, str]], theirs: dict[str, dict[str, str]]
) -> None:
    merge = merge_sides(conflicted(lock_text(ours, "1"), lock_text(theirs, "2")), allows_all)
    assert merge.lockfile is not None
    differing = {
        name
        for category in {*ours, *theirs}
        for name in {*ours.get(category, {}), *theirs.get(category, {})}
        if ours.get(category, {}).get(name) != theirs.get(category, {}).get(name)
    }
    assert {pin.name for pin in merge.lockfile.merged or ()} == differing


@given(LOCKS)
def test_a_lock_without_conflict_has_no_marks(categories: dict[str, dict[str, str]]) -> None:
    text = lock_text(categories)
    assert conflict_line(text) is None
    assert split_sides(text)[:2] == (text, text)


def test_a_newer_version_that_the_pipfile_forbids_gives_way() -> None:
    text = conflicted(lock_text({"default": {"a": "1.9"}}), lock_text({"default": {"a": "2.0"}}))
    merge = merge_sides(text, lambda _name, version: version == "1.9")
    assert merge.lockfile is not None
    assert merge.lockfile.categories["default"]["a"].version == "1.9"
    assert merge.lockfile.merged == (MergedPin("a", "1.9", "2.0"),)


def test_a_package_of_one_side_only() -> None:
    text = conflicted(lock_text({}), lock_text({"develop": {"e": "1.0"}}))
    merge = merge_sides(text, allows_all)
    assert merge.lockfile is not None
    assert merge.lockfile.merged == (MergedPin("e", None, "1.0"),)
    assert merge.lockfile.raw["develop"]["e"].table["version"] == "==1.0"


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ('"a": {\n  },\n}', '"a": {\n  }\n}'),
        ('"a": {}\n  "b": {}\n}', '"a": {},\n  "b": {}\n}'),
    ],
    ids=["a comma too many", "a comma missing"],
)
def test_commas_that_the_merge_lost_are_no_obstacle(broken: str, whole: str) -> None:
    assert json.loads("{" + whole)
    start = '{"_meta": {}, "default": {}, "x": {'
    text = f"<<<<<<< HEAD\n{start}{broken}}}\n=======\n{start}{whole}}}\n>>>>>>> other\n"
    merge = merge_sides(text, allows_all)
    assert merge.problems == ()
    assert merge.lockfile is not None


def test_a_side_that_cannot_be_read_leaves_the_other() -> None:
    good = lock_text({"default": {"a": "1.0"}})
    text = f"<<<<<<< HEAD\n{{broken\n=======\n{good}>>>>>>> feature/x\n"
    merge = merge_sides(text, allows_all)
    assert merge.lockfile is not None
    assert merge.lockfile.categories["default"]["a"].version == "1.0"
    assert merge.lockfile.merged == ()
    assert merge.problems == (
        (
            "our side (HEAD) of the conflict in Pipfile.lock cannot be read: "
            "`Pipfile.lock` is not valid JSON: line 1: a key in double quotes is missing"
        ),
    )


def test_two_sides_that_cannot_be_read() -> None:
    merge = merge_sides("<<<<<<< HEAD\n{\n=======\n[\n>>>>>>> feature/x\n", allows_all)
    assert merge.lockfile is None
    assert len(merge.problems) == 2


@pytest.mark.parametrize("text", ["=======\n", "x <<<<<<< HEAD\n", "<<<<<<<<< HEAD\n", ""])
def test_what_is_no_mark(text: str) -> None:
    assert conflict_line(text) is None
    assert split_sides(text)[:2] == (text, text)


@given(st.text(alphabet="<=>| x\n", max_size=80))
def test_any_text_comes_apart(text: str) -> None:
    sides = split_sides(text)
    assert len(sides.ours) + len(sides.theirs) <= 2 * len(text)


def test_reading_a_conflicted_lock_says_so() -> None:
    text = conflicted(lock_text({"default": {"a": "1.9"}}), lock_text({"default": {"a": "2.0"}}))
    with pytest.raises(ConflictedLockfile, match="has merge conflict markers, the first in line"):
        read_lockfile(text)
