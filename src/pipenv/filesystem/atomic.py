"""Writing a file so that a crash leaves the old or the new content, never a part.

Owns the write-then-rename dance. Locking is left to `pipenv.filesystem.locks`.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
import time
from _thread import get_ident

from pipenv.errors import FileAccessError

if sys.platform != "win32":
    import fcntl

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_SUFFIX = ".pipenv-tmp"
_LONGEST_NAME = 255
"""Bytes in one file name, on every file system that matters."""
_CLAIM_ATTEMPTS = 8
_REPLACE_ATTEMPTS = 6
_NO_ROOM = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)})
_OPEN_FLAGS = (
    os.O_WRONLY
    | os.O_CREAT
    | os.O_EXCL
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_BINARY", 0)
)


def write_atomic(path: str, data: bytes, *, mode: int | None = None, durable: bool = True) -> None:
    """Make `data` the whole content of the file `path`.

    The content is written to a file in the same folder, which is then renamed over `path`. Where
    `path` is a symbolic link, the link stays and its target is replaced. An existing file keeps
    its permission bits and, where we may, its owner; `mode` sets the bits instead.

    Args:
        path: the file; its folder must exist.
        data: the new content.
        mode: permission bits; `None` keeps those of the old file, or takes the umask's default.
        durable: wait until the disk has it. Leave it out for what can be made again, as caches.

    Raises:
        FileAccessError: the operating system refused; the old content is untouched.
    """
    try:
        target = os.path.realpath(path) if os.path.islink(path) else path
        _replace_content(target, data, mode, durable=durable)
    except OSError as error:
        raise refusal_to_write(path, error) from error


def clear_leftover(path: str) -> None:
    """Delete what a writer of `path` left that was killed; a living one's is left alone."""
    target = os.path.realpath(path) if os.path.islink(path) else path
    _clear_leftover(_temporary_names(target)[0])


def read_bytes(path: str) -> bytes | None:
    """The content of the file `path`, `None` when there is none.

    Raises:
        FileAccessError: there is something, and it cannot be read.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise FileAccessError(f"cannot read `{path}`: {_reason(error)}") from error
    try:
        with os.fdopen(descriptor, "rb") as stream:
            return stream.read()
    except OSError as error:
        raise FileAccessError(f"cannot read `{path}`: {_reason(error)}") from error


def _replace_content(target: str, data: bytes, mode: int | None, *, durable: bool) -> None:
    try:
        previous = os.stat(target)
    except FileNotFoundError:
        previous = None
    if previous is not None and stat.S_ISDIR(previous.st_mode):
        raise IsADirectoryError(21, "Is a directory", target)
    descriptor, temporary = _claim_temporary(target)
    try:
        _write_all(descriptor, data)
        _apply_mode(descriptor, temporary, mode, previous)
        if durable:
            os.fsync(descriptor)
        if sys.platform == "win32":
            os.close(descriptor)
            descriptor = -1
            _replace_on_windows(temporary, target)
        else:
            # Renamed while still open and locked: nobody takes it for a leftover.
            os.replace(temporary, target)
    except BaseException:
        if descriptor < 0 or _is_still(descriptor, temporary):
            _discard(temporary)
        raise
    finally:
        if descriptor >= 0:
            os.close(descriptor)
    if durable:
        _sync_folder(os.path.dirname(target) or ".")


def _temporary_names(target: str) -> Sequence[str]:
    """Two names beside `target`.

    One that every writer uses, so that leftovers are found again, and one of this thread for the
    case that another writer is at work right now.
    """
    folder, name = os.path.split(target)
    own = f"{os.getpid()}-{get_ident():x}"
    names = (f".{name}{_SUFFIX}", f".{name}.{own}{_SUFFIX}")
    if max(len(os.fsencode(text)) for text in names) > _LONGEST_NAME:
        names = (_SUFFIX, f".{own}{_SUFFIX}")
    return [os.path.join(folder, text) for text in names]


def _claim_temporary(target: str) -> tuple[int, str]:
    """Open a new file beside `target` that no other process writes to.

    A file of the shared name is a leftover of a killed process unless somebody holds its lock.
    """
    shared, own = _temporary_names(target)
    for _ in range(_CLAIM_ATTEMPTS):
        try:
            descriptor = os.open(shared, _OPEN_FLAGS, 0o666)
        except FileExistsError:
            if not _clear_leftover(shared):
                break
            continue
        if _hold(descriptor, shared):
            return descriptor, shared
        os.close(descriptor)
    # A leftover with our own numbers comes from a dead process that had them before us.
    _discard(own)
    return os.open(own, _OPEN_FLAGS, 0o666), own


def _hold(descriptor: int, path: str) -> bool:
    """Lock an open file; tell whether `path` still names it."""
    if sys.platform == "win32":
        return True  # an open file cannot be deleted there
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # a file system without locks; the exclusive creation has to do
    return _is_still(descriptor, path)


def _is_still(descriptor: int, path: str) -> bool:
    """Tell whether `path` names the open file."""
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path))
    except OSError:
        return False


def _clear_leftover(path: str) -> bool:
    """Delete a file that a killed process left; `False` when its writer is alive.

    It is deleted while we hold its lock: without it, its place may be another writer's by now.
    """
    if sys.platform == "win32":
        try:
            os.unlink(path)
        except FileNotFoundError:
            return True
        except OSError:
            return False
        return True
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return True
    except OSError:
        return _clear_stranger(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if _is_still(descriptor, path):
            os.unlink(path)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


def _clear_stranger(path: str) -> bool:
    """Delete what no writer of ours puts there, a link for example."""
    try:
        if stat.S_ISREG(os.lstat(path).st_mode):
            return False
        os.unlink(path)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _apply_mode(
    descriptor: int, path: str, mode: int | None, previous: os.stat_result | None
) -> None:
    if mode is None and previous is not None:
        mode = stat.S_IMODE(previous.st_mode)
    if sys.platform == "win32":
        return
    if previous is not None:
        mine = os.fstat(descriptor)
        if (mine.st_uid, mine.st_gid) != (previous.st_uid, previous.st_gid):
            _give_to(path, previous.st_uid, previous.st_gid)
    if mode is not None:
        os.fchmod(descriptor, mode)


def _give_to(path: str, user: int, group: int) -> None:
    if sys.platform == "win32":
        return
    try:
        os.chown(path, user, group)
    except OSError:
        return  # only the superuser may give files away; the content matters more


def _replace_on_windows(temporary: str, target: str) -> None:
    """Rename; virus scanners and editors keep a file open for a moment, so try again."""
    for attempt in range(1, _REPLACE_ATTEMPTS):
        try:
            os.replace(temporary, target)
        except PermissionError:
            time.sleep(0.02 * attempt)
        else:
            return
    os.replace(temporary, target)


def _sync_folder(folder: str) -> None:
    if sys.platform == "win32":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError:
        return  # not every file system can; the rename itself happened
    finally:
        os.close(descriptor)


def _discard(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        return


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def refusal_to_write(path: str, error: OSError) -> FileAccessError:
    """The error for a file that cannot be written, with what may help."""
    hints = hints_for(path, error)
    return FileAccessError(f"cannot write `{path}`: {_reason(error)}", hints=hints)


def hints_for(path: str, error: OSError) -> list[str]:
    """What may help when the operating system refuses to write the file `path`."""
    folder = os.path.dirname(path) or "."
    if error.errno in _NO_ROOM:
        return [f"free some space on the disk of `{folder}`, and run the command again"]
    if error.errno == errno.EROFS or isinstance(error, PermissionError):
        return [f"check who may write in `{folder}`"]
    if isinstance(error, FileNotFoundError):
        return [f"check that the folder `{folder}` exists"]
    return []
