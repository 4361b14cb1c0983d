"""Advisory locks: one process at a time works on a project, an environment or a cache entry.

The operating system frees a lock when its holder ends, however it ends. The lock file itself
stays, since deleting it would let two processes hold "the" lock.
"""

from __future__ import annotations

import errno
import os
import sys
import time

from pipenv.errors import Busy, FileAccessError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from typing_extensions import Self

_POLL_SECONDS = 0.05
_LONGEST_POLL_SECONDS = 0.5
_LOCKED_BYTE = 1 << 30
"""Windows locks are mandatory: lock a byte far behind the holder's number, which others read."""
_TAKEN = frozenset({errno.EACCES, errno.EAGAIN, errno.EWOULDBLOCK, errno.EDEADLK})
_UNSUPPORTED = frozenset(
    code
    for code in (
        errno.ENOSYS,
        errno.ENOLCK,
        getattr(errno, "EOPNOTSUPP", None),
        getattr(errno, "ENOTSUP", None),
    )
    if code is not None
)


def _nothing() -> None:
    """Tell nobody that we wait."""


class FileLock:
    """A lock that lives in the file `path`, held between ``__enter__`` and ``__exit__``.

    Not reentrant: a second lock on the same path waits for the first, in the same process too.
    On a file system that knows no locks it does nothing.
    """

    __slots__ = (
        "_descriptor",
        "_is_optional",
        "_is_shared",
        "_on_wait",
        "_timeout_seconds",
        "path",
    )

    def __init__(
        self,
        path: str,
        *,
        timeout_seconds: float = 600.0,
        on_wait: Callable[[], None] = _nothing,
        is_optional: bool = False,
        is_shared: bool = False,
    ) -> None:
        """Prepare a lock; nothing is opened yet.

        Args:
            path: the lock file, made with its folder when missing.
            timeout_seconds: how long to wait for another holder; 0 for not at all.
            on_wait: called once, before the first wait.
            is_optional: go on without a lock where its file cannot be opened.
            is_shared: others who share it may hold it, too. Windows knows no such locks: there
                it is none.
        """
        self._is_shared = is_shared
        self.path = path
        self._timeout_seconds = timeout_seconds
        self._on_wait = on_wait
        self._is_optional = is_optional
        self._descriptor = -1

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()

    @property
    def is_held(self) -> bool:
        """Tell whether this object holds the lock."""
        return self._descriptor >= 0

    def acquire(self) -> None:
        """Take the lock.

        Raises:
            Busy: another process held it for all of the time.
            FileAccessError: the lock file cannot be opened.
        """
        if self.is_held:
            raise Busy(f"`{self.path}` is already locked by this very process")
        if self._try():
            return
        if self._timeout_seconds > 0:
            self._on_wait()
        deadline = time.monotonic() + self._timeout_seconds
        pause = _POLL_SECONDS
        while not self._try():
            left = deadline - time.monotonic()
            if left <= 0:
                raise self._busy()
            time.sleep(min(pause, left))
            pause = min(pause * 1.5, _LONGEST_POLL_SECONDS)

    def release(self) -> None:
        """Give the lock back; harmless when it is not held."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    def holder(self) -> int | None:
        """The process number in the lock file: who holds it, or held it last."""
        try:
            descriptor = os.open(self.path, os.O_RDONLY)
        except OSError:
            return None
        try:
            text = os.read(descriptor, 32).strip()
        except OSError:
            return None
        finally:
            os.close(descriptor)
        return int(text) if text.isdigit() else None

    def _try(self) -> bool:
        try:
            descriptor = self._open()
        except FileAccessError:
            if not self._is_optional:
                raise
            self._descriptor = os.open(os.devnull, os.O_RDONLY)
            return True
        try:
            is_ours = _lock(descriptor, is_shared=self._is_shared) and self._is_current(descriptor)
            if is_ours and not self._is_shared:
                self._sign(descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        if not is_ours:
            os.close(descriptor)  # outside of `try`: an interrupt right after it closes no other
            return False
        self._descriptor = descriptor
        return True

    def _open(self) -> int:
        flags = os.O_RDWR | os.O_CREAT
        try:
            try:
                return os.open(self.path, flags, 0o666)
            except FileNotFoundError:
                os.makedirs(os.path.dirname(self.path) or ".", exist_ok=True)
                return os.open(self.path, flags, 0o666)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise FileAccessError(f"cannot lock `{self.path}`: {reason}") from error

    def _is_current(self, descriptor: int) -> bool:
        """Somebody may have deleted the file between our opening and locking it."""
        if sys.platform == "win32":
            return True
        try:
            return os.path.samestat(os.fstat(descriptor), os.stat(self.path))
        except FileNotFoundError:
            return False

    def _sign(self, descriptor: int) -> None:
        try:
            os.ftruncate(descriptor, 0)
            os.write(descriptor, b"%d\n" % os.getpid())
        except OSError:
            return  # a full disk: the number is a courtesy, the lock holds without it

    def _busy(self) -> Busy:
        pid = self.holder()
        who = "another process" if pid is None else f"process {pid}"
        return Busy(
            f"{who} holds the lock `{self.path}`",
            hints=["wait until the other command has ended, then run this one again"],
        )


def _lock(descriptor: int, *, is_shared: bool) -> bool:
    """Lock without waiting; `False` when somebody else holds it."""
    try:
        if sys.platform == "win32":
            if is_shared:
                return True
            os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
            os.lseek(descriptor, 0, os.SEEK_SET)
        else:
            fcntl.flock(descriptor, (fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _UNSUPPORTED:
            return True
        if error.errno in _TAKEN:
            return False
        raise FileAccessError(f"cannot lock a file: {error.strerror}") from error
    return True
