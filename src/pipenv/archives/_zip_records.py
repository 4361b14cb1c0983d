"""The records of a zip file: central directory, local headers, and that they agree.

A zip file says everything twice, and readers differ in which of the two they believe. Here a file
counts only if there is nothing to choose: the local records follow one another from the first byte
to the central directory without a gap, each has its one entry there, and both say the same
(APPNOTE sections 4.3 to 4.5; the public index has refused other files since 2025).
"""

from __future__ import annotations

import stat
import struct

from pipenv.archives.member_names import problem_with_name
from pipenv.archives.refusal import is_bomb, refused
from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    import mmap
    from collections.abc import Sequence

STORED = 0
DEFLATED = 8

_END = struct.Struct("<4s4H2LH")
_END64_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_EXTRA = struct.Struct("<2H")
_END_SIGNATURE = b"PK\x05\x06"
_END64_LOCATOR_SIGNATURE = b"PK\x06\x07"
_END64_SIGNATURE = b"PK\x06\x06"
_CENTRAL_SIGNATURE = b"PK\x01\x02"
_LOCAL_SIGNATURE = b"PK\x03\x04"
_DESCRIPTOR_SIGNATURE = b"PK\x07\x08"
_DESCRIPTORS = {12: ("<3L", 0), 16: ("<3L", 4), 20: ("<L2Q", 0), 24: ("<L2Q", 4)}
"""Length → fields and their position; the signature is optional, sizes have 32 or 64 bits."""

_ZIP64_EXTRA = 0x0001
_UNICODE_PATH_EXTRA = 0x7075
_NO_PATH = bytes(5)
"""Version and checksum, which come before the name in that field."""
_MAX16 = 0xFFFF
_MAX32 = 0xFFFFFFFF
_LONGEST_COMMENT = 0xFFFF

_ENCRYPTED = 0x2041
"""Flag bits: encrypted, strongly encrypted, central directory encrypted."""
_HAS_DESCRIPTOR = 0x0008
_COMPARED_FLAGS = _ENCRYPTED | _HAS_DESCRIPTOR


class Member(NamedTuple):
    """One file, folder or symbolic link of a zip file."""

    name: str
    """Its path with ``/``; a folder's ends with one."""
    kind: str
    """``file``, ``folder`` or ``link``."""
    executable: bool
    method: int
    crc: int
    packed_size: int
    size: int
    start: int
    """Where its data begins."""


class _Entry(NamedTuple):
    """An entry of the central directory."""

    local: bytes
    """What the local record begins with where it says the same in the simplest way."""
    raw_name: bytes
    flags: int
    method: int
    crc: int
    packed_size: int
    size: int
    mode: int
    offset: int


class _Directory(NamedTuple):
    entry_count: int
    start: int
    end: int


def read_members(data: mmap.mmap | bytes, filename: str) -> list[Member]:
    """All members of a zip file in the order of its central directory.

    Raises:
        UnsafeArchive: it is no zip file, damaged, ambiguous, or has members that no honest one has.
    """
    return _Reader(data, filename).read()


class _Reader:
    """Holds one file while it is judged."""

    def __init__(self, data: mmap.mmap | bytes, filename: str) -> None:
        self._data = data
        self._filename = filename

    def read(self) -> list[Member]:
        directory = self._find_directory()
        entries = self._read_entries(directory)
        total = sum(entry.size for entry in entries)
        if is_bomb(len(self._data), total):
            raise refused(self._filename, f"would unpack to {total} bytes")
        starts = self._check_local_records(entries, directory.start)
        members = [self._member(entry, starts[entry.offset]) for entry in entries]
        self._check_names(members)
        return members

    # End of the central directory

    def _find_directory(self) -> _Directory:
        data = self._data
        size = len(data)
        at = data.rfind(_END_SIGNATURE, max(0, size - _END.size - _LONGEST_COMMENT))
        if at < 0 or data[:4] not in {_LOCAL_SIGNATURE, _END_SIGNATURE}:
            raise refused(self._filename, "is not a zip file, or only a part of one")
        if at + _END.size > size:
            raise refused(self._filename, "is cut off at its end")
        end = _END.unpack_from(data, at)
        comment_length = end[7]
        if at + _END.size + comment_length != size:
            raise refused(self._filename, "has other data behind its end")
        disks, count, length, start = end[1:4], end[4], end[5], end[6]
        locator_at = at - _END64_LOCATOR.size
        if locator_at >= 0 and data[locator_at : locator_at + 4] == _END64_LOCATOR_SIGNATURE:
            count, length, start, at = self._read_end64(locator_at, (count, length, start))
        elif any(disks[:2]) or disks[2] != count:
            raise refused(self._filename, "is one of several volumes")
        if start + length != at:
            raise refused(self._filename, "has other data before it, or in its central directory")
        if self._holds_records(size - comment_length, size):
            raise refused(self._filename, "hides another archive in its comment")
        return _Directory(count, start, at)

    def _read_end64(
        self, locator_at: int, short: tuple[int, int, int]
    ) -> tuple[int, int, int, int]:
        data = self._data
        _, disk, at, disk_count = _END64_LOCATOR.unpack_from(data, locator_at)
        if at + _END64.size > locator_at or data[at : at + 4] != _END64_SIGNATURE:
            raise refused(self._filename, "has a damaged 64 bit end record")
        fields = _END64.unpack_from(data, at)
        record_size, this_disk, start_disk, disk_entries = fields[1], *fields[4:7]
        count, length, start = fields[7:10]
        if at + 12 + record_size != locator_at:
            raise refused(self._filename, "has a damaged 64 bit end record")
        if disk or this_disk or start_disk or disk_count > 1 or disk_entries != count:
            raise refused(self._filename, "is one of several volumes")
        for value, small, largest in zip(
            (count, length, start), short, (_MAX16, _MAX32, _MAX32), strict=True
        ):
            if small not in {value, largest}:
                raise refused(self._filename, "has two end records that contradict each other")
        return count, length, start, at

    def _holds_records(self, start: int, end: int) -> bool:
        comment = self._data[start:end]
        return any(
            signature in comment
            for signature in (_END_SIGNATURE, _CENTRAL_SIGNATURE, _LOCAL_SIGNATURE)
        )

    # Central directory

    def _read_entries(self, directory: _Directory) -> list[_Entry]:
        data = self._data[directory.start : directory.end]
        if directory.entry_count * _CENTRAL.size > len(data):
            raise refused(self._filename, "has fewer members than it says")
        entries: list[_Entry] = []
        at = 0
        for _ in range(directory.entry_count):
            entry, at = self._read_entry(data, at)
            entries.append(entry)
        if at != len(data):
            raise refused(self._filename, "has more members than it says")
        return entries

    def _read_entry(self, data: bytes, at: int) -> tuple[_Entry, int]:
        if data[at : at + 4] != _CENTRAL_SIGNATURE or at + _CENTRAL.size > len(data):
            raise refused(self._filename, "has a damaged central directory")
        fields = _CENTRAL.unpack_from(data, at)
        flags, method, crc, packed_size, size = fields[3], fields[4], *fields[7:10]
        name_length, extra_length, comment_length, disk = fields[10:14]
        attributes, offset = fields[15:17]
        name_end = at + _CENTRAL.size + name_length
        end = name_end + extra_length + comment_length
        if end > len(data):
            raise refused(self._filename, "has a damaged central directory")
        raw_name = data[at + _CENTRAL.size : name_end]
        if extra_length:
            extra = data[name_end : name_end + extra_length]
            size, packed_size, offset, disk = self._widened(
                extra, raw_name, (size, packed_size, offset, disk)
            )
            local = b""
        else:
            local = b"%b%b\0\0%b" % (_LOCAL_SIGNATURE, data[at + 6 : at + 30], raw_name)
        if disk:
            raise self._bad(raw_name, "lies in another volume")
        if flags & _ENCRYPTED:
            raise self._bad(raw_name, "is encrypted")
        if method not in {STORED, DEFLATED}:
            raise self._bad(raw_name, f"is compressed by an unknown method ({method})")
        if method == STORED and size != packed_size:
            raise self._bad(raw_name, "has two sizes that contradict each other")
        mode = attributes >> 16
        if flags & _HAS_DESCRIPTOR or _MAX32 in {packed_size, size}:
            local = b""
        entry = _Entry(local, raw_name, flags, method, crc, packed_size, size, mode, offset)
        return entry, end

    def _widened(
        self, extra: bytes, raw_name: bytes, fields: tuple[int, int, int, int]
    ) -> tuple[int, int, int, int]:
        """Size, packed size, offset and disk, from the 64 bit extra field where they are not here.

        Only those that are too large for their own place are in there, in this order.
        """
        extras = _extras(extra)
        if extras.get(_UNICODE_PATH_EXTRA, _NO_PATH + raw_name)[5:] != raw_name:
            raise self._bad(raw_name, "has a second name")
        largest = (_MAX32, _MAX32, _MAX32, _MAX16)
        body = extras.get(_ZIP64_EXTRA)
        if body is None:
            return fields
        wide: list[int] = []
        at = 0
        for value, most in zip(fields, largest, strict=True):
            width = 4 if most == _MAX16 else 8
            if value == most:
                if at + width > len(body):
                    raise self._bad(raw_name, "has a damaged 64 bit field")
                wide.append(int.from_bytes(body[at : at + width], "little"))
                at += width
            else:
                wide.append(value)
        return wide[0], wide[1], wide[2], wide[3]

    # Local records

    def _check_local_records(self, entries: Sequence[_Entry], end: int) -> dict[int, int]:
        """Check every local record; tell where its data begins, by its own offset."""
        starts: dict[int, int] = {}
        expected = 0
        if not entries:
            raise refused(self._filename, "holds nothing")
        ordered = sorted(entries, key=_offset)
        nexts = [entry.offset for entry in ordered[1:]]
        for entry, following in zip(ordered, [*nexts, end], strict=True):
            if entry.offset != expected:
                raise self._bad(entry.raw_name, "overlaps another one, or hides data before it")
            start = entry.offset + len(entry.local)
            is_plain = (
                entry.local
                and start + entry.packed_size == following
                and self._data[entry.offset : start] == entry.local
            )
            if not is_plain:
                start = self._check_local_record(entry, following)
            starts[entry.offset] = start
            expected = following
        if expected != end:
            raise refused(self._filename, "has hidden data before its central directory")
        return starts

    def _check_local_record(self, entry: _Entry, following: int) -> int:
        data, at = self._data, entry.offset
        if at + _LOCAL.size > following:
            raise self._bad(entry.raw_name, "is cut off, or overlaps another one")
        if data[at : at + 4] != _LOCAL_SIGNATURE:
            raise self._bad(entry.raw_name, "has a damaged local header")
        fields = _LOCAL.unpack_from(data, at)
        flags, method, crc, packed_size, size, name_length, extra_length = fields[2:4] + fields[6:]
        name_at = at + _LOCAL.size
        start: int = name_at + name_length + extra_length
        end = start + entry.packed_size
        if end > following:
            raise self._bad(entry.raw_name, "is cut off, or overlaps another one")
        if data[name_at : name_at + name_length] != entry.raw_name:
            raise self._bad(entry.raw_name, "has another name in its local header")
        if method != entry.method or (flags ^ entry.flags) & _COMPARED_FLAGS:
            raise self._bad(entry.raw_name, "is packed in another way in its local header")
        if _MAX32 in {packed_size, size}:
            body = _extras(data[start - extra_length : start]).get(_ZIP64_EXTRA, b"")
            if len(body) >= 16:
                size, packed_size = struct.unpack_from("<2Q", body)
        local, central = (crc, packed_size, size), (entry.crc, entry.packed_size, entry.size)
        if flags & _HAS_DESCRIPTOR:
            if any(here not in {0, there} for here, there in zip(local, central, strict=True)):
                raise self._bad(entry.raw_name, "has other sizes in its local header")
            self._check_descriptor(entry, end, following, central)
        elif local != central:
            raise self._bad(entry.raw_name, "has another size or checksum in its local header")
        elif end != following:
            raise self._bad(entry.raw_name, "has hidden data behind it")
        return start

    def _check_descriptor(
        self, entry: _Entry, start: int, end: int, expected: tuple[int, int, int]
    ) -> None:
        shape = _DESCRIPTORS.get(end - start)
        if shape is None:
            raise self._bad(entry.raw_name, "has hidden data behind it")
        fields, at = shape
        if at and self._data[start : start + 4] != _DESCRIPTOR_SIGNATURE:
            raise self._bad(entry.raw_name, "has hidden data behind it")
        if struct.unpack_from(fields, self._data, start + at) != expected:
            raise self._bad(entry.raw_name, "has another size or checksum behind its data")

    # Members

    def _member(self, entry: _Entry, start: int) -> Member:
        try:
            name = entry.raw_name.decode()
        except UnicodeDecodeError:
            raise self._bad(entry.raw_name, "has a name that is not UTF-8") from None
        is_folder = name.endswith("/")
        problem = problem_with_name(name[:-1] if is_folder else name)
        if problem is not None:
            raise self._bad(entry.raw_name, problem)
        kind = stat.S_IFMT(entry.mode)
        if is_folder:
            if entry.size or kind not in {0, stat.S_IFDIR}:
                raise self._bad(entry.raw_name, "is a folder with content")
            return Member(
                name,
                kind="folder",
                executable=False,
                method=STORED,
                crc=0,
                packed_size=0,
                size=0,
                start=start,
            )
        if kind not in {0, stat.S_IFREG, stat.S_IFLNK}:
            raise self._bad(entry.raw_name, "is not a file")
        return Member(
            name,
            "link" if kind == stat.S_IFLNK else "file",
            bool(entry.mode & 0o111),
            entry.method,
            entry.crc,
            entry.packed_size,
            entry.size,
            start,
        )

    def _check_names(self, members: Sequence[Member]) -> None:
        seen: set[str] = set()
        folders: set[str] = set()
        for member in members:
            name = member.name.removesuffix("/")
            if name in seen:
                raise refused(self._filename, "is in it twice", member.name)
            seen.add(name)
            folder = name if member.kind == "folder" else name.rpartition("/")[0]
            while folder and folder not in folders:
                folders.add(folder)
                folder = folder.rpartition("/")[0]
        for member in members:
            if member.kind != "folder" and member.name in folders:
                raise refused(self._filename, "is a file and a folder", member.name)

    def _bad(self, raw_name: bytes, problem: str) -> Exception:
        return refused(self._filename, problem, raw_name.decode("utf-8", "backslashreplace"))


def _offset(entry: _Entry) -> int:
    return entry.offset


def _extras(extra: bytes) -> dict[int, bytes]:
    """The extra fields of a record by kind; what cannot be one is left out, as every reader does.

    Of two fields of one kind the first counts.
    """
    fields: dict[int, bytes] = {}
    at = 0
    while at + _EXTRA.size <= len(extra):
        kind, length = _EXTRA.unpack_from(extra, at)
        at += _EXTRA.size
        fields.setdefault(kind, extra[at : at + length])
        at += length
    return fields
