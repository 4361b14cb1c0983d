"""Source trees unpacked to a folder, never outside of it.

Links are made last, when nothing is written through them any more, and are looked at once more
where they really lead.
"""

from __future__ import annotations

import os

from pipenv.archives.refusal import refused
from pipenv.archives.tars import TarEntry, problem_with_target, tar_entries
from pipenv.archives.zips import ZipArchive
from pipenv.errors import FileAccessError
from pipenv.filesystem.linking import copy_file
from pipenv.filesystem.trees import delete_tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipenv.archives._zip_records import Member

_FLAGS = (
    os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
)
_ZIP_START = b"PK\x03\x04"
_LONGEST_TARGET = 4096


def extract_sdist(path: str, target_dir: str, *, filename: str | None = None) -> str:
    """Unpack a source distribution, or another archive of one source tree.

    Its kind (zip; tar, plain or compressed by gzip, bzip2 or xz) is told by its content.

    Args:
        path: the archive.
        target_dir: an existing empty folder.
        filename: what the archive is called, where that differs from the end of `path`.

    Returns:
        The path of its one root folder, below `target_dir`.

    Raises:
        UnsafeArchive: it is damaged, or has what no honest source tree has; nothing of it is left
            in `target_dir`.
        FileAccessError: it cannot be read, or the folder not be written.
    """
    name = filename or os.path.basename(path)
    try:
        if os.listdir(target_dir):
            raise FileAccessError(f"cannot unpack `{name}`: the folder `{target_dir}` is not empty")
        try:
            return _Extraction(path, target_dir, name).run()
        except BaseException:
            _empty(target_dir)
            raise
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise FileAccessError(f"cannot unpack `{name}`: {reason}") from error


class _Extraction:
    """Holds one archive while it is unpacked."""

    def __init__(self, path: str, target_dir: str, filename: str) -> None:
        self._path = path
        self._target = target_dir
        self._filename = filename
        self._kinds: dict[str, str] = {}
        """Kind by path of what is there, or will be."""
        self._links: list[TarEntry] = []
        self._root = ""

    def run(self) -> str:
        for entry in self._entries():
            if entry.path == "." or entry.path.startswith("._"):
                continue  # what some archivers of another system add beside the root
            self._check_root(entry)
            self._take(entry)
        if not self._root or self._kinds.get(self._root) != "folder":
            raise refused(self._filename, "is empty")
        for entry in self._links:
            self._make_link(entry)
        for entry in self._links:
            self._check_link(entry)
        return os.path.join(self._target, self._root)

    def _entries(self) -> Iterable[TarEntry]:
        with open(self._path, "rb") as stream:
            if stream.read(4) == _ZIP_START:
                return _zip_entries(self._path, self._filename)
        return tar_entries(self._path, self._filename)

    def _check_root(self, entry: TarEntry) -> None:
        root, slash, _ = entry.path.partition("/")
        if not slash and entry.kind != "folder":
            raise refused(self._filename, "lies beside the root folder", entry.path)
        if self._root and root != self._root:
            raise refused(self._filename, "lies beside the root folder", entry.path)
        self._root = root

    def _take(self, entry: TarEntry) -> None:
        known = self._kinds.get(entry.path)
        if entry.kind == "folder":
            self._make_folder(entry.path, entry.path)
            return
        self._make_folder(entry.path.rpartition("/")[0], entry.path)
        if known is not None and (known != "file" or entry.kind != "file"):
            raise refused(self._filename, "is in it twice", entry.path)
        if entry.kind == "link":
            self._links.append(entry)
            self._kinds[entry.path] = "link"
            return
        where = self._where(entry.path)
        if known is not None:
            os.unlink(where)  # as with every tar, the later one counts
        try:
            if entry.kind == "same":
                if self._kinds.get(entry.target) != "file":
                    raise refused(self._filename, "is a link to no file before it", entry.path)
                copy_file(self._where(entry.target), where)
            else:
                _write(where, entry)
        except FileExistsError:
            raise refused(
                self._filename, "is in it twice for this file system", entry.path
            ) from None
        self._kinds[entry.path] = "file"

    def _make_folder(self, path: str, member: str) -> None:
        kind = self._kinds.get(path)
        if kind == "folder":
            return
        if kind is not None:
            problem = "is behind a link" if kind == "link" else "is a file and a folder"
            raise refused(self._filename, problem, member)
        parent = path.rpartition("/")[0]
        if parent:
            self._make_folder(parent, member)
        try:
            os.mkdir(self._where(path))
        except FileExistsError:
            if not os.path.isdir(self._where(path)):
                raise
        self._kinds[path] = "folder"

    def _make_link(self, entry: TarEntry) -> None:
        where = self._where(entry.path)
        try:
            os.symlink(entry.target, where)
        except (OSError, NotImplementedError):
            # Windows, where it is a privilege: a copy of a file does for a build.
            target = os.path.normpath(os.path.join(os.path.dirname(where), entry.target))
            if self._is_inside(target) and os.path.isfile(target):
                copy_file(target, where)

    def _check_link(self, entry: TarEntry) -> None:
        if not self._is_inside(self._where(entry.path)):
            raise refused(self._filename, "is a link that leads out of the archive", entry.path)

    def _is_inside(self, path: str) -> bool:
        root = os.path.realpath(self._where(self._root))
        return os.path.commonpath([root, os.path.realpath(path)]) == root

    def _where(self, path: str) -> str:
        return os.path.join(self._target, path)


def _zip_entries(path: str, filename: str) -> Iterator[TarEntry]:
    with ZipArchive(path, filename=filename) as archive:
        for member in archive.members:

            def pieces(member: Member = member) -> Iterator[bytes]:
                return archive.pieces(member)

            target = ""
            if member.kind == "link":
                if member.size > _LONGEST_TARGET:
                    raise refused(filename, "is a link that leads out of the archive", member.name)
                target = archive.read(member.name).decode("utf-8", "surrogateescape")
                problem = problem_with_target(target)
                if problem is not None:
                    raise refused(filename, problem, member.name)
            yield TarEntry(
                member.name.removesuffix("/"), member.kind, member.executable, target, pieces
            )


def _write(path: str, entry: TarEntry) -> None:
    descriptor = os.open(path, _FLAGS, 0o777 if entry.executable else 0o666)
    try:
        for piece in entry.pieces():
            view = memoryview(piece)
            while view:
                view = view[os.write(descriptor, view) :]
    finally:
        os.close(descriptor)


def _empty(folder: str) -> None:
    try:
        names = os.listdir(folder)
    except OSError:
        return
    for name in names:
        delete_tree(os.path.join(folder, name))
