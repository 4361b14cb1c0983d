"""Looking at the cache, and making it smaller."""

from __future__ import annotations

import os

from pipenv.cache import inventory, pruning
from pipenv.cache.linked_folders import forget_stale
from pipenv.cache.sharing import cleaning
from pipenv.cache.store import CacheFolder
from pipenv.errors import FileAccessError, InvalidValue
from pipenv.events import Notice
from pipenv.index.choices import Choices
from pipenv.models.names import canonical_name, is_name
from pipenv.models.records import NamedTuple
from pipenv.operations.cache_place import cache_place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from pipenv.cache.inventory import Entry
    from pipenv.events import Reporter

    Find = Callable[[], list[Entry]]

Freed = pruning.Freed

_PATIENCE_SECONDS = 600.0
_DAY_SECONDS = 86_400


class BucketUsage(NamedTuple):
    """What one part of the cache takes."""

    name: str
    files: int
    size_bytes: int


def cache_directory(named: str | None, environ: Mapping[str, str]) -> str:
    """The absolute path of the cache folder, which need not exist; see `cache_place`."""
    return os.path.abspath(cache_place(named, environ))


def usage(root: str) -> list[BucketUsage]:
    """What each bucket of the cache at `root` takes; empty ones too.

    Raises:
        FileAccessError: there is something else than a folder, or it cannot be read.
    """
    _insist_on_folder(root)
    totals = {name: [0, 0] for name in inventory.BUCKETS}
    for entry in inventory.entries(root):
        total = totals[entry.bucket]
        total[0] += entry.files
        total[1] += entry.size_bytes
    return [BucketUsage(name, *totals[name]) for name in totals]


def prune(
    root: str, report: Reporter, *, older_than_days: int | None, now: float, dry_run: bool
) -> Freed:
    """Delete what the cache at `root` need not keep; see `pipenv.cache.pruning.superfluous`.

    Raises:
        Busy: another Pipenv uses the cache for all too long.
        FileAccessError: it cannot be read or locked.
    """
    since = None if older_than_days is None else now - older_than_days * _DAY_SECONDS

    def find() -> list[Entry]:
        wanted = Choices(CacheFolder(root)).wheels()
        return pruning.superfluous(root, wanted=wanted, used_since=since)

    return _delete(root, report, find, dry_run=dry_run)


def clear(root: str, report: Reporter, names: Collection[str] = (), *, dry_run: bool) -> Freed:
    """Delete all that the cache at `root` has of the packages `names`; of all if none is named.

    Raises:
        InvalidValue: a name is none.
        Busy, FileAccessError: as for `prune`.
    """
    for name in names:
        if not is_name(canonical_name(name)):
            raise InvalidValue(f"`{name}` is not the name of a package")
    wanted = frozenset(map(canonical_name, names))
    return _delete(root, report, lambda: pruning.belonging_to(root, wanted), dry_run=dry_run)


def _delete(root: str, report: Reporter, find: Find, *, dry_run: bool) -> Freed:
    _insist_on_folder(root)
    if dry_run or not os.path.isdir(root):
        return pruning.delete(find(), dry_run=True)

    def tell() -> None:
        report(Notice("waiting", "another Pipenv is using the cache; waiting for it"))

    with cleaning(root, on_wait=tell, timeout_seconds=_PATIENCE_SECONDS):
        forget_stale(os.path.join(root, inventory.WHEELS_FOLDER))
        return pruning.delete(find())


def _insist_on_folder(root: str) -> None:
    try:
        os.listdir(root)
    except FileNotFoundError:
        return
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise FileAccessError(
            f"the cache folder `{root}` cannot be read: {reason}",
            hints=["set PIPENV_CACHE_DIR to a folder, or move away what is in its place"],
        ) from error
