"""Making the cache smaller: what nothing leads to any more, what is old, or whatever is named.

Nothing is deleted while another Pipenv uses the cache (`pipenv.cache.sharing`). Environments that
are hard links to the cache keep their files: deleting one link leaves the others.
"""

from __future__ import annotations

import os
import time

from pipenv.cache import inventory
from pipenv.errors import FileAccessError
from pipenv.filesystem.trees import delete_tree
from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from pipenv.cache.inventory import Entry

_STALE_SECONDS = 24 * 3600


class Freed(NamedTuple):
    """What was deleted, or would be."""

    entries: int
    files: int
    size_bytes: int
    """What the disk gets back: files that environments share are still there."""
    failures: tuple[str, ...] = ()
    """What could not be deleted, and why."""
    needed: int = 0
    """How many were left, since environments have links to them."""


def superfluous(root: str, *, wanted: Collection[str], used_since: float | None) -> list[Entry]:
    """Find what need not be kept.

    Debris of killed runs, old formats, wheels that no lock led to lately and no environment links
    to, notes that lead nowhere; and whatever was not used since a certain moment.

    Args:
        root: the cache folder.
        wanted: SHA-256 of the wheels that were chosen for locks.
        used_since: seconds since the epoch; `None`: age does not matter.
    """
    entries = (each for each in inventory.entries(root) if not each.is_needed)
    found = [each for each in entries if not _may_be_in_work(each)]
    archives = {_digest(each.path) for each in found if each.bucket == inventory.ARCHIVES}
    return [
        each
        for each in found
        if each.bucket in {inventory.DEBRIS, inventory.OLD}
        or (used_since is not None and each.used_at < used_since and not each.is_linked)
        or _is_orphan(each, wanted, archives)
    ]


def belonging_to(root: str, names: Collection[str]) -> list[Entry]:
    """Find all that belongs to packages, by their canonical names; everything if none is named."""
    found = inventory.entries(root)
    return [each for each in found if not names or each.name in names]


def delete(entries: Iterable[Entry], *, dry_run: bool = False) -> Freed:
    """Delete `entries`, or only count what that would give back. What is needed stays."""
    count = files = size = needed = 0
    failures: list[str] = []
    for each in entries:
        if each.is_needed:
            needed += 1
            continue
        if not dry_run:
            try:
                delete_tree(each.path)
            except FileAccessError as error:
                failures.append(error.message)
                continue
            _remove_empty_parents(each.path)
        count += 1
        files += each.files
        size += each.freed_bytes
    return Freed(count, files, size, tuple(failures), needed)


def _may_be_in_work(entry: Entry) -> bool:
    """Where users of the cache cannot lock it together, what is unfinished may still be filled."""
    if os.name != "nt" or entry.bucket != inventory.DEBRIS:
        return False
    return entry.used_at > time.time() - _STALE_SECONDS


def _is_orphan(entry: Entry, wanted: Collection[str], archives: Collection[str]) -> bool:
    if entry.bucket == inventory.WHEELS:
        return not entry.is_linked and _digest(entry.path) not in wanted
    if entry.bucket == inventory.ARCHIVES and os.path.isfile(entry.path):  # a note
        try:
            with open(entry.path, encoding="ascii", errors="replace") as stream:
                return stream.read(80) not in archives
        except OSError:
            return False
    if entry.bucket == inventory.PAGES and entry.path.endswith("@answer"):
        return not os.path.exists(entry.path.removesuffix("answer") + "page")
    return False


def _digest(path: str) -> str:
    """The digest that a path of two parts is made of."""
    head, tail = os.path.split(path)
    return os.path.basename(head) + tail


def _remove_empty_parents(path: str) -> None:
    for _ in range(2):
        path = os.path.dirname(path)
        try:
            os.rmdir(path)
        except OSError:
            return
