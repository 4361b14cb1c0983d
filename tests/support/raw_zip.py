"""Zip files written field by field, so that any field can lie."""

from __future__ import annotations

import base64
import hashlib
import struct
import zlib
from typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

REGULAR = 0o100644


class RawMember(NamedTuple):
    """One member; `None` means the truth."""

    name: bytes
    data: bytes = b""
    method: int = 8
    flags: int = 0x800
    mode: int = REGULAR
    local_name: bytes | None = None
    crc: int | None = None
    """In both headers."""
    local_crc: int | None = None
    size: int | None = None
    """In both headers."""
    local_size: int | None = None
    local_packed_size: int | None = None
    packed: bytes | None = None
    descriptor: bytes | None = None
    """Behind the data, and flag 3 set; the sizes in the local header are zero then."""
    gap: bytes = b""
    """Behind everything."""
    central_extra: bytes = b""
    local_extra: bytes = b""
    is_listed: bool = True
    """Whether the central directory has it."""
    offset: int | None = None
    """In the central directory."""


class RawEnd(NamedTuple):
    """What is around the members; `None` means the truth."""

    prefix: bytes = b""
    comment: bytes = b""
    trailing: bytes = b""
    member_count: int | None = None
    cd_offset: int | None = None
    cd_size: int | None = None
    zip64: bool = False
    disk: int = 0


def deflated(data: bytes) -> bytes:
    stream = zlib.compressobj(9, zlib.DEFLATED, -15)
    return stream.compress(data) + stream.flush()


def raw_zip(members: Sequence[RawMember], end: RawEnd = RawEnd()) -> bytes:  # noqa: B008
    """The bytes of a zip file of `members`, in this order."""
    body = bytearray(end.prefix)
    central = bytearray()
    for member in members:
        offset = len(body) if member.offset is None else member.offset
        central += _add(body, member, offset)
    listed = sum(member.is_listed for member in members)
    count = listed if end.member_count is None else end.member_count
    start = len(body) if end.cd_offset is None else end.cd_offset
    size = len(central) if end.cd_size is None else end.cd_size
    body += central
    if end.zip64:
        at = len(body)
        body += struct.pack(
            "<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, start
        )
        body += struct.pack("<4sLQL", b"PK\x06\x07", 0, at, 1)
        count, size, start = 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF
    body += struct.pack(
        "<4s4H2LH", b"PK\x05\x06", end.disk, 0, count, count, size, start, len(end.comment)
    )
    return bytes(body + end.comment + end.trailing)


def descriptor(data: bytes, *, signed: bool = True, wide: bool = False) -> bytes:
    """The honest data descriptor of a deflated member."""
    fields = struct.pack(
        "<L2Q" if wide else "<3L", zlib.crc32(data), len(deflated(data)), len(data)
    )
    return (b"PK\x07\x08" if signed else b"") + fields


def _add(body: bytearray, member: RawMember, offset: int) -> bytes:
    """Append the local record; return the entry of the central directory."""
    packed = member.packed
    if packed is None:
        packed = deflated(member.data) if member.method == 8 else member.data
    crc = zlib.crc32(member.data) if member.crc is None else member.crc
    size = len(member.data) if member.size is None else member.size
    flags = member.flags | (8 if member.descriptor is not None else 0)
    local = [crc, len(packed), size] if member.descriptor is None else [0, 0, 0]
    for position, lie in enumerate((member.local_crc, member.local_packed_size, member.local_size)):
        if lie is not None:
            local[position] = lie
    local_name = member.name if member.local_name is None else member.local_name
    body += struct.pack(
        "<4s5H3L2H",
        b"PK\x03\x04",
        20,
        flags,
        member.method,
        0,
        33,
        *local,
        len(local_name),
        len(member.local_extra),
    )
    body += local_name + member.local_extra + packed + (member.descriptor or b"") + member.gap
    if not member.is_listed:
        return b""
    return (
        struct.pack(
            "<4s6H3L5H2L",
            b"PK\x01\x02",
            20 | 3 << 8,
            20,
            flags,
            member.method,
            0,
            33,
            crc,
            len(packed),
            size,
            len(member.name),
            len(member.central_extra),
            0,
            0,
            0,
            member.mode << 16,
            offset,
        )
        + member.name
        + member.central_extra
    )


WHEEL_TEXT = b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def wheel_files(
    name: str = "demo", version: str = "1.0", files: Mapping[str, bytes] | None = None
) -> dict[str, bytes]:
    """The files of an honest wheel without its RECORD; `files` come first and may replace."""
    info = f"{name}-{version}.dist-info"
    members = {"demo/__init__.py": b"VERSION = '1.0'\n"}
    members |= files or {}
    members.setdefault(
        f"{info}/METADATA",
        f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n\n".encode(),
    )
    members.setdefault(f"{info}/WHEEL", WHEEL_TEXT)
    return members


def record_of(files: Mapping[str, bytes], info: str = "demo-1.0.dist-info") -> bytes:
    """An honest RECORD of `files`."""
    rows = []
    for path, data in files.items():
        if path.endswith("/"):
            continue
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        shown = f'"{path}"' if "," in path else path
        rows.append(f"{shown},sha256={digest},{len(data)}\n")
    return "".join([*rows, f"{info}/RECORD,,\n"]).encode()


def raw_wheel(
    files: Mapping[str, bytes] | None = None,
    *,
    changes: Mapping[str, Mapping[str, Any]] | None = None,
    extra: Sequence[RawMember] = (),
    record: bytes | None = None,
    end: RawEnd = RawEnd(),  # noqa: B008
) -> bytes:
    """The wheel ``demo-1.0``, honest but for what the arguments change.

    Args:
        files: more files, or others in place of the honest ones.
        changes: fields of `RawMember` by member.
        extra: further members, as they are, not in RECORD.
        record: RECORD in place of the honest one.
        end: what is around the members.
    """
    members = wheel_files(files=files)
    members["demo-1.0.dist-info/RECORD"] = record_of(members) if record is None else record
    raw = [
        RawMember(path.encode(), data)._replace(**(changes or {}).get(path, {}))
        for path, data in members.items()
    ]
    return raw_zip([*raw, *extra], end)
