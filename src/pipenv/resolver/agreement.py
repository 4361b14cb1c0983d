"""One version for all categories: the default one first, the others around it.

The default category is solved as if it were alone.  Its versions stay where the others can live
with them; where they cannot, no more of them move than must.  Categories that were declared to be
in conflict are solved one by one, each together with all that are in no conflict.
"""

from __future__ import annotations

from pipenv.errors import ResolutionImpossible
from pipenv.events import Notice
from pipenv.models.records import NamedTuple
from pipenv.resolver._fixed import FixedProvider
from pipenv.resolver.resolution import Move, who_excludes
from pipenv.resolver.solver import solve

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from pipenv.events import Event, Reporter
    from pipenv.resolver.problem import ResolverProblem
    from pipenv.resolver.provider import PackageProvider
    from pipenv.resolver.resolution import Resolution

DEFAULT = "default"
_MOST_TRIALS = 12
"""Solutions that are tried to find out which of the moved packages need not move."""


class Agreement(NamedTuple):
    """Versions for all categories."""

    shared: Resolution
    separate: Mapping[str, Resolution]
    moves: tuple[Move, ...]

    def all(self) -> tuple[Resolution, ...]:
        """Return every resolution."""
        return (self.shared, *self.separate.values())


def agree(problem: ResolverProblem, provider: PackageProvider, report: Reporter) -> Agreement:
    """Solve for all categories of a problem.

    Raises:
        PackageNotFound, ResolutionImpossible, ResolutionTooDeep: see `solver.solve`; of categories
            that cannot agree, with all of them in the explanation.
    """
    notices = _Notices(report)
    if problem.is_divided:
        return _divided(problem, provider, notices)
    in_conflict = _in_conflict(problem)
    alone = _default_alone(problem, provider, notices)
    shared = _around(alone, _without(problem, in_conflict), provider, notices)
    separate: dict[str, Resolution] = {}
    for category in in_conflict:
        with_it = _without(problem, [each for each in in_conflict if each != category])
        try:
            separate[category] = notices.solve(
                with_it, FixedProvider(provider, versions_of(shared))
            )
        except ResolutionImpossible:
            # It cannot live with what the shared categories have: they move, if they can.
            separate[category] = notices.solve(with_it, provider)
            chosen = FixedProvider(provider, versions_of(separate[category]))
            shared = notices.solve(_without(problem, in_conflict), chosen)
            fixed = FixedProvider(provider, versions_of(shared))
            for earlier in separate:
                others = [each for each in in_conflict if each != earlier]
                separate[earlier] = notices.solve(_without(problem, others), fixed)
    notices.forward()
    return Agreement(shared, separate, _moves(alone, [shared, *separate.values()]))


def _divided(problem: ResolverProblem, provider: PackageProvider, notices: _Notices) -> Agreement:
    """Solve for every category as if it were the only one."""
    categories = [*dict.fromkeys([DEFAULT, *(root.category for root in problem.roots)])]
    found = {
        category: notices.solve(
            _without(problem, [each for each in categories if each != category]), provider
        )
        for category in categories
    }
    notices.forward()
    return Agreement(found.pop(DEFAULT), found, ())


def _in_conflict(problem: ResolverProblem) -> list[str]:
    """The categories that need not agree with some other one that there is."""
    categories = dict.fromkeys(root.category for root in problem.roots)
    return [
        category
        for category in categories
        if category != DEFAULT
        and any(
            category in each and len(each & categories.keys()) > 1 for each in problem.conflicts
        )
    ]


class _Notices:
    """Solves, and keeps back what is said of solutions until it is known which one is taken."""

    def __init__(self, report: Reporter) -> None:
        self._report = report
        self._kept: dict[Notice, None] = {}

    def solve(self, problem: ResolverProblem, provider: PackageProvider) -> Resolution:
        kept: dict[Notice, None] = {}

        def listen(event: Event) -> None:
            if isinstance(event, Notice):
                kept[event] = None
            else:
                self._report(event)

        found = solve(problem, provider, listen)
        self._kept.update(kept)
        return found

    def forget(self) -> None:
        self._kept.clear()

    def forward(self) -> None:
        for notice in self._kept:
            self._report(notice)


def _default_alone(
    problem: ResolverProblem, provider: PackageProvider, notices: _Notices
) -> Resolution | None:
    """What the default category has by itself; `None` if there is nothing to compare it with."""
    roots = tuple(root for root in problem.roots if root.category == DEFAULT)
    if not roots or len(roots) == len(problem.roots):
        return None
    try:
        return notices.solve(problem._replace(roots=roots), provider)
    except ResolutionImpossible:
        return None  # the others can only add to it; solved together, they explain more


def _around(
    alone: Resolution | None,
    problem: ResolverProblem,
    provider: PackageProvider,
    notices: _Notices,
) -> Resolution:
    """Solve with the versions that the default category has alone, or few others."""
    notices.forget()
    if alone is None:
        return notices.solve(problem, provider)
    wanted = versions_of(alone)
    try:
        return notices.solve(problem, FixedProvider(provider, wanted))
    except ResolutionImpossible:
        pass
    problem = problem._replace(preferences={**problem.preferences, **wanted})
    best = notices.solve(problem, provider)
    moved = _moved(wanted, best)
    staying = {name: version for name, version in wanted.items() if name not in moved}
    for name in moved[:_MOST_TRIALS] if len(moved) > 1 else ():
        fixed = {**staying, name: wanted[name]}
        try:
            found = notices.solve(problem, FixedProvider(provider, fixed))
        except ResolutionImpossible:
            continue
        if len(_moved(wanted, found)) < len(_moved(wanted, best)):
            best, staying = found, fixed
    return best


def _without(problem: ResolverProblem, categories: Collection[str]) -> ResolverProblem:
    roots = tuple(root for root in problem.roots if root.category not in categories)
    return problem._replace(roots=roots)


def versions_of(resolution: Resolution) -> dict[str, str]:
    """Return canonical name → version, of what comes from indexes."""
    return {
        name: package.version
        for name, package in resolution.packages.items()
        if package.url is None
    }


def _moved(wanted: Mapping[str, str], found: Resolution) -> list[str]:
    return [
        name
        for name, version in wanted.items()
        if name in found.packages and found.packages[name].version != version
    ]


def _moves(alone: Resolution | None, together: Sequence[Resolution]) -> tuple[Move, ...]:
    """What is different in the first of the resolutions, and which of them is to blame."""
    if alone is None:
        return ()
    found = []
    for name in _moved(versions_of(alone), together[0]):
        before, after = alone.packages[name].version, together[0].packages[name].version
        found.append(Move(name, before, after, who_excludes(together, name, before)))
    return tuple(found)
