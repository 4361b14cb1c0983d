"""What moved between two locks, package by package."""

from __future__ import annotations

from pipenv.models.names import canonical_name
from pipenv.models.origins import ArchiveOrigin, DirectoryOrigin, VcsOrigin
from pipenv.models.records import NamedTuple
from pipenv.models.urls import Url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.lockfile.schema import Lockfile
    from pipenv.models.pins import Pin


class Changes(NamedTuple):
    """Each part is sorted by name; a version is a short text, see `shown_version`."""

    added: tuple[tuple[str, str], ...]
    """Name, version."""
    removed: tuple[tuple[str, str], ...]
    """Name, version."""
    moved: tuple[tuple[str, str, str], ...]
    """Name, old version, new version."""
    rehashed: tuple[str, ...] = ()
    """Names whose version stayed and whose files are others: a release gained or lost files."""

    @property
    def is_empty(self) -> bool:
        """Whether both locks install the same."""
        return not any(self)


def changes_between(old: Lockfile | None, new: Lockfile) -> Changes:
    """Compare two locks over all their categories; no old lock is an empty one."""
    before = {} if old is None else _pins(old)
    after = _pins(new)
    both = sorted(before.keys() & after.keys())
    versions = [
        (after[key].name, shown_version(before[key]), shown_version(after[key])) for key in both
    ]
    return Changes(
        added=tuple(
            (after[key].name, shown_version(after[key]))
            for key in sorted(after.keys() - before.keys())
        ),
        removed=tuple(
            (before[key].name, shown_version(before[key]))
            for key in sorted(before.keys() - after.keys())
        ),
        moved=tuple(item for item in versions if item[1] != item[2]),
        rehashed=tuple(
            name
            for key, (name, old_version, new_version) in zip(both, versions, strict=True)
            if old_version == new_version and set(before[key].digests) != set(after[key].digests)
        ),
    )


def shown_version(pin: Pin) -> str:
    """The version of a pin, or what stands for it: a short commit, an address, a path."""
    origin = pin.origin
    if isinstance(origin, VcsOrigin):
        return (origin.ref or origin.vcs)[:12]
    if isinstance(origin, ArchiveOrigin):
        return str(Url(origin.url))
    if isinstance(origin, DirectoryOrigin):
        return origin.path
    return pin.version or "*"


def _pins(lockfile: Lockfile) -> dict[str, Pin]:
    """Every pin by canonical name; of several categories the first counts."""
    pins: dict[str, Pin] = {}
    for category in lockfile.categories.values():
        for name, pin in category.items():
            pins.setdefault(canonical_name(name), pin)
    return pins
