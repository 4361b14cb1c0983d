"""One file in two places as cheaply as the file system allows: clone, hard link, copy.

A clone shares the blocks until one side is written to; a hard link is the same file under a
second name. Which of them works is found out with the first file and remembered.
"""

from __future__ import annotations

import errno
import os
import sys

from pipenv.errors import FileAccessError

if sys.platform == "linux":
    import fcntl
elif sys.platform == "darwin":
    from pipenv.filesystem.apple_clones import clone_file as _clone_on_macos

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Clone = Callable[[str, str], bool]

METHODS = ("clone", "hardlink", "copy")
"""From the best to the one that always works."""

_FICLONE = 0x40049409
"""``_IOW(0x94, 9, int)`` of the Linux headers."""
_CHUNK_BYTES = 1 << 20
NOT_POSSIBLE = frozenset(
    code
    for code in (
        errno.EXDEV,
        errno.EPERM,
        errno.EACCES,
        errno.EINVAL,
        errno.ENOSYS,
        errno.ENOTTY,
        getattr(errno, "EOPNOTSUPP", None),
        getattr(errno, "ENOTSUP", None),
    )
    if code is not None
)
"""What operating systems answer when two places cannot be linked this way."""
_READ_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0)
_WRITE_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


class Linker:
    """Puts files of one folder into another; make one for each pair of folders.

    Threads may share one. The bits that say who may read and execute a file come along.
    """

    __slots__ = ("_clone", "asked", "method")

    def __init__(self, method: str = "clone", *, clone: Clone | None = None) -> None:
        """Start with `method`, one of `METHODS`; what does not work is given up for good.

        Args:
            method: what to try first.
            clone: clones the file (first) as a new one (second), or says `False` where the file
                systems cannot; `None` for what this operating system has.
        """
        if method not in METHODS:
            raise FileAccessError(f"`{method}` is no way to place files; there are {METHODS}")
        self._clone = clone or clone_file
        self.asked = method
        """What was to be tried first."""
        self.method = method
        """What works, as far as known."""

    def link_file(self, source: str, target: str) -> None:
        """Make `target` a clone, a hard link or a copy of the file `source`.

        Raises:
            FileExistsError: there is something at `target`; it is left alone.
            FileNotFoundError: `source` or the folder of `target` does not exist.
            OSError: anything else the operating system refuses, such as a full disk.
        """
        method = self.method
        if method == "clone":
            if self._clone(source, target):
                return
            self.method = method = "hardlink"
        if method == "hardlink":
            try:
                os.link(source, target)
            except OSError as error:
                if error.errno in NOT_POSSIBLE:
                    self.method = "copy"
                elif error.errno != errno.EMLINK:
                    raise
                # too many names for this one file (EMLINK): copy it, and link the next again
            else:
                return
        copy_file(source, target)


def copy_file(source: str, target: str) -> None:
    """Copy content and permission bits of `source` to the new file `target`.

    Raises:
        FileExistsError: there is something at `target`.
        OSError: the operating system refused; no part of `target` is left.
    """
    reading = os.open(source, _READ_FLAGS)
    try:
        writing = os.open(target, _WRITE_FLAGS, os.fstat(reading).st_mode & 0o777)
        try:
            try:
                _copy_bytes(reading, writing)
            finally:
                os.close(writing)
        except BaseException as error:
            if isinstance(error, OSError) and error.filename is None:
                error.filename = target
            os.unlink(target)
            raise
    finally:
        os.close(reading)


def _copy_bytes(reading: int, writing: int) -> None:
    while chunk := os.read(reading, _CHUNK_BYTES):
        view = memoryview(chunk)
        while view:
            view = view[os.write(writing, view) :]


def clone_file(source: str, target: str) -> bool:
    """Make the new file `target` share the blocks of `source`; `False` when that cannot be.

    Raises:
        FileExistsError: there is something at `target`.
        OSError: anything else the operating system refuses; no part of `target` is left.
    """
    if sys.platform == "darwin":
        return _clone_on_macos(source, target)
    if sys.platform != "linux":
        return False
    reading = os.open(source, _READ_FLAGS)
    try:
        writing = os.open(target, _WRITE_FLAGS, os.fstat(reading).st_mode & 0o777)
        try:
            fcntl.ioctl(writing, _FICLONE, reading)
        except OSError as error:
            os.unlink(target)
            if error.errno in NOT_POSSIBLE:
                return False
            raise
        finally:
            os.close(writing)
    finally:
        os.close(reading)
    return True
