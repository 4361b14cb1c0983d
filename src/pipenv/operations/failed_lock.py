"""What is at hand when a Pipfile cannot be locked; advice is made of it."""

from __future__ import annotations

from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.index.catalog import Catalog
    from pipenv.lockfile.schema import Lockfile
    from pipenv.models.targets import Target
    from pipenv.pipfile.document import Pipfile
    from pipenv.resolver.problem import ResolverProblem


class FailedLock(NamedTuple):
    """A problem without solution, and its surroundings."""

    pipfile: Pipfile
    problem: ResolverProblem
    catalog: Catalog
    target: Target
    previous: Lockfile | None
