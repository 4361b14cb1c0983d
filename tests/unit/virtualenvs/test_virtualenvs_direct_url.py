from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipenv.virtualenvs.direct_url import editable_path, file_url_path, parse_direct_url

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.dictionaries(st.text(), JSON))
def test_it_reads_what_json_reads(extra: dict[str, object]) -> None:
    record = {**extra, "url": "https://files.example/a.whl"}
    assert parse_direct_url(json.dumps(record).encode()) == record


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"{}", b'{"url": 1}', b'{"url": "x"} y', b"\xff", b"[" * 100_000]
)
def test_nonsense_is_none(data: bytes) -> None:
    assert parse_direct_url(data) is None


def test_editable() -> None:
    record = {"url": "file:///srv/a%20b", "dir_info": {"editable": True}}
    assert editable_path(record) == "/srv/a b"
    assert editable_path({"url": "file:///srv", "dir_info": {}}) is None
    assert editable_path({"url": "https://x.example/a.whl", "archive_info": {}}) is None


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_paths_survive_quoting(path: str) -> None:
    assume(path[1:2] not in (":", "|"))
    assert file_url_path("file:///" + quote(path)) == "/" + path


def test_urls_of_files() -> None:
    assert file_url_path("file://localhost/srv/x") == "/srv/x"
    assert file_url_path("file:///C:/a%20b") == "C:/a b"
    assert file_url_path("file:///100%/%zz%2") == "/100%/%zz%2"
    assert file_url_path("https://x.example/") is None
