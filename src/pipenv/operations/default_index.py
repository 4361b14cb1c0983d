"""The index that a Pipfile without ``[[source]]`` means, remembered.

The library that knows its address takes longer to load than most commands run, so the answer is
kept in the cache for as long as the library's file stays the same.
"""

from __future__ import annotations

import marshal
import os
import sys

from pipenv.errors import FileAccessError
from pipenv.filesystem.atomic import read_bytes, write_atomic
from pipenv.models.indexes import Index

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_LIBRARY_FILE = os.path.join("plette", "pipfiles.py")


def default_index(cache_file: str, ask: Callable[[], Index]) -> Index:
    """The default index; `cache_file` holds what `ask` told an earlier run."""
    stamp = _library_stamp()
    known = _recall(cache_file, stamp)
    if known is None:
        known = ask()
        _remember(cache_file, stamp, known)
    return known


def _library_stamp() -> tuple[str, int, int] | None:
    """Path, size and time of the library's file; `None` when it is no plain file."""
    for folder in sys.path:
        path = os.path.join(folder, _LIBRARY_FILE)
        try:
            status = os.stat(path)
        except OSError:
            continue
        return path, status.st_size, status.st_mtime_ns
    return None


def _recall(cache_file: str, stamp: tuple[str, int, int] | None) -> Index | None:
    try:
        data = read_bytes(cache_file)
        kept, name, url, verify_ssl = marshal.loads(data or b"")  # noqa: S302 - our own cache
    except (FileAccessError, EOFError, ValueError, TypeError):
        return None
    if stamp is None or kept != stamp:
        return None
    return Index(str(name), str(url), bool(verify_ssl))


def _remember(cache_file: str, stamp: tuple[str, int, int] | None, index: Index) -> None:
    if stamp is None:
        return
    try:
        os.makedirs(os.path.dirname(cache_file), exist_ok=True)
        write_atomic(cache_file, marshal.dumps((stamp, *index)), durable=False)
    except (FileAccessError, OSError):
        return
