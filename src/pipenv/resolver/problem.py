"""What the solver is given: requirements by category, and the lists of versions it chooses from."""

from __future__ import annotations

from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from pipenv.models.markers import Marker
    from pipenv.models.specifiers import SpecifierSet
    from pipenv.models.versions import VersionKey


MOST_CONFLICTS = 50_000


class Candidate(NamedTuple):
    """One version of one package: an entry of a `VersionList`."""

    name: str
    """The name that the list was asked for with: canonical, or ``name @ url``."""
    version: str
    position: int


class VersionList:
    """All versions of one package, ascending.

    Sets of versions are `int` bit masks: bit *i* stands for position *i*.  Providers may subclass
    it to compute `reason` when asked.
    """

    __slots__ = ("keys", "name", "prereleases", "texts", "usable", "yanked")

    def __init__(
        self,
        name: str,
        texts: Sequence[str],
        keys: Sequence[VersionKey],
        *,
        usable: int,
        prereleases: int = 0,
        yanked: int = 0,
    ) -> None:
        self.name = name
        self.texts = texts
        self.keys = keys
        self.usable = usable
        """Positions that may be chosen here at all; yanked ones and pre-releases among them."""
        self.prereleases = prereleases
        self.yanked = yanked

    def limited(self, usable: int) -> VersionList:
        """Return the same list with fewer usable versions."""
        return _LimitedList(self, usable)

    def reason(self, position: int) -> str:
        """Say why the version is not usable, or that and why it was yanked.

        The text completes a sentence about the version: ``requires Python >=3.12``, ``was yanked:
        broken metadata``, ``has no file for this platform``.
        """
        if self.yanked >> position & 1:
            return "was yanked"
        return "cannot be used here"


class _LimitedList(VersionList):
    """A list of which only some versions are to be chosen."""

    __slots__ = ("_whole",)

    def __init__(self, whole: VersionList, usable: int) -> None:
        super().__init__(
            whole.name,
            whole.texts,
            whole.keys,
            usable=whole.usable & usable,
            prereleases=whole.prereleases,
            yanked=whole.yanked,
        )
        self._whole = whole

    def reason(self, position: int) -> str:
        if self._whole.usable >> position & 1 and not self.usable >> position & 1:
            return "is not the version that is needed elsewhere"
        return self._whole.reason(position)


class Dependency(NamedTuple):
    """A requirement that applies: whoever states it needs `name` within `specifiers`."""

    name: str
    """Canonical."""
    extras: tuple[str, ...]
    specifiers: SpecifierSet
    marker: Marker | None = None
    """Kept for the lock only; the provider has left out what does not apply."""
    url: str | None = None
    """With a URL only the version found there will do."""


class Root(NamedTuple):
    """A requirement that the user wrote."""

    category: str
    dependency: Dependency
    source: str
    """Where it is written, for people: ``Pipfile line 12, [packages]``."""


class ResolverProblem(NamedTuple):
    """Everything that the answer depends on, besides the provider's facts."""

    roots: tuple[Root, ...]
    preferences: Mapping[str, str]
    """Canonical name → version to keep where the requirements allow it."""
    allow_prereleases: bool = False
    conflicts: tuple[frozenset[str], ...] = ()
    """Sets of categories (lock names) of which no two need to agree."""
    is_divided: bool = False
    """No category needs to agree with any other."""
    lowest: Container[str] = frozenset()
    """Canonical names of packages whose oldest version that fits is wanted; preferences for them
    do not count. `pipenv.models.names.ALL_NAMES` for every package."""
    most_conflicts: int = MOST_CONFLICTS
    """How often the search may fail before it is given up."""
