from __future__ import annotations

import gzip
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipenv.errors import MalformedPage
from pipenv.network.responses import BrokenResponse, Head, body_pieces, decoded, read_head


def stream(data: bytes) -> io.BufferedReader:
    return io.BufferedReader(io.BytesIO(data))


def head_of(data: bytes) -> Head:
    return read_head(stream(data), lambda: None)


def body_of(data: bytes) -> tuple[bytes, Head]:
    source = stream(data)
    head = read_head(source, lambda: None)
    return b"".join(body_pieces(source, head, lambda: None)), head


def test_heads_are_read() -> None:
    head = head_of(b'HTTP/1.1 200 OK\r\nETag: "a"\r\nVary: A\r\nvary:B\r\nodd line\r\n\r\n')
    assert head.status == 200
    assert head.headers == {"etag": '"a"', "vary": "A, B"}
    assert head.is_keep_alive


def test_interim_answers_are_skipped() -> None:
    assert (
        head_of(
            b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 X\r\nA: b\r\n\r\nHTTP/1.1 204\r\n\r\n"
        ).status
        == 204
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", False),
        (b"HTTP/1.0 200 OK\r\n\r\n", False),
        (b"HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n\r\n", True),
    ],
)
def test_whether_a_connection_lives_on(text: bytes, expected: bool) -> None:
    assert head_of(text).is_keep_alive is expected


@pytest.mark.parametrize(
    "text",
    [
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"HTTP/2 200\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 000 X\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nA: b",
        b"HTTP/1.1 200 OK\r\nA: " + b"b" * 100_000,
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 1000 + b"\r\n",
        b"x" * 1_000_000,
    ],
)
def test_what_is_no_http_is_broken(text: bytes) -> None:
    with pytest.raises(BrokenResponse):
        head_of(text)


def test_silence_is_something_else() -> None:
    with pytest.raises(EOFError):
        head_of(b"")


PIECES = st.lists(st.binary(min_size=1, max_size=200))


@given(PIECES)
def test_chunked_bodies(pieces: list[bytes]) -> None:
    chunks = b"".join(b"%x;ext=1\r\n%s\r\n" % (len(each), each) for each in pieces)
    text = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\nT: x\r\n\r\n"
    body, head = body_of(text)
    assert body == b"".join(pieces)
    assert head.is_keep_alive


@given(PIECES, st.data())
def test_cut_chunked_bodies_are_noticed(pieces: list[bytes], data: st.DataObject) -> None:
    chunks = b"".join(b"%X\r\n%s\r\n" % (len(each), each) for each in pieces)
    body = chunks + b"0\r\n\r\n"
    cut = data.draw(st.integers(0, len(body) - 1))
    with pytest.raises(BrokenResponse):
        body_of(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body[:cut])


def test_bodies_of_known_length() -> None:
    assert body_of(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdef")[0] == b"abc"
    assert body_of(b"HTTP/1.1 200 OK\r\nContent-Length: 3, 3\r\n\r\nabc")[0] == b"abc"
    with pytest.raises(BrokenResponse):
        body_of(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc")


def test_bodies_that_end_with_the_connection() -> None:
    body, head = body_of(b"HTTP/1.1 200 OK\r\n\r\nabc")
    assert body == b"abc"
    assert not head.is_keep_alive


def test_statuses_without_a_body() -> None:
    assert body_of(b"HTTP/1.1 304 X\r\nContent-Length: 10\r\n\r\n")[0] == b""


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Length: 3, 4",
        b"Content-Length: -3",
        b"Content-Length: 3x",
        b"Content-Length: 99999999999999999999",
        b"Transfer-Encoding: gzip",
    ],
)
def test_wrong_framing_is_refused(headers: bytes) -> None:
    with pytest.raises(BrokenResponse):
        body_of(b"HTTP/1.1 200 OK\r\n" + headers + b"\r\n\r\nabcd")


def test_two_framings_end_the_connection() -> None:
    headers = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n"
    text = headers + b"3\r\nabc\r\n0\r\n\r\n"
    body, head = body_of(text)
    assert body == b"abc"
    assert not head.is_keep_alive


@given(st.binary(), st.binary())
def test_gzip_is_undone(one: bytes, other: bytes) -> None:
    assert decoded(gzip.compress(one), "gzip", 10_000, "x") == one
    assert decoded(gzip.compress(one) + gzip.compress(other), "gzip", 10_000, "x") == one + other


@pytest.mark.parametrize(
    ("content", "coding"),
    [
        (b"no gzip at all", "gzip"),
        (gzip.compress(b"abc" * 100)[:-9], "gzip"),
        (gzip.compress(bytes(5_000_000)), "gzip"),
        (gzip.compress(bytes(600_000)) * 2, "gzip"),
        (b"abc", "br"),
    ],
)
def test_false_and_oversized_codings_are_refused(content: bytes, coding: str) -> None:
    with pytest.raises(MalformedPage, match="https://index"):
        decoded(content, coding, 1_000_000, "https://index.example/simple/x/")
