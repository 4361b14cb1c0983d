"""What the installer does to files: seven verbs, so that each step can be counted, and fail.

`Destination` is what is used, `Disk` what does it.
"""

from __future__ import annotations

import errno
import os

from pipenv.filesystem.linking import Linker, copy_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    Link = Callable[[str, str], None]

    class Destination(Protocol):
        """Changes files; threads share one. Whatever cannot be done is an `OSError`."""

        def make_folder(self, path: str) -> None:
            """Make a folder and those above it; fine when it is there."""

        def linker(self, root: str) -> Link:
            """What makes a new file (second) the same as one below the folder `root` (first).

            As cheaply as the two file systems allow.
            """

        def link_folder(self, source: str, target: str) -> None:
            """Make `target` a symbolic link to the folder `source`."""

        def write(self, path: str, data: bytes, *, executable: bool = False) -> None:
            """Write a new file."""

        def move(self, source: str, target: str) -> None:
            """Move a file or a symbolic link to a new place, on another disk too."""

        def delete(self, path: str) -> None:
            """Delete a file or a symbolic link; fine when it is gone."""

        def delete_folder(self, path: str) -> bool:
            """Delete an empty folder; tell whether it is gone. Fine when it is not empty."""


_WRITE_FLAGS = (
    os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
)


class Disk:
    """The file system itself."""

    __slots__ = ("_linkers", "_method")

    def __init__(self, method: str = "clone") -> None:
        """Know nothing yet of what links between which disks.

        Args:
            method: what is tried first, one of `pipenv.filesystem.linking.METHODS`.
        """
        self._method = method
        self._linkers: dict[int, Linker] = {}

    def method_used(self) -> str:
        """What files were placed by at last, if any were."""
        return next((each.method for each in self._linkers.values()), self._method)

    def make_folder(self, path: str) -> None:
        """Make a folder and those above it; fine when it is there."""
        try:
            os.mkdir(path)
        except FileExistsError:
            if not os.path.isdir(path):
                raise
        except FileNotFoundError:
            os.makedirs(path, exist_ok=True)

    def linker(self, root: str) -> Link:
        """What clones, links or copies files below `root`; found out once per file system."""
        device = os.stat(root).st_dev
        linker = self._linkers.get(device)
        if linker is None:
            linker = self._linkers[device] = Linker(self._method)
        return linker.link_file

    def link_folder(self, source: str, target: str) -> None:
        """Make `target` a symbolic link to the folder `source`."""
        os.symlink(source, target, target_is_directory=True)

    def write(self, path: str, data: bytes, *, executable: bool = False) -> None:
        """Write a new file; nothing is left of it when that fails."""
        descriptor = os.open(path, _WRITE_FLAGS, 0o777 if executable else 0o666)
        try:
            try:
                view = memoryview(data)
                while view:
                    view = view[os.write(descriptor, view) :]
            finally:
                os.close(descriptor)
        except BaseException as error:
            if isinstance(error, OSError) and error.filename is None:
                error.filename = path
            os.unlink(path)
            raise

    def move(self, source: str, target: str) -> None:
        """Move a file or a symbolic link to a new place, on another disk too."""
        try:
            os.rename(source, target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            if os.path.islink(source):
                is_folder = os.path.isdir(source)
                os.symlink(os.readlink(source), target, target_is_directory=is_folder)
            else:
                copy_file(source, target)
            os.unlink(source)

    def delete(self, path: str) -> None:
        """Delete a file or a symbolic link; fine when it is gone."""
        try:
            os.unlink(path)
        except (FileNotFoundError, NotADirectoryError):
            return

    def delete_folder(self, path: str) -> bool:
        """Delete an empty folder; tell whether it is gone. Fine when it is not empty."""
        try:
            os.rmdir(path)
        except (FileNotFoundError, NotADirectoryError):
            return not os.path.lexists(path)
        except OSError:
            return False
        return True
