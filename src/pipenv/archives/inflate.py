"""Decompression of one deflate stream and its checksum, by the fastest library at hand.

The only module that knows about `isal`; without it the standard `zlib` does the same, slower.
"""

from __future__ import annotations

import zlib

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType
    from typing import Any

LIBRARY: ModuleType = zlib
"""What decompresses: a module with the functions of `zlib`."""
try:
    from isal import isal_zlib
except ImportError:
    pass  # there is no wheel of it for this platform
else:
    LIBRARY = isal_zlib

PIECE_BYTES = 1 << 18
"""How much is read at a time: large enough that the interpreter lock is given back meanwhile."""
_RAW_DEFLATE = -15


class BadStream(Exception):
    """The stream is damaged, or is not as long as announced; never leaves this package."""


def crc32(data: bytes | memoryview, value: int = 0, library: ModuleType = LIBRARY) -> int:
    """Continue the zip checksum `value` with `data`."""
    checksum: int = library.crc32(data, value)
    return checksum


def inflate(packed: bytes | memoryview, size: int, library: ModuleType = LIBRARY) -> bytes:
    """Decompress `packed`, which must give `size` bytes exactly and end with its last byte.

    Raises:
        BadStream: it does not; no more than `size` + 1 bytes were made of it.
    """
    stream = library.decompressobj(_RAW_DEFLATE)
    try:
        data: bytes = stream.decompress(packed, size + 1)
    except library.error as error:
        raise BadStream("is damaged: its compressed data makes no sense") from error
    _check_end(stream, len(data), size)
    return data


def inflate_pieces(
    packed: bytes | memoryview, size: int, library: ModuleType = LIBRARY
) -> Iterator[bytes]:
    """Like `inflate`, piece by piece, for what should not be in memory as a whole.

    Raises:
        BadStream: as soon as it is noticed; pieces that came before are not to be used.
    """
    stream = library.decompressobj(_RAW_DEFLATE)
    done = 0
    for start in range(0, len(packed), PIECE_BYTES):
        try:
            data: bytes = stream.decompress(packed[start : start + PIECE_BYTES], size - done + 1)
        except library.error as error:
            raise BadStream("is damaged: its compressed data makes no sense") from error
        done += len(data)
        if done > size or (stream.eof and start + PIECE_BYTES < len(packed)):
            raise BadStream("unpacks to more than announced")
        yield data
    _check_end(stream, done, size)


def _check_end(stream: Any, done: int, size: int) -> None:
    if done > size or stream.unused_data or stream.unconsumed_tail:
        raise BadStream("unpacks to more than announced")
    if done < size or not stream.eof:
        raise BadStream("unpacks to less than announced")
