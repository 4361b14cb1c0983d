"""A lock as a value: where it comes from, and the pins of each category."""

from __future__ import annotations

from types import MappingProxyType

from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipenv.models.indexes import Index
    from pipenv.models.pins import Pin

    RawEntries = Mapping[str, Mapping[str, "RawEntry"]]

SPECIFICATION = 6
"""The one version of the format there is (``pipfile-spec``)."""

REQUIRED_CATEGORIES = ("default", "develop")

LOCK_NAMES = {"packages": "default", "dev-packages": "develop"}
"""The names of categories that differ between Pipfile and lock."""


class RawEntry(NamedTuple):
    """An entry as it was read, for writing it again as it was."""

    pin: Pin
    """What it was read as."""
    table: Mapping[str, object]
    """All its keys, those included that mean nothing to us."""


NOTHING_RAW: RawEntries = MappingProxyType({})


class Lockfile(NamedTuple):
    """The content of a ``Pipfile.lock``."""

    content_hash: str | None
    """Of the Pipfile it was made from."""
    requires: Mapping[str, object]
    """The Pipfile's ``[requires]`` table."""
    sources: tuple[Index, ...]
    categories: Mapping[str, Mapping[str, Pin]]
    """Lock name of the category → key of the entry → pin; ``default`` and ``develop`` are there."""
    raw: RawEntries = NOTHING_RAW
    """Entries as read. One whose pin is unchanged is written as it was, unknown keys and all."""
