"""What is at hand when a Pipfile cannot be locked; advice is made of it."""

from __future__ import annotations

from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from pipenv.index.catalog import Catalog
    from pipenv.lockfile.schema import Lockfile
    from pipenv.models.targets import Target
    from pipenv.pipfile.document import Pipfile
    from pipenv.resolver.problem import ResolverProblem
    from pipenv.resolver.provider import PackageProvider
    from pipenv.resolver.resolution import Resolution


class FailedLock(NamedTuple):
    """A problem without solution, and its surroundings."""

    pipfile: Pipfile
    problem: ResolverProblem
    catalog: Catalog
    """Knows which names there are."""
    provider: PackageProvider
    """What the problem was solved with."""
    target: Target
    previous: Lockfile | None
    solve: Callable[[ResolverProblem, PackageProvider], Resolution]
    """As the lock was solved: fixes are tried in the same way."""
    edited: Callable[[Catalog], PackageProvider]
    """Puts what made `provider` of the catalog around another one."""
