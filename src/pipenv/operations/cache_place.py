"""Where the user's cache folder is, by the rules of the platform."""

from __future__ import annotations

import os
import sys

from pipenv.virtualenvs.location import short_hash

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


LOCKS = "locks"
"""The folder of the locks in the cache."""
MAKING = ".making"
"""The purpose of the lock of who makes an environment, or moves one."""


def lock_name(path: str, purpose: str = "") -> str:
    """What the lock of the environment `path` is called; that of making it has a `purpose`."""
    return f"{short_hash(path)}{purpose}.lock"


def cache_place(named: str | None, environ: Mapping[str, str]) -> str:
    """The folder of everything that can be made again.

    Args:
        named: by ``PIPENV_CACHE_DIR``; `None` or ``""`` for none.
        environ: the environment variables.
    """
    if named:
        return os.path.expanduser(named)
    home = environ.get("HOME") or os.path.expanduser("~")
    if sys.platform == "win32":
        local = environ.get("LOCALAPPDATA") or os.path.join(home, "AppData", "Local")
        return os.path.join(local, "pipenv", "Cache")
    if sys.platform == "darwin":
        return os.path.join(home, "Library", "Caches", "pipenv")
    return os.path.join(environ.get("XDG_CACHE_HOME") or os.path.join(home, ".cache"), "pipenv")
