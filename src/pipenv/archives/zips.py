"""Zip files and wheels, judged as a whole before a single byte of them is used.

`ZipArchive` answers for the container (`pipenv.archives._zip_records`), `WheelArchive` also for
what a wheel is (`pipenv.archives.wheel_layout`). Writing the content somewhere is left to others.
"""

from __future__ import annotations

import mmap
import os

from pipenv.archives._zip_records import STORED, Member, read_members
from pipenv.archives.inflate import PIECE_BYTES, BadStream, crc32, inflate, inflate_pieces
from pipenv.archives.refusal import refused
from pipenv.archives.wheel_layout import read_layout
from pipenv.errors import FileAccessError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from typing_extensions import Self

    from pipenv.archives.wheel_layout import WheelLayout

SMALL_BYTES = 1 << 20
"""Members up to this size are held in memory as a whole."""


class ZipArchive:
    """A zip file whose records are sound; its members can be read in any order, by any thread."""

    def __init__(self, path: str, *, filename: str | None = None) -> None:
        """Open and check the file `path`.

        Args:
            path: where it is.
            filename: what it is called, where that differs from the end of `path`.

        Raises:
            UnsafeArchive: see `pipenv.archives._zip_records.read_members`.
            FileAccessError: the file cannot be read.
        """
        self.filename = filename or os.path.basename(path)
        self._data = _map(path, self.filename)
        try:
            self.members = read_members(self._data, self.filename)
        except BaseException:
            self.close()
            raise
        self._by_name = {member.name: member for member in self.members}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        if isinstance(self._data, mmap.mmap):
            try:
                self._data.close()
            except BufferError:
                return  # a traceback still holds a piece of it; it closes with that

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def size_of(self, name: str) -> int:
        """How many bytes the member `name` has, unpacked."""
        return self._by_name[name].size

    def read(self, name: str) -> bytes:
        """The content of the member `name`.

        Raises:
            KeyError: there is no such member.
            UnsafeArchive: its content is damaged.
        """
        return b"".join(self.pieces(self._by_name[name]))

    def content(self, member: Member) -> bytes:
        """The content of `member` as a whole, which is for those of at most `SMALL_BYTES`.

        Raises:
            UnsafeArchive: it is damaged.
        """
        data = self._data[member.start : member.start + member.packed_size]
        if member.method != STORED:
            try:
                data = inflate(data, member.size)
            except BadStream as error:
                raise refused(self.filename, str(error), member.name) from error
        if crc32(data) != member.crc:
            raise refused(self.filename, "has another checksum than announced", member.name)
        return data

    def pieces(self, member: Member) -> Iterator[bytes]:
        """The content of `member`, a large one piece by piece; its checksum is checked at the end.

        Raises:
            UnsafeArchive: its content is damaged; nothing that came before is to be used.
        """
        if member.size <= SMALL_BYTES:
            yield self.content(member)
            return
        packed = memoryview(self._data)[member.start : member.start + member.packed_size]
        checksum = 0
        try:
            for data in _large_pieces(packed, member):
                checksum = crc32(data, checksum)
                yield data
        except BadStream as error:
            raise refused(self.filename, str(error), member.name) from error
        finally:
            packed.release()
        if checksum != member.crc:
            raise refused(self.filename, "has another checksum than announced", member.name)


class WheelArchive:
    """A wheel whose container, layout and list of content (RECORD) are sound.

    What is left to be checked while unpacking is each member's content: its checksum, and its
    digest in `layout.digests`.
    """

    def __init__(
        self, path: str, *, filename: str | None = None, lenient_record: bool = False
    ) -> None:
        """Open and check the wheel `path`.

        Args:
            path: where it is.
            filename: what it is called, where that differs from the end of `path`; its name and
                version must be the content's.
            lenient_record: accept a wheel whose RECORD does not tell the truth, with a notice in
                `layout.notices`. Only for users who ask for it.

        Raises:
            UnsafeArchive: it is no sound wheel.
            MetadataMismatch: its file name and its metadata disagree on name or version.
            FileAccessError: the file cannot be read.
        """
        self.archive = ZipArchive(path, filename=filename)
        try:
            self.layout: WheelLayout = read_layout(self.archive, lenient_record=lenient_record)
        except BaseException:
            self.archive.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.archive.close()

    @property
    def filename(self) -> str:
        """What the wheel is called."""
        return self.archive.filename

    @property
    def name(self) -> str:
        """The project's name as its metadata writes it."""
        return self.layout.name

    @property
    def version(self) -> str:
        """The version as its metadata writes it."""
        return self.layout.version

    def read_metadata(self) -> bytes:
        """The core metadata: the content of METADATA."""
        return self.archive.read(f"{self.layout.info_dir}/METADATA")


def _map(path: str, filename: str) -> mmap.mmap | bytes:
    try:
        with open(path, "rb") as stream:
            if os.fstat(stream.fileno()).st_size == 0:
                raise refused(filename, "is empty")
            return mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise FileAccessError(f"cannot read `{path}`: {reason}") from error


def _large_pieces(packed: memoryview, member: Member) -> Iterator[bytes]:
    if member.method != STORED:
        yield from inflate_pieces(packed, member.size)
        return
    for start in range(0, len(packed), PIECE_BYTES):
        yield bytes(packed[start : start + PIECE_BYTES])
