"""Pins: packages as a lock has chosen them, ready to be fetched."""

from __future__ import annotations

from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.models.digests import Digest
    from pipenv.models.markers import Marker
    from pipenv.models.origins import Origin


class Pin(NamedTuple):
    """One entry of a lock."""

    name: str
    """Canonical: the entry's key."""
    version: str | None
    """Without ``==``; `None` when it comes from a repository, a path or a URL."""
    extras: tuple[str, ...]
    origin: Origin
    digests: tuple[Digest, ...] = ()
    marker: Marker | None = None
    no_binary: bool = False
    """Whether it is to be built from source even where there is a wheel."""
