from __future__ import annotations

from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipenv.errors import ConnectionFailed
from pipenv.network.addresses import join, parse_address, percent_decoded, printable


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://index.example", "https://index.example/"),
        ("HTTPS://Index.Example:443/simple/", "https://index.example/simple/"),
        ("http://index.example:8080/a?b=c#d", "http://index.example:8080/a?b=c"),
        ("https://user:pa%40ss@index.example/simple", "https://index.example/simple"),
        ("https://[::1]:8443/x", "https://[::1]:8443/x"),
        ("https://index.example?q", "https://index.example/?q"),
        ("https://index.example/a b/é", "https://index.example/a%20b/%C3%A9"),
        ("https://index.example/a\r\nX: y", "https://index.example/a%0D%0AX:%20y"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
    ],
)
def test_urls_are_taken_apart(url: str, shown: str) -> None:
    assert str(parse_address(url)) == shown


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://index.example/",
        "index.example",
        "",
        "https://",
        "https://index.example:0/",
        "https://index.example:65536/",
        "https://index.example:x/",
        "https://in dex.example/",
        "https://index.example\r\nHost: other/",
    ],
)
def test_what_is_no_http_url_is_refused(url: str) -> None:
    with pytest.raises(ConnectionFailed):
        parse_address(url)


def test_refusals_show_no_password_and_no_query() -> None:
    with pytest.raises(ConnectionFailed) as caught:
        parse_address("https://user:secret@index.example:x/a?token=hidden")
    assert "secret" not in str(caught.value)
    assert "hidden" not in str(caught.value)
    assert "index.example" in str(caught.value)


def test_shown_addresses_have_no_query() -> None:
    assert parse_address("https://index.example/f?sig=1").shown() == "https://index.example/f"


def test_origins_include_the_port() -> None:
    assert parse_address("https://index.example/a").origin == ("https", "index.example", 443)
    assert parse_address("http://index.example:81/a").origin == ("http", "index.example", 81)


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("https://other.example/x", "https://other.example/x"),
        ("//other.example/x", "https://other.example/x"),
        ("/packages/a.whl#sha256=0", "https://index.example/packages/a.whl#sha256=0"),
        ("../../packages/a.whl", "https://index.example/packages/a.whl"),
        ("a.whl", "https://index.example/simple/one/a.whl"),
        ("../../../../../a.whl", "https://index.example/a.whl"),
        ("./", "https://index.example/simple/one/"),
        ("..", "https://index.example/simple/"),
        ("?page=2", "https://index.example/simple/one/?page=2"),
        ("", "https://index.example/simple/one/"),
        ("file:///etc/passwd", "file:///etc/passwd"),
        ("a-1.0.tar.gz:x", "https://index.example/simple/one/a-1.0.tar.gz:x"),
    ],
)
def test_references_are_resolved(reference: str, expected: str) -> None:
    assert join("https://index.example/simple/one/", reference) == expected


SEGMENTS = st.sampled_from(["a", "b.c", "..", ".", "d-1.0.whl", "%2e"])
PATHS = st.lists(SEGMENTS, min_size=1, max_size=5).map("/".join)


@given(
    st.sampled_from(["", "/", "simple/one/", "simple/one"]),
    PATHS,
    st.sampled_from(["", "/", "#f", "?q"]),
)
def test_references_are_resolved_as_the_standard_library_does(
    folder: str, path: str, tail: str
) -> None:
    base = f"https://index.example/{folder.lstrip('/')}"
    for reference in (path + tail, f"/{path}{tail}"):
        assert join(base, reference) == urljoin(base, reference)


@given(st.text())
def test_percent_decoding_undoes_encoding(text: str) -> None:
    encoded = "".join(f"%{each:02x}" for each in text.encode("utf-8", "replace"))
    assert percent_decoded(encoded) == text.encode("utf-8", "replace").decode()


def test_odd_percent_signs_stay() -> None:
    assert percent_decoded("100%") == "100%"
    assert percent_decoded("%zz%41") == "%zzA"


def test_control_characters_are_not_printed() -> None:
    assert printable("a\x1b[31mb\r\nc") == "a?[31mb??c"
