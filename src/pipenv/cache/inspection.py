"""Whether many unpacked wheels are as they were written, found out by two processes.

It takes a look at every file, and looking from two threads takes longer than from one.
"""

from __future__ import annotations

from pipenv.cache.manifest import is_intact
from pipenv.processes import fork_worker, middle_of, processors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipenv.cache.manifest import WheelManifest

    Entry = tuple[WheelManifest, str]
    """What the files are, and the folder that they are in."""

_FILES_WORTH_A_PROCESS = 3000
_INTACT, _BROKEN = b"+", b"-"


def are_intact(entries: Sequence[Entry]) -> list[bool]:
    """Tell of each entry whether `is_intact`, in their order."""
    counts = [manifest.file_count() for manifest, _ in entries]
    worker = None
    first, rest = entries, entries[len(entries) :]
    if sum(counts) >= _FILES_WORTH_A_PROCESS and processors() > 1:
        middle = middle_of(counts)
        first, rest = entries[:middle], entries[middle:]
        worker = fork_worker(
            lambda _: b"".join(_INTACT if is_intact(*each) else _BROKEN for each in rest)
        )
    told = b""
    try:
        if worker is not None:
            worker.begin(_INTACT)
        found = [is_intact(*each) for each in first]
        if worker is not None:
            told = worker.answer()
    finally:
        if worker is not None:
            worker.close()
    if len(told) != len(rest):  # there is none, or it is gone
        return found + [is_intact(*each) for each in rest]
    return found + [each == _INTACT[0] for each in told]
