"""What the solver found: one version per package, why each is there, and for which categories."""

from __future__ import annotations

from pipenv.models.records import NamedTuple
from pipenv.models.specifiers import parse_specifiers
from pipenv.models.versions import version_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipenv.models.marker_algebra import EnvironmentSpace
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


def who_excludes(resolutions: Iterable[Resolution], name: str, version: str) -> str:
    """Say whose requirement does not admit a version, the first that is found; `""` if nobody's.

    Completes ``because``: ``[develop] requires a <2``, ``b 1.0 needs a <2``.
    """
    key = version_key(version)
    for resolution in resolutions:
        for root in resolution.roots:
            needed = root.dependency
            if needed.name == name and not needed.specifiers.contains(key, version):
                return f"[{root.category}] requires {name} {needed.specifiers}"
        for package in resolution.packages.values():
            for edge in package.dependencies:
                if edge.name == name and edge.specifiers:
                    specifiers = parse_specifiers(edge.specifiers)
                    if not specifiers.contains(key, version):
                        return f"{package.name} {package.version} needs {name} {specifiers}"
    return ""


class Reached(NamedTuple):
    """A package of a category: where it is needed, and with which extras."""

    mask: int
    """Of the environments in the `EnvironmentSpace`; not empty."""
    extras: tuple[str, ...]
    """Sorted."""
    hints: tuple[Marker, ...]
    """The markers on the ways to it, which a marker of its own is best written with."""


class Move(NamedTuple):
    """A package of the default category that has another version because of other categories."""

    name: str
    alone: str
    """The version that the default category would have alone."""
    together: str
    reason: str
    """Completes `because`; empty when it is not a single requirement's doing."""


class Compromise(NamedTuple):
    """A requirement of some other environment that the version locked for here does not meet."""

    name: str
    version: str
    """What is locked; empty when the package is not locked at all."""
    requirement: str
    """What would be needed there."""
    needed_by: str
    where: Marker | None
    """`None`: everywhere."""


class PortableResolution(NamedTuple):
    """Versions for all categories, and where each package is needed."""

    shared: Resolution
    """Of the categories that agree."""
    separate: Mapping[str, Resolution]
    """Category that was declared to be in conflict with others → its own versions."""
    space: EnvironmentSpace
    reached: Mapping[str, Mapping[str, Reached]]
    """Category → canonical name → where it is needed."""
    moves: tuple[Move, ...] = ()
    compromises: tuple[Compromise, ...] = ()
    covers_all: bool = True
    """`False`: the environment that locks has what it needs, others as far as that goes."""

    def of(self, category: str) -> Resolution:
        """Return the versions that a category has."""
        return self.separate.get(category, self.shared)


class Choice(NamedTuple):
    """A version that is chosen in some environment."""

    package: ResolvedPackage
    needed: Mapping[str, Reached]
    """Category → where it is chosen and needed; disjoint from other versions of the package."""


class SplitResolution(NamedTuple):
    """Versions for all categories, of which different environments may have different ones."""

    space: EnvironmentSpace
    choices: tuple[Choice, ...]
    """Sorted by name and version."""
