"""A lock in which version control left both sides of a conflict, as one lock to prefer.

The result is for preferences only: which versions fit together is for the solver to say.
"""

from __future__ import annotations

import re

from pipenv.errors import InvalidLockfile, InvalidValue
from pipenv.lockfile.changes import shown_version
from pipenv.lockfile.conflict_marks import split_sides
from pipenv.lockfile.reader import read_lockfile
from pipenv.lockfile.schema import Lockfile, MergedPin
from pipenv.models.names import canonical_name
from pipenv.models.records import NamedTuple
from pipenv.models.versions import version_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pipenv.lockfile.schema import RawEntry
    from pipenv.models.pins import Pin

    Allows = Callable[[str, str], bool]
    """Canonical name and version → whether the Pipfile lets it be."""

_SUPERFLUOUS_COMMA = re.compile(r",(?=\s*[}\]])")
_MISSING_COMMA = re.compile(r'(?<=["}\]])(?=[ \t]*\r?\n\s*")')


class Merge(NamedTuple):
    """What could be read of a conflicted lock."""

    lockfile: Lockfile | None
    """`None`: neither side can be read."""
    problems: tuple[str, ...]
    """A sentence for each side that cannot be read."""


def merge_sides(text: str, allows: Allows) -> Merge:
    """Read both sides and take from each what is to be preferred.

    Of two versions of a package the newer one counts, unless only the older is allowed.
    """
    sides = split_sides(text)
    problems: list[str] = []
    ours = _read(sides.ours, "our side", sides.our_label, problems)
    theirs = _read(sides.theirs, "their side", sides.their_label, problems)
    if ours is None or theirs is None:
        one = ours or theirs
        found = None if one is None else one._replace(merged=(), content_hash=None)
        return Merge(found, tuple(problems))
    return Merge(_merged(ours, theirs, allows), ())


def _read(text: str, side: str, label: str, problems: list[str]) -> Lockfile | None:
    try:
        return read_lockfile(text)
    except InvalidLockfile as error:
        first = error
    try:
        return read_lockfile(_MISSING_COMMA.sub(",", _SUPERFLUOUS_COMMA.sub("", text)))
    except InvalidLockfile:
        named = f"{side} ({label})" if label else side
        problems.append(f"{named} of the conflict in Pipfile.lock cannot be read: {first.message}")
        return None


def _merged(ours: Lockfile, theirs: Lockfile, allows: Allows) -> Lockfile:
    categories: dict[str, dict[str, Pin]] = {}
    raw: dict[str, dict[str, RawEntry]] = {}
    different: dict[str, MergedPin] = {}
    for category in dict.fromkeys((*ours.categories, *theirs.categories)):
        our_keys = _keys(ours.categories.get(category, {}))
        their_keys = _keys(theirs.categories.get(category, {}))
        pins: dict[str, Pin] = {}
        entries: dict[str, RawEntry] = {}
        for name in sorted(our_keys.keys() | their_keys.keys()):
            our_pin, their_pin = our_keys.get(name), their_keys.get(name)
            if our_pin is None or (
                their_pin is not None and _is_better(name, their_pin, our_pin, allows)
            ):
                side, pin = theirs, their_pin
            else:
                side, pin = ours, our_pin
            if pin is None:
                continue
            pins[pin.name] = pin
            entry = side.raw.get(category, {}).get(pin.name)
            if entry is not None:
                entries[pin.name] = entry
            was = None if our_pin is None else shown_version(our_pin)
            will_be = None if their_pin is None else shown_version(their_pin)
            if was != will_be:
                different.setdefault(name, MergedPin(name, was, will_be))
        categories[category] = pins
        raw[category] = entries
    merged = tuple(different[name] for name in sorted(different))
    return ours._replace(content_hash=None, categories=categories, raw=raw, merged=merged)


def _keys(pins: Mapping[str, Pin]) -> dict[str, Pin]:
    return {canonical_name(name): pin for name, pin in pins.items()}


def _is_better(name: str, pin: Pin, other: Pin, allows: Allows) -> bool:
    if pin.version is None or other.version is None:
        return False
    allowed, other_allowed = allows(name, pin.version), allows(name, other.version)
    if allowed != other_allowed:
        return allowed
    try:
        return version_key(pin.version) > version_key(other.version)
    except InvalidValue:
        return False
