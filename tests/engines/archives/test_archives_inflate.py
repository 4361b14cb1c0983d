"""Both decompressors do the same."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipenv.archives.inflate import LIBRARY, BadStream, crc32, inflate, inflate_pieces
from support.raw_zip import deflated

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

LIBRARIES = [zlib] if LIBRARY is zlib else [zlib, LIBRARY]
both = pytest.mark.parametrize("library", LIBRARIES, ids=lambda library: library.__name__)


@both
@given(data=st.binary(max_size=5000))
def test_round_trip(library: ModuleType, data: bytes) -> None:
    packed = deflated(data)
    assert inflate(packed, len(data), library) == data
    assert b"".join(inflate_pieces(memoryview(packed), len(data), library)) == data
    assert crc32(data, 0, library) == zlib.crc32(data)


@both
def test_large_round_trip(library: ModuleType) -> None:
    data = bytes(range(256)) * 20_000
    pieces = list(inflate_pieces(deflated(data), len(data), library))
    assert b"".join(pieces) == data


@both
@given(data=st.binary(min_size=1, max_size=5000), difference=st.integers(-1, 1), cut=st.booleans())
def test_wrong_length_is_found(
    library: ModuleType, data: bytes, difference: int, cut: bool
) -> None:
    packed = deflated(data)[:-1] if cut else deflated(data)
    if not cut and difference == 0:
        return
    with pytest.raises(BadStream):
        inflate(packed, len(data) + difference, library)
    with pytest.raises(BadStream):
        list(inflate_pieces(packed, len(data) + difference, library))


@both
def test_what_follows_the_stream_is_found(library: ModuleType) -> None:
    packed = deflated(b"abc") + b"more"
    with pytest.raises(BadStream):
        inflate(packed, 3, library)
    with pytest.raises(BadStream):
        list(inflate_pieces(packed, 3, library))


@both
def test_garbage_is_found(library: ModuleType) -> None:
    with pytest.raises(BadStream):
        inflate(b"\xff" * 20, 3, library)
    with pytest.raises(BadStream):
        list(inflate_pieces(b"\xff" * 20, 3, library))


@both
def test_bomb_ends_at_the_announced_size(library: ModuleType) -> None:
    packed = deflated(bytes(50 << 20))
    with pytest.raises(BadStream):
        inflate(packed, 1000, library)
    with pytest.raises(BadStream):
        next(inflate_pieces(packed, 1000, library))
