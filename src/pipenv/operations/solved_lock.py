"""What is at hand when a Pipfile has been locked, for those who write the lock in other forms."""

from __future__ import annotations

from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pipenv.index.catalog import Catalog
    from pipenv.lockfile.generator import LockedFacts
    from pipenv.lockfile.schema import Lockfile
    from pipenv.operations.lock_targets import LockTargets
    from pipenv.pipfile.document import Pipfile
    from pipenv.resolver.problem import ResolverProblem
    from pipenv.resolver.provider import PortableProvider
    from pipenv.resolver.resolution import PortableResolution


class SolvedLock(NamedTuple):
    """A lock, and what it was made from; the catalog is still open."""

    pipfile: Pipfile
    problem: ResolverProblem
    catalog: Catalog
    provider: PortableProvider
    """What the problem was solved with."""
    facts_of: Callable[[str, str], LockedFacts]
    """Name and reference → what the lock says of a package that is on no index."""
    aim: LockTargets
    dead_ends: Mapping[str, frozenset[str]]
    resolution: PortableResolution
    lockfile: Lockfile
    """As it will be written."""


class PylockFile(NamedTuple):
    """A ``pylock.toml`` that was made but not yet written."""

    path: str
    text: str
