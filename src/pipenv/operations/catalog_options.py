"""What only some of those who open a catalog want of it."""

from __future__ import annotations

from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container

    from pipenv.index.catalog import DirectReader


class CatalogOptions(NamedTuple):
    """How a catalog differs from that of a plain list of sources."""

    direct: DirectReader | None = None
    """Reads what is at places that are no index."""
    no_binary: Container[str] = ()
    """Canonical names of packages whose wheels do not count."""
    merges: bool = False
    """All sources answer for every name."""


PLAIN = CatalogOptions()
"""Nothing of all that."""
