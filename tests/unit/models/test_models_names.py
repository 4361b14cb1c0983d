from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipenv.models.names import canonical_name, is_name

LETTERS = st.text("aB1-_.é ", max_size=8)
GRAMMAR = re.compile(r"([A-Z0-9]|[A-Z0-9][A-Z0-9._-]*[A-Z0-9])", re.IGNORECASE | re.ASCII)


@given(LETTERS)
def test_the_canonical_form_is_that_of_the_standard(text: str) -> None:
    assert canonical_name(text) == re.sub(r"[-_.]+", "-", text).lower()
    assert canonical_name(canonical_name(text)) == canonical_name(text)


@given(LETTERS)
def test_names_are_those_of_the_standard(text: str) -> None:
    assert is_name(text) == (GRAMMAR.fullmatch(text) is not None)


@pytest.mark.parametrize("text", ["", "-", "a-", ".a", "a b", "é", "a/b"])
def test_no_names(text: str) -> None:
    assert not is_name(text)
