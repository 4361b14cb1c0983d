"""Whether many unpacked wheels are as they were written, found out by two processes.

It takes a look at every file, and looking from two threads takes longer than from one.
"""

from __future__ import annotations

from pipenv.cache.manifest import is_intact
from pipenv.processes import fork_worker, processors

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
    middle = _middle(entries)
    if not middle:
        return [is_intact(manifest, tree) for manifest, tree in entries]
    rest = entries[middle:]
    worker = fork_worker(
        lambda _: b"".join(_INTACT if is_intact(*each) else _BROKEN for each in rest)
    )
    if worker is None:
        return [is_intact(manifest, tree) for manifest, tree in entries]
    try:
        worker.begin(_INTACT)
        found = [is_intact(manifest, tree) for manifest, tree in entries[:middle]]
        told = worker.answer()
    finally:
        worker.close()
    if len(told) != len(rest):  # it is gone
        return found + [is_intact(manifest, tree) for manifest, tree in rest]
    return found + [each == _INTACT[0] for each in told]


def _middle(entries: Sequence[Entry]) -> int:
    """Where the second half of the files begins; 0: not worth it, or not possible."""
    counts = [manifest.file_count() for manifest, _ in entries]
    total = sum(counts)
    if total < _FILES_WORTH_A_PROCESS or processors() < 2:
        return 0
    passed = 0
    for position, count in enumerate(counts):
        passed += count
        if passed >= total // 2:
            return position + 1
    return 0
