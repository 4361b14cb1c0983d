"""Where a text stops being JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipenv.lockfile._decoding import DecodingError, decode
from pipenv.lockfile._json_fault import find_fault

LOCK = (Path(__file__).parents[2] / "golden" / "locks" / "origins.lock").read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("", "it ends too early", 1),
        ('{\n"a"', "a colon is missing behind a key", 2),
        ('{\n"a": 1\n"b": 2}', "a comma or `}` is missing", 3),
        ("[1,\n2\n3]", "a comma or `]` is missing", 3),
        ("[1\n}", "a comma or `]` is missing", 2),
        ('{"a": 1,\n}', "a key in double quotes is missing", 2),
        ("{\na: 1}", "a key in double quotes is missing", 2),
        ("[1,\n]", "a value is missing", 2),
        ('{"a":\n}', "a value is missing", 2),
        ("[nul]", "a value is missing", 1),
        ('["a\nb"]', "a string does not end in its line", 1),
        ('\n["a\\x"]', "a string has a backslash that means nothing", 2),
        ('["a', "it ends too early", 1),
        ("[[[", "it ends too early", 1),
        ("{}\n{}", "something follows behind its end", 2),
        ("[-]", "it cannot be read", 1),
    ],
)
def test_faults(text: str, reason: str, line: int) -> None:
    assert find_fault(text) == (reason, line)
    with pytest.raises(DecodingError, match=r".") as caught:
        decode(text)
    assert (caught.value.reason, caught.value.line) == (reason, line)


@given(st.data())
def test_agrees_with_the_json_module(data: Any) -> None:
    start = data.draw(st.integers(0, len(LOCK)))
    end = data.draw(st.integers(start, min(len(LOCK), start + 20)))
    text = LOCK[:start] + data.draw(st.text('{}[]":,0a\\ \n', max_size=4)) + LOCK[end:]
    try:
        expected = json.loads(text)
    except json.JSONDecodeError:
        with pytest.raises(DecodingError):
            decode(text)
        assert 1 <= find_fault(text)[1] <= text.count("\n") + 1
    else:
        assert decode(text) == expected
