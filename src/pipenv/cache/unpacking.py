"""From a wheel file to an unpacked, verified tree with its manifest.

One function that depends on nothing but its arguments, so that it can run in any thread or process.
Members are hashed and inflated outside the interpreter's lock where they are large.
"""

from __future__ import annotations

import hashlib
import os
import time
from binascii import b2a_base64

from pipenv.archives.record_rows import record_line
from pipenv.archives.refusal import refused
from pipenv.archives.zips import SMALL_BYTES, WheelArchive
from pipenv.cache.manifest import (
    MANIFEST,
    TREE,
    FileGroup,
    ScriptFile,
    WheelManifest,
    write_manifest,
)
from pipenv.errors import FileAccessError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipenv.archives.wheel_layout import WheelFile, WheelLayout

_FLAGS = (
    os.O_WRONLY
    | os.O_CREAT
    | os.O_EXCL
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOFOLLOW", 0)
)
_TIMES_BY_DESCRIPTOR = os.utime in os.supports_fd
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_PYTHON_SHEBANG = b"#!python"
_HASHERS = {"sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}


def unpack_wheel(
    wheel_path: str, folder: str, *, filename: str | None = None, lenient_record: bool = False
) -> WheelManifest:
    """Check the wheel and unpack it to ``<folder>/tree``, with ``<folder>/manifest`` beside it.

    Nothing is written before the wheel as a whole has been judged; what only the contents can tell
    (checksums, digests of RECORD) is found while unpacking, and leaves a partial tree behind for
    the caller to delete. Of the archive's permissions only *executable* counts; the files stay
    writable, since those in environments are the same files.

    Args:
        wheel_path: the file; that it is the wanted one has been checked by its digest.
        folder: an existing empty folder.
        filename: what the wheel is called, where that differs from the end of `wheel_path`.
        lenient_record: accept a wheel whose RECORD does not tell the truth, with notices.

    Raises:
        UnsafeArchive, MetadataMismatch: it is not installed, see `WheelArchive`.
        FileAccessError: the folder cannot be written.
    """
    with WheelArchive(wheel_path, filename=filename, lenient_record=lenient_record) as wheel:
        try:
            manifest = _Unpacking(wheel, folder, lenient_record=lenient_record).run()
            _write(os.path.join(folder, MANIFEST), [write_manifest(manifest)], None, 0o666)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise FileAccessError(f"cannot unpack `{wheel.filename}`: {reason}") from error
    return manifest


class _Unpacking:
    """Holds one wheel while it is unpacked."""

    def __init__(self, wheel: WheelArchive, folder: str, *, lenient_record: bool) -> None:
        self._wheel = wheel
        self._tree = os.path.join(folder, TREE)
        self._lenient = lenient_record
        # Even, since some file systems keep no odd seconds.
        self._mtime = int(time.time()) & ~1
        self._notices: list[str] = []

    def run(self) -> WheelManifest:
        layout = self._wheel.layout
        os.mkdir(self._tree)
        sources = [_source_folder(file) for file in layout.files]
        for folder in _with_parents(sources):
            os.mkdir(f"{self._tree}/{folder}")
        digests: list[str] = []
        scripts: list[ScriptFile] = []
        for file in layout.files:
            digest, start = self._unpack(file)
            digests.append(digest)
            if file.scheme == "scripts":
                member = file.member
                is_python = start.startswith(_PYTHON_SHEBANG)
                scripts.append(ScriptFile(file.path, member.name, digest, member.size, is_python))
        points = layout.entry_points
        return WheelManifest(
            layout.name,
            layout.version,
            layout.info_dir,
            layout.root_scheme,
            self._mtime,
            _groups(layout, digests),
            _record(layout, digests),
            tuple(scripts),
            tuple((point.name, point.module, point.attribute) for point in points.console),
            tuple((point.name, point.module, point.attribute) for point in points.gui),
            (*layout.notices, *self._notices),
        )

    def _unpack(self, file: WheelFile) -> tuple[str, bytes]:
        """Write one file; return its digest as RECORD has it, and its first bytes."""
        member = file.member
        algorithm, _, expected = (file.digest or "sha256=").partition("=")
        mode = 0o777 if member.executable or file.scheme == "scripts" else 0o666
        path = f"{self._tree}/{member.name}"
        try:
            if member.size <= SMALL_BYTES:
                data = self._wheel.archive.content(member)
                hasher = _HASHERS[algorithm](data)
                start = data[:32]
                _write(path, (data,), self._mtime, mode)
            else:
                hasher = _HASHERS[algorithm]()
                start = self._unpack_large(file, path, mode, hasher)
        except FileExistsError:
            raise refused(
                self._wheel.filename, "is in it twice for this file system", member.name
            ) from None
        actual = b2a_base64(hasher.digest(), newline=False).rstrip(b"=").translate(_URL_SAFE)
        if expected and actual.decode() != expected:
            problem = "has another content than RECORD says"
            if not self._lenient:
                raise refused(self._wheel.filename, problem, member.name)
            self._notices.append(f"`{self._wheel.filename}`: `{member.name}` {problem}")
        return f"{algorithm}={actual.decode()}", start

    def _unpack_large(self, file: WheelFile, path: str, mode: int, hasher: hashlib._Hash) -> bytes:
        """Write a file piece by piece, each hashed on the way; return its first bytes."""
        starts: list[bytes] = []

        def hashed() -> Iterable[bytes]:
            for piece in self._wheel.archive.pieces(file.member):
                hasher.update(piece)
                if not starts:
                    starts.append(piece[:32])
                yield piece

        _write(path, hashed(), self._mtime, mode)
        return starts[0]


def _write(path: str, pieces: Iterable[bytes], mtime: int | None, mode: int) -> None:
    descriptor = os.open(path, _FLAGS, mode)
    try:
        for piece in pieces:
            written = os.write(descriptor, piece)
            while written < len(piece):
                written += os.write(descriptor, memoryview(piece)[written:])
        if mtime is not None and _TIMES_BY_DESCRIPTOR:
            os.utime(descriptor, (mtime, mtime))
    finally:
        os.close(descriptor)
    if mtime is not None and not _TIMES_BY_DESCRIPTOR:
        os.utime(path, (mtime, mtime))


def _source_folder(file: WheelFile) -> str:
    return file.member.name.rpartition("/")[0]


def _with_parents(folders: Iterable[str]) -> list[str]:
    """The folders and all above them, each once, parents first."""
    found: set[str] = set()
    for folder in folders:
        at = folder
        while at and at not in found:
            found.add(at)
            at = at.rpartition("/")[0]
    return sorted(found)


def _groups(layout: WheelLayout, digests: list[str]) -> tuple[FileGroup, ...]:
    """The files by folder, and the folders between them; parents before their children.

    A folder that is filled from two places of the archive is two groups.
    """
    found: dict[tuple[str, str, str], list[tuple[str, int, str]]] = {}
    folders: dict[str, list[str]] = {}
    for file, digest in zip(layout.files, digests, strict=True):
        if file.scheme == "scripts":
            continue
        folder, _, name = file.path.rpartition("/")
        key = (file.scheme, folder, _source_folder(file))
        row = (name, file.member.size, "" if _is_at_root(file) else digest)
        found.setdefault(key, []).append(row)
        folders.setdefault(file.scheme, []).append(folder)
    for scheme, filled in folders.items():
        for folder in set(_with_parents(filled)).difference(filled):
            found[scheme, folder, ""] = []
    return tuple(_group(key, found[key]) for key in sorted(found))


def _group(key: tuple[str, str, str], rows: list[tuple[str, int, str]]) -> FileGroup:
    names, sizes, digests = zip(*rows, strict=True) if rows else ((), (), ())
    return FileGroup(*key, names, sizes, digests if any(digests) else ())


def _record(layout: WheelLayout, digests: list[str]) -> str:
    """RECORD rows of the files that lie in the archive where they will be installed."""
    return "".join(
        record_line(file.path, digest, file.member.size)
        for file, digest in zip(layout.files, digests, strict=True)
        if _is_at_root(file)
    )


def _is_at_root(file: WheelFile) -> bool:
    return file.member.name == file.path
