"""Is a lock of this Pipfile? A lock that cannot be read is not."""

from __future__ import annotations

import pytest

from pipenv.lockfile.freshness import is_fresh, recorded_hash

LOCK = """{
    "_meta": {
        "hash": {
            "sha256": "abc"
        },
        "pipfile-spec": 6
    },
    "default": {},
    "develop": {}
}
"""


def test_the_hash_decides() -> None:
    assert recorded_hash(LOCK) == "abc"
    assert is_fresh(LOCK, ["def", "abc"])
    assert is_fresh(LOCK.encode(), {"abc"})
    assert is_fresh("\ufeff" + LOCK.replace("\n", "\r\n"), {"abc"})
    assert not is_fresh(LOCK, ["def"])
    assert not is_fresh(LOCK, [])


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "[]",
        "null",
        "{}",
        '{"_meta": {}}',
        '{"_meta": {"hash": "abc"}}',
        '{"_meta": {"hash": {"sha256": 1}}}',
        LOCK[:-3],
        LOCK + "}",
        "<<<<<<< ours\n" + LOCK,
        LOCK.replace('"abc"', '"abc",'),
        LOCK.replace('"abc"', "abc"),
        "[" * 100_000,
    ],
)
def test_what_cannot_be_read_is_not_fresh(text: str) -> None:
    assert recorded_hash(text) is None
    assert not is_fresh(text, {"abc"})


def test_bytes_that_are_no_text() -> None:
    assert not is_fresh(b'{"_meta": "\xff"}', {"abc"})
