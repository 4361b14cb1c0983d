"""METADATA out of a wheel of which only the end is at hand.

A zip file has its directory at its end, and wheels have their dist-info folder last, so a few KiB
usually do. Only for resolving: a wheel that is installed is checked as a whole before.
"""

from __future__ import annotations

import zlib

from pipenv.archives.inflate import BadStream, inflate
from pipenv.errors import UnsafeArchive
from pipenv.models.filenames import parse_wheel_filename
from pipenv.models.names import canonical_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    Fetch: TypeAlias = Callable[[int, int], bytes]
    """Start and end → exactly these bytes of the file."""

TAIL_BYTES = 16 * 1024
_END = b"PK\x05\x06"
_ENTRY = b"PK\x01\x02"
_LOCAL = b"PK\x03\x04"
_END_BYTES = 22
_ENTRY_BYTES = 46
_LOCAL_BYTES = 30
_STORED, _DEFLATED = 0, 8
_MOST_BYTES = 16 * 1024 * 1024
"""Neither a directory nor a METADATA is larger."""


class _Window:
    """The end of a file, grown towards its start as needed."""

    def __init__(self, fetch: Fetch, tail: bytes, size: int, filename: str) -> None:
        self._fetch = fetch
        self.filename = filename
        self.start = size - len(tail)
        self.data = tail
        self.end = size

    def read(self, start: int, end: int) -> bytes:
        """Bytes of the file by their places in it."""
        if not 0 <= start <= end <= self.end or end - start > _MOST_BYTES:
            raise self.refusal("its directory points outside of the file")
        if start == end:
            return b""
        if start >= self.start:
            return self.data[start - self.start : end - self.start]
        if end < self.start - TAIL_BYTES:
            return self._fetch(start, end)
        first = max(0, start - 1024)
        self.data = self._fetch(first, self.start) + self.data
        self.start = first
        return self.data[start - first : end - first]

    def refusal(self, reason: str) -> UnsafeArchive:
        return UnsafeArchive(f"`{self.filename}` cannot be read as a wheel: {reason}")


def read_wheel_metadata(fetch: Fetch, tail: bytes, size: int, filename: str) -> bytes:
    """Return the content of METADATA of a wheel.

    Args:
        fetch: gives further parts of the file.
        tail: its last `TAIL_BYTES`, or all of it if it is shorter.
        size: of the file, in bytes.
        filename: of the wheel; its project's dist-info folder is looked for.

    Raises:
        UnsafeArchive: it is not a zip file with exactly one such member, or it is damaged.
    """
    window = _Window(fetch, tail, size, filename)
    at = window.data.rfind(_END)
    if at < 0 or len(window.data) < at + _END_BYTES:
        raise window.refusal("it is not a complete zip file")
    directory_size = _number(window.data, at + 12, 4)
    directory_start = _number(window.data, at + 16, 4)
    if directory_start + directory_size > window.start + at:
        raise window.refusal("its directory points outside of the file")
    directory = window.read(directory_start, directory_start + directory_size)
    entry = _find_metadata(directory, window)
    return _content(directory, entry, window)


def _find_metadata(directory: bytes, window: _Window) -> int:
    """Where the entry of METADATA begins in the directory."""
    parsed = parse_wheel_filename(window.filename)
    project = parsed.name if parsed is not None else ""
    found = []
    at = 0
    while directory[at : at + 4] == _ENTRY:
        length = _number(directory, at + 28, 2)
        name = directory[at + _ENTRY_BYTES : at + _ENTRY_BYTES + length]
        if name.endswith(b".dist-info/METADATA") and name.count(b"/") == 1:
            stem = name.partition(b".dist-info/")[0].rpartition(b"-")[0]
            if canonical_name(stem.decode("utf-8", "replace")) == project:
                found.append(at)
        extra, comment = _number(directory, at + 30, 2), _number(directory, at + 32, 2)
        at += _ENTRY_BYTES + length + extra + comment
    if len(found) != 1:
        raise window.refusal("it does not have exactly one METADATA of its project")
    return found[0]


def _content(directory: bytes, entry: int, window: _Window) -> bytes:
    flags = _number(directory, entry + 8, 2)
    method = _number(directory, entry + 10, 2)
    checksum = _number(directory, entry + 16, 4)
    packed_size = _number(directory, entry + 20, 4)
    size = _number(directory, entry + 24, 4)
    start = _number(directory, entry + 42, 4)
    if flags & 1 or method not in {_STORED, _DEFLATED} or size > _MOST_BYTES:
        raise window.refusal("its METADATA is encrypted, oddly compressed or too large")
    head = window.read(start, start + _LOCAL_BYTES)
    if not head.startswith(_LOCAL):
        raise window.refusal("its directory is wrong")
    begin = start + _LOCAL_BYTES + _number(head, 26, 2) + _number(head, 28, 2)
    packed = window.read(begin, begin + packed_size)
    try:
        data = packed if method == _STORED else inflate(packed, size)
    except BadStream as error:
        raise window.refusal(f"its METADATA {error}") from error
    if len(data) != size or zlib.crc32(data) != checksum:
        raise window.refusal("its METADATA is damaged")
    return data


def _number(data: bytes, at: int, length: int) -> int:
    return int.from_bytes(data[at : at + length], "little")
