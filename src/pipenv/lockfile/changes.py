"""What moved between two locks, package by package."""

from __future__ import annotations

from pipenv.models.names import canonical_name
from pipenv.models.origins import ArchiveOrigin, DirectoryOrigin, VcsOrigin
from pipenv.models.records import NamedTuple
from pipenv.models.urls import Url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipenv.lockfile.schema import Lockfile, MergedPin
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


class Move(NamedTuple):
    """One entry of one category that is not what it was."""

    category: str
    """As in the lock."""
    name: str
    old: str | None
    """A version, see `shown_version`; `None`: there was no entry."""
    new: str | None


def moves_between(old: Lockfile | None, new: Lockfile) -> tuple[Move, ...]:
    """Compare two locks category by category; entries whose version stayed are left out."""
    before = {} if old is None else old.categories
    moves = []
    for category in dict.fromkeys((*new.categories, *before)):
        old_pins = _by_key(before.get(category, {}))
        new_pins = _by_key(new.categories.get(category, {}))
        for key in sorted(old_pins.keys() | new_pins.keys()):
            old_pin, new_pin = old_pins.get(key), new_pins.get(key)
            was = None if old_pin is None else shown_version(old_pin)
            will_be = None if new_pin is None else shown_version(new_pin)
            if was != will_be:
                moves.append(Move(category, key, was, will_be))
    return tuple(moves)


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


def _by_key(pins: Mapping[str, Pin]) -> dict[str, Pin]:
    return {canonical_name(name): pin for name, pin in pins.items()}


def _pins(lockfile: Lockfile) -> dict[str, Pin]:
    """Every pin by canonical name; of several categories the first counts."""
    pins: dict[str, Pin] = {}
    for category in lockfile.categories.values():
        for name, pin in category.items():
            pins.setdefault(canonical_name(name), pin)
    return pins


def choices_of_merge(
    previous: Lockfile | None, lockfile: Lockfile
) -> tuple[tuple[MergedPin, str | None], ...]:
    """On what the sides of a conflict differed, each with the version that is locked now."""
    if previous is None or not previous.merged:
        return ()
    chosen = {
        canonical_name(name): shown_version(pin)
        for pins in lockfile.categories.values()
        for name, pin in pins.items()
    }
    return tuple((pin, chosen.get(pin.name)) for pin in previous.merged)
