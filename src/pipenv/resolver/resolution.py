"""What the solver found: one version per package, why each is there, and for which categories."""

from __future__ import annotations

from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipenv.models.markers import Marker
    from pipenv.resolver.problem import Root


class Edge(NamedTuple):
    """One package needs another."""

    name: str
    extras: tuple[str, ...]
    marker: Marker | None
    specifiers: str
    from_extra: str | None
    """The extra of the needing package that adds this need; None: it always has it."""


class ResolvedPackage(NamedTuple):
    """The version chosen for one package."""

    name: str
    version: str
    position: int
    """In the provider's `VersionList` of the name (of ``name @ url`` where `url` is set)."""
    extras: tuple[str, ...]
    """Sorted; those that somebody asks for."""
    categories: frozenset[str]
    """The categories from whose roots the package is reached."""
    dependencies: tuple[Edge, ...]
    url: str | None = None
    """Set if the version comes from a direct URL."""


class Statistics(NamedTuple):
    """How hard it was; for measurements."""

    decisions: int
    conflicts: int
    backtracks: int
    restarts: int


class Resolution(NamedTuple):
    """A set of versions that meets every requirement."""

    packages: Mapping[str, ResolvedPackage]
    """Canonical name → version, sorted by name."""
    roots: tuple[Root, ...]
    statistics: Statistics
