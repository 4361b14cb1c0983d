"""Source trees in tar files, by the rules of PEP 721.

Everything is decided from the headers as they come; nothing is written here. A member is a folder,
a file or a link that stays inside, below one root folder; only whether it is executable is taken
from its permissions.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import tarfile
import zlib

from pipenv.archives.member_names import problem_with_name
from pipenv.archives.refusal import BOMB_FLOOR_BYTES, BOMB_RATIO, refused
from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from io import BufferedReader
    from typing import TypeAlias

    Stream: TypeAlias = BufferedReader | gzip.GzipFile | bz2.BZ2File | lzma.LZMAFile

_DAMAGED = (tarfile.TarError, EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile, ValueError)
_DAMAGE = "is damaged, or only a part of an archive"
_PIECE_BYTES = 1 << 18
_END_OF_ZIP = b"PK\x05\x06"
_END_OF_ZIP_BYTES = 22
_LONGEST_ZIP_COMMENT = 0xFFFF


class TarEntry(NamedTuple):
    """One member of a source tree."""

    path: str
    """With ``/``, without one at its end."""
    kind: str
    """``file``, ``folder``, ``link`` (symbolic) or ``same`` (a hard link)."""
    executable: bool
    target: str
    """Of a link as written; of a hard link the path of another member."""
    pieces: Callable[[], Iterator[bytes]]
    """The content of a file; to be read before the next entry is asked for."""


def opener_for(path: str) -> Callable[[str], Stream] | None:
    """What opens the file `path` as a plain tar file, judged by its first bytes; `None` for none.

    Raises:
        OSError: it cannot be read.
    """
    with open(path, "rb") as stream:
        start = stream.read(512)
    if start.startswith(b"\x1f\x8b"):
        return _open_gzip
    if start.startswith(b"BZh"):
        return _open_bzip2
    if start.startswith(b"\xfd7zXZ\x00"):
        return _open_xz
    if start[257:262] == b"ustar":
        return _open_plain
    return None


def tar_entries(path: str, filename: str) -> Iterator[TarEntry]:
    """The members of the source tree in the tar file `path`, in order, each judged.

    Raises:
        UnsafeArchive: at the first member that no honest tree has, or when the file is damaged,
            unpacks to too much, or is something else as well.
        OSError: it cannot be read.
    """
    opener = opener_for(path)
    if opener is None:
        raise refused(filename, "is not an archive of a known kind, or only a part of one")
    if _ends_as_zip(path):
        raise refused(filename, "is a tar file and a zip file at once")
    size = os.stat(path).st_size
    try:
        with opener(path) as stream:
            measured = _Measured(stream, max(BOMB_FLOOR_BYTES, BOMB_RATIO * size), filename)
            # The stream mode never seeks back: each member is seen once, as it was written.
            with tarfile.open(fileobj=measured, mode="r|") as archive:  # type: ignore[call-overload] # it only reads
                for member in archive:
                    yield _entry(archive, member, filename)
                _check_rest(archive, filename)
    except _DAMAGED as error:
        raise refused(filename, _DAMAGE) from error
    except OSError as error:
        if error.errno is not None:
            raise
        raise refused(filename, _DAMAGE) from error  # how bzip2 says it


class _Measured:
    """A stream that gives no more than it may."""

    def __init__(self, stream: Stream, limit: int, filename: str) -> None:
        self._stream = stream
        self._left = limit
        self._filename = filename

    def read(self, size: int) -> bytes:
        data = self._stream.read(size)
        self._left -= len(data)
        if self._left < 0:
            raise refused(self._filename, "unpacks to far more than it should")
        return data


def _check_rest(archive: tarfile.TarFile, filename: str) -> None:
    """Behind the end there are only zeros; a header that makes no sense ends an archive too."""
    while data := archive.fileobj.read(_PIECE_BYTES):
        if data.strip(b"\0"):
            raise refused(filename, "is damaged, or has other data behind its end")


def _entry(archive: tarfile.TarFile, member: tarfile.TarInfo, filename: str) -> TarEntry:
    path = member.name.removeprefix("./").rstrip("/")
    if member.name.rstrip("/") in {".", ""} and member.isdir():
        path = "."
    else:
        problem = problem_with_name(path)
        if problem is not None:
            raise refused(filename, problem, member.name)
    kind, target = "file", ""
    if member.isdir():
        kind = "folder"
    elif member.issym():
        kind, target = "link", member.linkname
        problem = problem_with_target(target)
        if problem is not None:
            raise refused(filename, problem, member.name)
    elif member.islnk():
        kind, target = "same", member.linkname.removeprefix("./")
        if problem_with_name(target) is not None:
            raise refused(filename, "is a link that leads out of the archive", member.name)
    elif not member.isreg():
        raise refused(filename, "is not a file", member.name)
    elif member.issparse() or member.size < 0:
        raise refused(filename, "is a file with holes", member.name)

    def pieces() -> Iterator[bytes]:
        stream = archive.extractfile(member)
        if stream is None:
            return
        left = member.size
        while left:
            data = stream.read(min(left, _PIECE_BYTES))
            if not data:
                raise refused(filename, "is cut off", member.name)
            left -= len(data)
            yield data

    return TarEntry(path, kind, bool(member.mode & 0o111), target, pieces)


def problem_with_target(target: str) -> str | None:
    """Tell why no symbolic link may have this target, or `None` where that depends on the tree."""
    if not target or target[0] == "/" or "\\" in target or target[1:2] == ":" or "\0" in target:
        return "is a link that leads out of the archive"
    return None


def _ends_as_zip(path: str) -> bool:
    """Tell whether a reader of zip files, which begins at the end, would find one."""
    with open(path, "rb") as stream:
        size = stream.seek(0, os.SEEK_END)
        stream.seek(max(0, size - _END_OF_ZIP_BYTES - _LONGEST_ZIP_COMMENT))
        tail = stream.read()
    at = tail.find(_END_OF_ZIP)
    while at >= 0:
        length = int.from_bytes(tail[at + 20 : at + 22], "little")
        if at + _END_OF_ZIP_BYTES + length == len(tail):
            return True
        at = tail.find(_END_OF_ZIP, at + 1)
    return False


def _open_gzip(path: str) -> Stream:
    return gzip.open(path, "rb")


def _open_bzip2(path: str) -> Stream:
    return bz2.open(path, "rb")


def _open_xz(path: str) -> Stream:
    return lzma.open(path, "rb")


def _open_plain(path: str) -> Stream:
    return open(path, "rb")
