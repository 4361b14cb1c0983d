"""``direct_url.json``: JSON without the module of that name, and without secrets."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipenv.installer.provenance import direct_url_text

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(st.dictionaries(st.text().filter(lambda key: key != "url"), JSON))
def test_it_is_json(value: dict[str, object]) -> None:
    assert json.loads(direct_url_text(value)) == value


@pytest.mark.parametrize(
    ("url", "written"),
    [
        ("https://files.example/x.whl", "https://files.example/x.whl"),
        ("https://me:secret@files.example/x.whl", "https://files.example/x.whl"),
        ("https://token@files.example/x.whl", "https://files.example/x.whl"),
        ("ssh://git@git.example/x.git", "ssh://git@git.example/x.git"),
        (
            "https://${USER}:${TOKEN}@files.example/x",
            "https://${USER}:${TOKEN}@files.example/x",
        ),
        ("https://${USER}:secret@files.example/x", "https://files.example/x"),
        ("file:///home/me/x", "file:///home/me/x"),
    ],
)
def test_no_secrets(url: str, written: str) -> None:
    assert json.loads(direct_url_text({"url": url})) == {"url": written}


def test_what_json_has_no_form_for() -> None:
    with pytest.raises(TypeError, match="bytes"):
        direct_url_text({"x": b""})
