"""Answers of HTTP/1.1 servers: heads, framed bodies, content codings (RFC 9112, RFC 9110).

Everything that comes from the other side is bounded: the head, each chunk's line, the body before
and after decompression.  Streams are the binary files of `pipenv.network.connections`.
"""

from __future__ import annotations

from pipenv.archives.inflate import LIBRARY
from pipenv.errors import MalformedPage
from pipenv.network.addresses import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from io import BufferedReader

    from pipenv.network.addresses import HttpAddress

MAX_HEAD_BYTES = 64 * 1024
MAX_HEADER_LINES = 256
PIECE_BYTES = 64 * 1024
_GZIP = 31
"""`wbits` of `zlib`: a gzip member with the largest window."""
_MAX_LINE_BYTES = 16 * 1024


class BrokenResponse(Exception):
    """An answer that is cut short or no HTTP; worth another attempt."""


class Head:
    """Status and headers of an answer."""

    __slots__ = ("headers", "is_keep_alive", "status")

    def __init__(self, status: int, headers: dict[str, str], *, is_keep_alive: bool) -> None:
        self.status = status
        self.headers = headers
        """By lower-case name; values of repeated headers are joined with commas."""
        self.is_keep_alive = is_keep_alive
        """The connection may serve another request once the body is read."""


class Response:
    """A complete answer to a request for a page."""

    __slots__ = ("address", "content", "headers", "limit_bytes", "status")

    def __init__(
        self,
        address: HttpAddress,
        status: int,
        headers: dict[str, str],
        content: bytes,
        limit_bytes: int,
    ) -> None:
        self.address = address
        """Where the answer came from, after redirects."""
        self.status = status
        self.headers = headers
        self.content = content
        """The body as it was sent: still compressed where `coding` says so."""
        self.limit_bytes = limit_bytes

    @property
    def coding(self) -> str:
        """``gzip``, or ``""`` when the content was sent as it is."""
        return content_coding(self.headers)

    @property
    def content_type(self) -> str:
        """The media type in lower case, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def body(self) -> bytes:
        """Return the content, decompressed.

        Raises:
            MalformedPage: the content is not in the announced coding, or more than the limit.
        """
        return decoded(self.content, self.coding, self.limit_bytes, self.address.shown())


def content_coding(headers: dict[str, str]) -> str:
    """The content coding that the headers announce; ``""`` for none."""
    coding = headers.get("content-encoding", "").strip().lower()
    return {"identity": "", "x-gzip": "gzip"}.get(coding, coding)


def decoded(content: bytes, coding: str, limit_bytes: int, source: str) -> bytes:
    """Undo a content coding.

    Args:
        content: the bytes as sent.
        coding: ``gzip`` or ``""``.
        limit_bytes: refuse to produce more.
        source: where it comes from, for the message.

    Raises:
        MalformedPage: the content is not in that coding, or is more than the limit.
    """
    if not coding:
        return content
    if coding != "gzip":
        raise MalformedPage(f"{source} is sent in the unknown coding `{printable(coding[:40])}`")
    try:
        return _gunzip(content, limit_bytes)
    except LIBRARY.error as error:
        raise MalformedPage(f"{source} announces gzip and sends something else") from error
    except OverflowError as error:
        raise MalformedPage(
            f"{source} is larger than {limit_bytes // 1_000_000} MB when decompressed"
        ) from error


def _gunzip(content: bytes, limit_bytes: int) -> bytes:
    """Decompress all members of a gzip stream.

    Raises:
        OverflowError: there is more than `limit_bytes`.
        LIBRARY.error: it is no gzip stream, or a part of one.
    """
    pieces: list[bytes] = []
    left = limit_bytes + 1
    rest = content
    while rest:
        inflater = LIBRARY.decompressobj(_GZIP)
        piece = inflater.decompress(rest, left)
        pieces.append(piece)
        left -= len(piece)
        if left <= 0:
            raise OverflowError
        if not inflater.eof:
            raise LIBRARY.error("unexpected end")
        rest = inflater.unused_data.lstrip(b"\0")
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def read_head(stream: BufferedReader, check: Callable[[], None]) -> Head:
    """Read up to the empty line, skipping interim answers (1xx).

    Args:
        stream: positioned at an answer.
        check: called whenever more has come; may raise when time is up.

    Raises:
        EOFError: the stream ends before the first byte.
        BrokenResponse: what comes is not the head of an HTTP answer.
    """
    while True:
        head = parse_head(_read_to_empty_line(stream, check))
        if head.status >= 200:
            return head


def parse_head(data: bytes) -> Head:
    """Read the lines of a head, without the empty one at its end.

    Raises:
        BrokenResponse: it is not that of an HTTP answer.
    """
    first, *lines = data.split(b"\n")
    version, _, rest = first.partition(b" ")
    if version not in {b"HTTP/1.1", b"HTTP/1.0"} or not rest[:3].isdigit() or rest[0] < 0x31:
        raise BrokenResponse("the answer is not HTTP/1.1")
    if len(lines) > MAX_HEADER_LINES:
        raise BrokenResponse("the answer has too many headers")
    headers: dict[str, str] = {}
    for line in lines:
        key, colon, value = line.decode("latin-1").partition(":")
        if not colon or line[0] in b" \t":
            continue
        key, value = key.lower(), value.strip()
        headers[key] = f"{headers[key]}, {value}" if key in headers else value
    return Head(int(rest[:3]), headers, is_keep_alive=_is_keep_alive(version, headers))


def _read_to_empty_line(stream: BufferedReader, check: Callable[[], None]) -> bytes:
    data = b""
    while True:
        arrived = stream.peek(1)
        if not arrived:
            if data:
                raise BrokenResponse("the answer's headers are cut short")
            raise EOFError
        known = len(data)
        data += arrived
        ends = [data.find(mark, max(0, known - 2)) for mark in (b"\n\r\n", b"\n\n")]
        end = min((each for each in ends if each >= 0), default=-1)
        if end >= 0:
            skipped = 3 if data[end + 1] == 0x0D else 2
            stream.read(end + skipped - known)
            return data[:end]
        stream.read(len(arrived))
        if len(data) > MAX_HEAD_BYTES:
            raise BrokenResponse("the answer's headers are too long")
        check()


def _is_keep_alive(version: bytes, headers: dict[str, str]) -> bool:
    wish = headers.get("connection", "").lower()
    if version == b"HTTP/1.0":
        return "keep-alive" in wish
    return "close" not in wish


def body_pieces(stream: BufferedReader, head: Head, check: Callable[[], None]) -> Iterator[bytes]:
    """Read the body, as framed by the head, piece by piece.

    Afterwards `head.is_keep_alive` is false if only the end of the connection framed it.

    Args:
        stream: positioned at the body.
        head: what came before it.
        check: called while lines between pieces are read; may raise when time is up.

    Raises:
        BrokenResponse: the body ends early or its framing is wrong.
    """
    if head.status in {204, 304}:
        return iter(())
    headers = head.headers
    coding = headers.get("transfer-encoding", "").lower()
    if coding:
        if coding.rpartition(",")[2].strip() != "chunked":
            raise BrokenResponse("the answer has an unknown transfer coding")
        if "content-length" in headers:
            head.is_keep_alive = False  # RFC 9112, 6.3: possibly smuggled
        return _chunks(stream, check)
    length = headers.get("content-length")
    if length is None:
        head.is_keep_alive = False
        return _rest(stream)
    lengths = {each.strip() for each in length.split(",")}
    text = lengths.pop()
    if lengths or not (text.isascii() and text.isdigit()) or len(text) > 15:
        raise BrokenResponse("the answer has no valid Content-Length")
    return _exactly(stream, int(text))


def _exactly(stream: BufferedReader, length: int) -> Iterator[bytes]:
    while length:
        piece = stream.read1(min(length, PIECE_BYTES))
        if not piece:
            raise BrokenResponse("the answer is cut short")
        length -= len(piece)
        yield piece


def _rest(stream: BufferedReader) -> Iterator[bytes]:
    while piece := stream.read1(PIECE_BYTES):
        yield piece


def _chunks(stream: BufferedReader, check: Callable[[], None]) -> Iterator[bytes]:
    while True:
        line = _line(stream, check)
        text = line.partition(b";")[0].strip()
        if not line.endswith(b"\n") or not text or len(text) > 15 or not text.isalnum():
            raise BrokenResponse("the answer's chunks are cut short or malformed")
        try:
            length = int(text, 16)
        except ValueError as error:
            raise BrokenResponse("the answer's chunks are malformed") from error
        if not length:
            break
        yield from _exactly(stream, length)
        if _line(stream, check) not in {b"\r\n", b"\n"}:
            raise BrokenResponse("the answer's chunks are malformed")
    for _ in range(MAX_HEADER_LINES):  # trailers
        line = _line(stream, check)
        if line in {b"\r\n", b"\n"}:
            return
        if not line.endswith(b"\n"):
            break
    raise BrokenResponse("the answer's trailers are cut short")


def _line(stream: BufferedReader, check: Callable[[], None]) -> bytes:
    """A line with its end, as far as it goes: no more than is allowed, nor than there is."""
    line = b""
    while len(line) < _MAX_LINE_BYTES:
        arrived = stream.peek(1)
        end = arrived.find(b"\n") + 1
        line += stream.read(end or len(arrived))
        if end or not arrived:
            break
        check()
    return line
