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

METHODS = ("clone", "hardlink", "copy")
"""From the best to the one that always works."""

_FICLONE = 0x40049409
"""``_IOW(0x94, 9, int)`` of the Linux headers."""
_CHUNK_BYTES = 1 << 20
_NOT_POSSIBLE = frozenset(
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
_READ_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0)
_WRITE_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


class Linker:
    """Puts files of one folder into another; make one for each pair of folders.

    Threads may share one. The bits that say who may read and execute a file come along.
    """

    __slots__ = ("method",)

    def __init__(self, method: str = "clone") -> None:
        """Start with `method`, one of `METHODS`; what does not work is given up for good."""
        if method not in METHODS:
            raise FileAccessError(f"`{method}` is no way to place files; there are {METHODS}")
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
            if _clone(source, target):
                return
            self.method = method = "hardlink"
        if method == "hardlink":
            try:
                os.link(source, target)
            except OSError as error:
                if error.errno in _NOT_POSSIBLE:
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
        except BaseException:
            os.unlink(target)
            raise
    finally:
        os.close(reading)


def _copy_bytes(reading: int, writing: int) -> None:
    while chunk := os.read(reading, _CHUNK_BYTES):
        view = memoryview(chunk)
        while view:
            view = view[os.write(writing, view) :]


def _clone(source: str, target: str) -> bool:
    """Clone the file; `False` when this pair of places cannot."""
    if sys.platform != "linux":
        return False
    reading = os.open(source, _READ_FLAGS)
    try:
        writing = os.open(target, _WRITE_FLAGS, os.fstat(reading).st_mode & 0o777)
        try:
            fcntl.ioctl(writing, _FICLONE, reading)
        except OSError as error:
            os.unlink(target)
            if error.errno in _NOT_POSSIBLE:
                return False
            raise
        finally:
            os.close(writing)
    finally:
        os.close(reading)
    return True
