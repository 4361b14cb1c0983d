from __future__ import annotations

import html
import json
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipenv.errors import MalformedPage
from pipenv.index._html_links import read_links
from pipenv.index._json_decoding import (
    FileEntry,
    NotAPage,
    cut_entries,
    decode_entries,
    decode_files,
    decode_outline,
)
from pipenv.index.simple_api import (
    JSON_TYPE,
    parse_artifacts,
    parse_html_page,
    parse_json_page,
    parse_outline,
)
from pipenv.index.typed_outline import decode_typed_outline
from pipenv.models.artifacts import Artifact
from pipenv.models.digests import Digest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipenv.index._json_decoding import ListedFile

BASE = "https://index.example/simple/one/"
SHA256 = "ab" * 32
DECODERS = (decode_entries, decode_outline, decode_typed_outline)
COMPACT, SPACED = (",", ":"), (", ", ": ")


def page(
    *files: dict[str, Any],
    separators: tuple[str, str] = SPACED,
    indent: int | None = None,
    **more: Any,
) -> bytes:
    content = {"meta": {"api-version": "1.1"}, "name": "one", "files": files, **more}
    return json.dumps(content, separators=separators, indent=indent).encode()


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
@pytest.mark.parametrize("separators", [COMPACT, SPACED])
def test_yanked_files(yanked: object, expected: str | None, separators: tuple[str, str]) -> None:
    body = page(file(yanked=yanked), separators=separators)
    (artifact,) = parse_json_page(body, BASE)
    assert artifact.yanked == expected
    for decode in DECODERS:
        assert outline(decode(body)) == [("one-1.0.tar.gz", None, None, expected is not None)]


def outline(files: Iterable[ListedFile]) -> list[tuple[str, str | None, str | None, bool]]:
    return [
        (
            each.filename,
            each.requires_python,
            each.upload_time,
            each.yanked is not None and each.yanked is not False,
        )
        for each in files
    ]


def values(entries: list[FileEntry]) -> list[list[object]]:
    return [[getattr(each, name) for name in each.__slots__] for each in entries]


@pytest.mark.parametrize("separators", [COMPACT, SPACED])
def test_usual_pages_are_cut(separators: tuple[str, str]) -> None:
    files = [
        {
            "core-metadata": {"sha256": SHA256},
            "data-dist-info-metadata": {"sha256": SHA256},
            "filename": f"one-{number}.0-py3-none-any.whl",
            "hashes": {"sha256": SHA256},
            "provenance": None,
            "requires-python": ">=3.8" if number % 2 else None,
            "size": number,
            "upload-time": "2024-01-01T00:00:00Z",
            "url": f"../{number}",
            "yanked": 'it is {"odd"}' if number == 3 else False,
        }
        for number in range(9)
    ]
    body = page(*files, separators=separators, versions=["1.0"])
    assert outline(decode_typed_outline(body)) == outline(decode_entries(body))
    assert outline(decode_outline(body)) == outline(decode_entries(body))
    wanted = ["one-3.0-py3-none-any.whl", "one-8.0-py3-none-any.whl"]
    cut = cut_entries(body, wanted)
    assert cut is not None
    assert values(cut) == values([each for each in decode_entries(body) if each.filename in wanted])


FILENAMES = st.sampled_from(["one-1.0.tar.gz", "one-2.0-py3-none-any.whl", 'o"ne\\-1é.zip', ""])
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(),
    st.sampled_from(['"yanked":', "},{", '{"filename":"x"}', "\\"]),
    st.dictionaries(st.sampled_from(["filename", "yanked", "requires-python", "x"]), st.text()),
)
KEYS = st.sampled_from(
    [
        "filename",
        "url",
        "requires-python",
        "yanked",
        "size",
        "hashes",
        "core-metadata",
        "upload-time",
        "odd",
    ]
)
SOUND = st.fixed_dictionaries(
    {"filename": FILENAMES, "url": st.just("../x")},
    optional={
        "requires-python": st.one_of(st.none(), st.text(), st.just(">=3.8")),
        "yanked": st.one_of(st.booleans(), st.text()),
        "size": st.integers(0, 2**40),
        "upload-time": st.one_of(st.none(), st.text(), st.just("2024-01-01T00:00:00Z")),
        "hashes": st.dictionaries(st.text(), st.text()),
        "core-metadata": st.one_of(st.booleans(), st.dictionaries(st.text(), st.text())),
        "odd": st.one_of(ODD, st.lists(ODD)),
    },
)
SHUFFLED = SOUND.flatmap(lambda entry: st.permutations(list(entry.items())).map(dict))
SPACINGS = st.sampled_from([COMPACT, SPACED])
INDENTS = st.sampled_from([None, 1])


@given(st.lists(SHUFFLED), SPACINGS, INDENTS)
def test_the_fast_ways_agree_with_the_simple_one(
    entries: list[dict[str, Any]], separators: tuple[str, str], indent: int | None
) -> None:
    body = page(*entries, separators=separators, indent=indent)
    assert outline(decode_typed_outline(body)) == outline(decode_entries(body))
    assert outline(decode_outline(body)) == outline(decode_entries(body))
    names = {each["filename"] for each in entries}
    for name in names:
        first = next(each for each in decode_entries(body) if each.filename == name)
        assert values(decode_files(body, [name]))[0] == values([first])[0]


@given(st.lists(st.dictionaries(KEYS, ODD)), SPACINGS)
def test_odd_entries_are_left_out(
    entries: list[dict[str, Any]], separators: tuple[str, str]
) -> None:
    body = page(file(), *entries, file("one-2.0.tar.gz"), separators=separators)
    for decode in DECODERS:
        names = [each.filename for each in decode(body)]
        assert names[0] == "one-1.0.tar.gz"
        assert names[-1] == "one-2.0.tar.gz"
    artifacts = parse_artifacts(JSON_TYPE, body, BASE, filenames=["one-2.0.tar.gz"])
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
        b'{"files":[{"filename":"one-1.0.zip","url":"x"}],"meta":{"api-version":"2.0"}}',
        b'{"files": []} and more',
    ],
)
def test_what_is_no_json_page_is_refused(body: bytes) -> None:
    for decode in DECODERS:
        with pytest.raises(NotAPage):
            decode(body)
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
    assert outline(parse_outline("text/html", HTML, "x")) == [
        ("one-1.0-py3-none-any.whl", ">=3.8", None, False),
        ("one-1.0.tar.gz", None, None, True),
        ("one+1-2.0.zip", None, None, True),
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


class Oracle(HTMLParser):
    """The standard library's view of the links."""

    def __init__(self) -> None:
        super().__init__()
        self.hrefs: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(reversed(attrs))
        if tag == "a" and (found.get("href") or "").strip():
            self.hrefs.append(((found["href"] or "").strip(), found.get("data-requires-python")))


VALUES = st.text(st.sampled_from("ab/.-_<>&;\"' =\n#x4"))
QUOTES = st.sampled_from("'\"")


@st.composite
def anchors(draw: st.DrawFn) -> str:
    quote = draw(QUOTES)
    href = html.escape(draw(VALUES).replace("'", ""), quote=True)
    python = html.escape(draw(VALUES).replace("'", ""), quote=True)
    space = draw(st.sampled_from([" ", "\n  ", "\t"]))
    tag = draw(st.sampled_from(["a", "A"]))
    more = draw(st.sampled_from(["", " data-yanked", " rel=internal", " data-yanked=''", " /"]))
    between = draw(
        st.sampled_from(["", "text", "<br/>", "<!-- <a href=''> -->", "<p class='a>b'>"])
    )
    return (
        f"<{tag}{space}href={quote}{href}{quote}{space}"
        f"data-requires-python={quote}{python}{quote}{more}>x</{tag}>{between}"
    )


@given(st.lists(anchors()))
def test_links_are_read_as_the_standard_library_does(parts: list[str]) -> None:
    text = f"<!DOCTYPE html><html><body>{''.join(parts)}</body></html>"
    oracle = Oracle()
    oracle.feed(text)
    links, _ = read_links(text.encode())
    assert [(each.href, each.requires_python) for each in links] == oracle.hrefs


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<a href=one.zip>", ["one.zip"]),
        ("<a href = 'one.zip' >", ["one.zip"]),
        ("<a data-x='>' href='one.zip'>", ["one.zip"]),
        ("<a href='one.zip' href='two.zip'>", ["one.zip"]),
        ("<a href='one.zip", []),
        ("<a href='one.zip'", ["one.zip"]),
        ("<abbr href='no'><a\nhref='one.zip'>", ["one.zip"]),
        ("<script>'<a href=no>'</script><a href=one.zip>", ["one.zip"]),
        ("<a href='a&#43;b&#x2B;c&amp;d&copy;e&f'>", ["a+b+c&d&copy;e&f"]),
        ("< a href=no><a><a href><a href=''>", []),
        ("<a href='&#99999999999;&#x110000;'>", ["&#99999999999;&#x110000;"]),
    ],
)
def test_odd_links(text: str, expected: list[str]) -> None:
    links, _ = read_links(text.encode())
    assert [each.href for each in links] == expected
