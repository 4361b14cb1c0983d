"""Runs ``tests/golden/pipfile_edits``: each file holds a Pipfile, edits, and what they make of it.

Sections begin with ``=== before``, ``=== edit`` and ``=== after``.  Lines of ``edit`` are calls in
JSON: the name of the function, then its arguments; ``"crlf"`` means that both texts have such line
ends.  Text above the first section says what the file shows.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipenv.models.indexes import Index
from pipenv.pipfile.editing import add_source, remove_all, remove_entry, set_entry

FOLDER = Path(__file__).parents[2] / "golden" / "pipfile_edits"


def apply(text: str, call: str) -> str:
    name, *arguments = json.loads(call)
    match name:
        case "set":
            return set_entry(text, *arguments)
        case "set sorted":
            return set_entry(text, *arguments, sort=True)
        case "remove":
            return remove_entry(text, *arguments)
        case "remove all":
            return remove_all(text, *arguments)
        case "add source":
            return add_source(text, Index(*arguments))
    raise AssertionError(call)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_edits(path: Path) -> None:
    content = path.read_text("utf-8")
    _, rest = content.split("=== before\n", 1)
    before, rest = rest.split("=== edit\n", 1)
    edits, after = rest.split("=== after\n", 1)
    calls = edits.splitlines()
    if '"crlf"' in calls:
        calls.remove('"crlf"')
        before, after = before.replace("\n", "\r\n"), after.replace("\n", "\r\n")
    for call in calls:
        before = apply(before, call)
    assert before == after


def test_there_are_some() -> None:
    assert len(list(FOLDER.glob("*.txt"))) >= 10
