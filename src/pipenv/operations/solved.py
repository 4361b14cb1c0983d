"""What a lock is made of, for those who make more of it."""

from __future__ import annotations

from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.index.catalog import Catalog
    from pipenv.operations.lock_targets import LockTargets
    from pipenv.resolver.problem import ResolverProblem
    from pipenv.resolver.provider import PortableProvider
    from pipenv.resolver.resolution import PortableResolution


class Solved(NamedTuple):
    """What a lock was made of."""

    problem: ResolverProblem
    provider: PortableProvider
    resolution: PortableResolution
    aim: LockTargets
    catalog: Catalog
