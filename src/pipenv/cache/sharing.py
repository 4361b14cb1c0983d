"""Who uses the cache, and who may clean it: many of the former at once, or one of the latter."""

from __future__ import annotations

import os

from pipenv.filesystem.locks import FileLock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_LOCK = os.path.join("locks", "cache-in-use.lock")


def in_use(root: str) -> FileLock:
    """The lock that whoever reads or fills the cache at `root` shares with others of its kind."""
    return FileLock(os.path.join(root, _LOCK), is_shared=True)


def cleaning(root: str, *, on_wait: Callable[[], None], timeout_seconds: float) -> FileLock:
    """The lock under which nobody else uses the cache."""
    path = os.path.join(root, _LOCK)
    return FileLock(path, timeout_seconds=timeout_seconds, on_wait=on_wait)
