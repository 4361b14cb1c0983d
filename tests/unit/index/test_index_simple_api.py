from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipenv.errors import MalformedPage
from pipenv.index._json_decoding import NotAPage, decode_files, decode_outline
from pipenv.index.simple_api import (
    JSON_TYPE,
    parse_artifacts,
    parse_html_page,
    parse_json_page,
    parse_outline,
)
from pipenv.models.artifacts import Artifact
from pipenv.models.digests import Digest

BASE = "https://index.example/simple/one/"
SHA256 = "ab" * 32
WAYS = pytest.mark.parametrize("typed", [True, False])


def page(*files: dict[str, Any], **more: Any) -> bytes:
    return json.dumps(
        {"meta": {"api-version": "1.1"}, "name": "one", "files": files, **more}
    ).encode()


def file(filename: str = "one-1.0.tar.gz", **more: Any) -> dict[str, Any]:
    return {"filename": filename, "url": f"../../files/{filename}", "hashes": {}, **more}


def test_everything_that_a_json_page_tells() -> None:
    entry = file(
        "one-1.0-py3-none-any.whl",
        **{
            "hashes": {"sha256": SHA256.upper(), "odd": "x"},
            "requires-python": ">=3.8",
            "size": 12,
            "upload-time": "2024-01-02T03:04:05Z",
            "yanked": "broken",
            "core-metadata": {"sha256": SHA256},
        },
    )
    assert parse_json_page(page(entry), BASE) == [
        Artifact(
            filename="one-1.0-py3-none-any.whl",
            url="https://index.example/files/one-1.0-py3-none-any.whl",
            digests=(Digest("sha256", SHA256),),
            requires_python=">=3.8",
            size=12,
            upload_time="2024-01-02T03:04:05Z",
            yanked="broken",
            metadata_digest=Digest("sha256", SHA256),
            has_metadata=True,
        )
    ]


def test_a_poor_json_page() -> None:
    assert parse_json_page(page(file()), BASE) == [
        Artifact("one-1.0.tar.gz", "https://index.example/files/one-1.0.tar.gz")
    ]


@pytest.mark.parametrize(
    ("more", "has_metadata", "has_digest"),
    [
        ({}, False, False),
        ({"core-metadata": False}, False, False),
        ({"core-metadata": True}, True, False),
        ({"core-metadata": {"sha256": SHA256}}, True, True),
        ({"data-dist-info-metadata": {"sha256": SHA256}}, True, True),
        ({"core-metadata": False, "data-dist-info-metadata": True}, False, False),
        ({"core-metadata": {}}, True, False),
    ],
)
def test_announced_metadata(more: dict[str, Any], has_metadata: bool, has_digest: bool) -> None:
    (artifact,) = parse_json_page(page(file(**more)), BASE)
    assert artifact.has_metadata is has_metadata
    assert (artifact.metadata_digest is not None) is has_digest


@pytest.mark.parametrize(
    ("yanked", "expected"), [(False, None), (None, None), (True, ""), ("", ""), ("bad", "bad")]
)
@WAYS
def test_yanked_files(yanked: object, expected: str | None, typed: bool) -> None:
    body = page(file(yanked=yanked))
    (artifact,) = parse_json_page(body, BASE)
    assert artifact.yanked == expected
    assert decode_outline(body, typed=typed) == [("one-1.0.tar.gz", None, expected is not None)]


FILENAMES = st.sampled_from(["one-1.0.tar.gz", "one-2.0-py3-none-any.whl", 'o"ne\\-1é.zip'])
ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(), st.dictionaries(st.text(), st.text())
)
ENTRIES = st.fixed_dictionaries(
    {"filename": FILENAMES, "url": st.just("../x")},
    optional={
        "requires-python": st.one_of(st.none(), st.text()),
        "yanked": st.one_of(st.booleans(), st.text()),
        "size": st.integers(0, 2**40),
        "hashes": st.dictionaries(st.text(), st.text()),
        "provenance": ODD,
    },
)
ODD_ENTRIES = st.dictionaries(
    st.sampled_from(["filename", "url", "requires-python", "yanked", "size", "hashes"]), ODD
)


@given(st.lists(ENTRIES))
def test_both_ways_of_decoding_agree(entries: list[dict[str, Any]]) -> None:
    body = page(*entries)
    assert decode_outline(body, typed=True) == decode_outline(body, typed=False)
    wanted = ["one-1.0.tar.gz", 'o"ne\\-1é.zip']
    one, other = (decode_files(body, wanted, typed=typed) for typed in (True, False))
    assert [[getattr(each, name) for name in each.__slots__] for each in one] == [
        [getattr(each, name) for name in each.__slots__] for each in other
    ]


@given(st.lists(ODD_ENTRIES), st.booleans())
def test_odd_entries_are_left_out(entries: list[dict[str, Any]], typed: bool) -> None:
    body = page(file(), *entries, file("one-2.0.tar.gz"))
    names = [row[0] for row in decode_outline(body, typed=typed)]
    assert names[0] == "one-1.0.tar.gz"
    assert names[-1] == "one-2.0.tar.gz"
    artifacts = parse_artifacts(JSON_TYPE, body, BASE, filenames={"one-2.0.tar.gz"})
    assert "one-2.0.tar.gz" in {each.filename for each in artifacts}


def test_bad_bytes_do_not_hide_good_files() -> None:
    body = page(file(), file("one-2.0.tar.gz", yanked="XX")).replace(b"XX", b"\xff\xfe")
    assert len(parse_outline(JSON_TYPE, body, "x")) == 2


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"null",
        b'{"files": {}}',
        b'{"meta": {"api-version": "1.0"}}',
        b'{"meta": {"api-version": "2.0"}, "files": []}',
        b'{"files": [',
        b"[" * 100_000,
        b'{"files": [' + b"[" * 100_000,
    ],
)
@WAYS
def test_what_is_no_json_page_is_refused(body: bytes, typed: bool) -> None:
    with pytest.raises(NotAPage):
        decode_outline(body, typed=typed)
    with pytest.raises(MalformedPage, match="page of one"):
        parse_outline(JSON_TYPE, body, "the page of one")
    with pytest.raises(MalformedPage):
        parse_json_page(body, BASE)


def test_newer_minor_versions_of_the_api_are_welcome() -> None:
    body = page(file(), meta={"api-version": "1.99"})
    assert len(parse_outline(JSON_TYPE, body, "x")) == 1


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://x.example/y", "javascript:x", "data:,x"]
)
def test_links_to_other_schemes_are_ignored(url: str) -> None:
    assert parse_json_page(page({**file(), "url": url}), BASE) == []
    assert parse_html_page(f'<html><a href="{url}">one-1.0.tar.gz</a>'.encode(), BASE) == []


HTML = f"""<!DOCTYPE html>
<html><head><meta name="pypi:repository-version" content="1.0"><title>x</title></head><body>
<a href="../../files/one-1.0-py3-none-any.whl#sha256={SHA256}" data-requires-python="&gt;=3.8"
   data-dist-info-metadata="sha256={SHA256}">one-1.0-py3-none-any.whl</a><br/>
<a href="https://files.example/one-1.0.tar.gz?x=1&amp;y=2#md5={"cd" * 16}" data-yanked="why">z</a>
<A HREF='one%2B1-2.0.zip' data-yanked data-core-metadata="true">
<a name="nothing"></a><a href="">empty</a><a href="/">up</a>
</body></html>
""".encode()


def test_everything_that_an_html_page_tells() -> None:
    assert parse_html_page(HTML, BASE) == [
        Artifact(
            filename="one-1.0-py3-none-any.whl",
            url="https://index.example/files/one-1.0-py3-none-any.whl",
            digests=(Digest("sha256", SHA256),),
            requires_python=">=3.8",
            metadata_digest=Digest("sha256", SHA256),
            has_metadata=True,
        ),
        Artifact(
            filename="one-1.0.tar.gz",
            url="https://files.example/one-1.0.tar.gz?x=1&y=2",
            digests=(Digest("md5", "cd" * 16),),
            yanked="why",
        ),
        Artifact(
            filename="one+1-2.0.zip",
            url="https://index.example/simple/one/one%2B1-2.0.zip",
            yanked="",
            has_metadata=True,
        ),
    ]


def test_outlines_of_html_pages() -> None:
    assert parse_outline("text/html", HTML, "x") == [
        ("one-1.0-py3-none-any.whl", ">=3.8", False),
        ("one-1.0.tar.gz", None, True),
        ("one+1-2.0.zip", None, True),
    ]
    assert [
        each.filename
        for each in parse_artifacts("text/html", HTML, BASE, filenames={"one-1.0.tar.gz"})
    ] == ["one-1.0.tar.gz"]


def test_the_base_of_an_html_page() -> None:
    body = b'<html><base href="/elsewhere/"><a href="one-1.0.zip">x</a>'
    assert parse_html_page(body, BASE)[0].url == "https://index.example/elsewhere/one-1.0.zip"


@pytest.mark.parametrize("name", ["..%2f..%2fevil-1.0.zip", "a%2fb-1.0.zip"])
def test_encoded_slashes_make_no_file_name(name: str) -> None:
    assert parse_html_page(f'<html><a href="{name}">x</a>'.encode(), BASE) == []


def test_an_empty_project() -> None:
    assert parse_outline("text/html", b"<!DOCTYPE html><html><body></body></html>", "x") == []


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/plain", HTML),
        ("", HTML),
        ("text/html", b""),
        ("text/html", b"Internal error"),
        ("text/html", b"<html><form action='/login'><input type=password></form></html>"),
        ("text/html", b'<html><meta name="pypi:repository-version" content="2.0"><a href="x">'),
    ],
)
def test_what_is_no_html_page_is_refused(content_type: str, body: bytes) -> None:
    with pytest.raises(MalformedPage, match="page of one"):
        parse_outline(content_type, body, "the page of one")


@given(st.binary())
def test_garbage_never_breaks_the_parser(body: bytes) -> None:
    for content_type in (JSON_TYPE, "text/html"):
        try:
            parse_outline(content_type, body, "x")
            parse_artifacts(content_type, body, BASE)
        except MalformedPage:
            continue


def test_many_links() -> None:
    links = "".join(f'<a href="one-{number}.zip">x</a>' for number in range(30_000))
    assert len(parse_outline("text/html", f"<html>{links}".encode(), "x")) == 30_000
