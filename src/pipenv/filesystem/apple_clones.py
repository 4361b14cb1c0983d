"""Clones on macOS: ``clonefile`` of its C library, which Python has no function for."""

from __future__ import annotations

import ctypes
import errno
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Clone = Callable[[str, str], bool]
    CloneCall = Callable[[bytes, bytes, int], int]

_NO_FOLLOW = 1
"""``CLONE_NOFOLLOW`` of ``sys/clonefile.h``: a link is cloned as a link."""
_NOT_POSSIBLE = frozenset(
    {errno.EXDEV, errno.EINVAL, errno.ENOSYS, getattr(errno, "ENOTSUP", errno.EOPNOTSUPP)}
)


def cloning_by(call: CloneCall, last_error: Callable[[], int]) -> Clone:
    """Make a `pipenv.filesystem.linking.Clone` of the C function.

    Args:
        call: ``clonefile(source, target, flags)``; 0 when it worked. Content, bits and times come
            along.
        last_error: what `errno` was after the last call of this thread.
    """

    def clone(source: str, target: str) -> bool:
        if call(os.fsencode(source), os.fsencode(target), _NO_FOLLOW) == 0:
            return True
        code = last_error()
        if code in _NOT_POSSIBLE:
            return False
        raise OSError(code, os.strerror(code), source, None, target)

    return clone


_library: list[Clone] = []


def clone_file(source: str, target: str) -> bool:
    """Clone by this system's C library; one that is too old to know how cannot.

    Raises:
        OSError: as `pipenv.filesystem.linking.clone_file`.
    """
    if not _library:
        _library.append(_from_library())
    return _library[0](source, target)


def _from_library() -> Clone:
    function = getattr(ctypes.CDLL(None, use_errno=True), "clonefile", None)
    if function is None:
        return cloning_by(lambda *_: -1, lambda: errno.ENOSYS)
    function.argtypes = (ctypes.c_char_p, ctypes.c_char_p, ctypes.c_uint32)
    function.restype = ctypes.c_int
    return cloning_by(function, ctypes.get_errno)
