"""One version per package for many environments, and what is done where that cannot be.

All requirements that apply in any of the environments count at once.  If no versions meet them all,
the environment that locks decides: its versions are taken as given, and the others are served as
far as they can live with them.
"""

from __future__ import annotations

from pipenv.errors import PackageNotFound, ResolutionImpossible, ResolutionTooDeep
from pipenv.events import silent
from pipenv.models.marker_algebra import is_possible, space_of
from pipenv.models.targets import only
from pipenv.resolver._fixed import FixedProvider
from pipenv.resolver.agreement import Agreement, agree, versions_of
from pipenv.resolver.reach import markers_of, reach
from pipenv.resolver.resolution import Compromise, PortableResolution, Resolution

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pipenv.events import Reporter
    from pipenv.models.marker_algebra import EnvironmentSpace
    from pipenv.models.markers import Marker
    from pipenv.models.targets import TargetSet
    from pipenv.resolver._fixed import Unmet
    from pipenv.resolver.problem import ResolverProblem, Root
    from pipenv.resolver.provider import PortableProvider
    from pipenv.resolver.resolution import Reached, ResolvedPackage

HERE = 1
"""The cell of the environment that locks."""
_MOST_ROUNDS = 8
"""How often versions are looked for again because files were missing for some environment."""


def resolve(
    problem: ResolverProblem,
    provider: PortableProvider,
    report: Reporter = silent,
    *,
    told_apart: TargetSet | None = None,
    markers: Iterable[Marker] = (),
    dead_ends: Mapping[str, frozenset[str]] | None = None,
) -> PortableResolution:
    """Choose versions for all categories and all of the provider's environments.

    Args:
        problem: what to solve. Roots that apply in none of the environments are left out.
        provider: the packages.
        report: is told of the progress.
        told_apart: the environments for the space of the result, where these are more than the
            provider's: a lock that does not say its Python has markers for others, too.
        markers: to be told apart by the space of the result, besides those of the packages.
        dead_ends: category → names whose needs do not count.

    Raises:
        PackageNotFound: no index knows a name that a root requires.
        ResolutionImpossible: not even the environment that locks can have what it needs.
        ResolutionTooDeep: the search was given up at its bound.
    """
    finish = Finish(told_apart or provider.targets, tuple(markers), dead_ends or {})
    if provider.targets.is_single:
        return finish.of(agree(applying(problem, provider.targets), provider, report), ())
    try:
        return covering(problem, provider, report, finish)
    except (ResolutionImpossible, ResolutionTooDeep, PackageNotFound):
        if not provider.targets.includes_here:
            raise
        return _from_here(problem, provider, report, finish)


class Finish:
    """Makes results."""

    def __init__(
        self,
        targets: TargetSet,
        markers: tuple[Marker, ...],
        dead_ends: Mapping[str, frozenset[str]],
    ) -> None:
        self._targets = targets
        self._markers = markers
        self._dead_ends = dead_ends

    def of(self, agreement: Agreement, compromises: tuple[Compromise, ...]) -> PortableResolution:
        """Return a resolution with everything that follows from the versions."""
        roots = [root for each in agreement.all() for root in each.roots]
        packages = [package for each in agreement.all() for package in each.packages.values()]
        space = space_of(self._targets, [*markers_of(packages, roots), *self._markers])
        reached: dict[str, Mapping[str, Reached]] = {}
        for category in dict.fromkeys(root.category for root in roots):
            resolution = agreement.separate.get(category, agreement.shared)
            reached[category] = reach(
                resolution.packages,
                [root for root in resolution.roots if root.category == category],
                space,
                dead_ends=self._dead_ends.get(category, ()),
            )
        return PortableResolution(
            agreement.shared, agreement.separate, space, reached, agreement.moves, compromises
        )


def applying(problem: ResolverProblem, targets: TargetSet) -> ResolverProblem:
    """Return the problem without the roots that apply in none of the environments."""
    roots = tuple(
        root
        for root in problem.roots
        if root.dependency.marker is None or is_possible(targets, root.dependency.marker)
    )
    return problem if len(roots) == len(problem.roots) else problem._replace(roots=roots)


def covering(
    problem: ResolverProblem, provider: PortableProvider, report: Reporter, finish: Finish
) -> PortableResolution:
    """Solve until every package has files wherever it is needed, as far as any version has."""
    problem = applying(problem, provider.targets)
    for _ in range(_MOST_ROUNDS):
        found = finish.of(agree(problem, provider, report), ())
        is_settled = True
        for name, position, cells in _lacking(found, provider):
            if provider.demand(name, cells & ~provider.coverage(name, position)):
                is_settled = False
        if is_settled:
            return found
    return found


def _lacking(
    found: PortableResolution, provider: PortableProvider
) -> Iterator[tuple[str, int, int]]:
    """Yield names, positions and needed cells of versions without files for all of them."""
    cell_masks = _cell_masks(provider.targets, found.space)
    everywhere = (1 << len(cell_masks)) - 1
    for category, reached in found.reached.items():
        packages = found.of(category).packages
        for name, each in reached.items():
            package = packages[name]
            if package.url is not None:
                continue
            missing = everywhere & ~provider.coverage(name, package.position)
            if not missing:
                continue
            cells = 0
            for cell, mask in enumerate(cell_masks):
                if missing >> cell & 1 and mask & each.mask:
                    cells |= 1 << cell
            if cells:
                yield name, package.position, cells


def _cell_masks(targets: TargetSet, space: EnvironmentSpace) -> list[int]:
    """The environments of each cell."""
    here = targets.here.environment
    masks = [0] * (1 + len(targets.cells()))
    for bits, environment in space.environments():
        for cell, (platform, minor) in enumerate(targets.cells(), start=1):
            if (
                environment["sys_platform"] == platform.sys_platform
                and environment["python_version"] == minor
            ):
                masks[cell] |= bits
        if targets.includes_here and _is_like(environment, here):
            masks[0] |= bits
    return masks


def _is_like(environment: Mapping[str, str], here: Mapping[str, str]) -> bool:
    return all(
        environment[name] == here[name]
        for name in ("sys_platform", "platform_machine", "python_version", "implementation_name")
    )


# Where one version per package does not do


def _from_here(
    problem: ResolverProblem,
    provider: PortableProvider,
    report: Reporter,
    finish: Finish,
) -> PortableResolution:
    """Solve for the environment that locks, then for the others with what that has chosen."""
    targets = provider.targets
    single = only(targets.here, targets.pythons)
    agreement = agree(applying(problem, single), provider.within(single), report)
    unmet: dict[Unmet, None] = {}
    left_out: list[Compromise] = []
    for part in parts(targets):
        fixed = versions_of(agreement.shared)
        inside = FixedProvider(provider.within(part), fixed, gives_in=True)
        rest = applying(problem, part)
        rest = rest._replace(roots=inside.roots(rest.roots), conflicts=())
        rest = rest._replace(
            roots=tuple(root for root in rest.roots if root.category not in agreement.separate)
        )
        try:
            more = agree(rest, inside, silent)
        except (ResolutionImpossible, ResolutionTooDeep, PackageNotFound) as error:
            where = f"{part.platforms[0].name}, Python {' and '.join(part.minors)}"
            left_out.append(Compromise("", "", str(error), where, None))
            continue
        unmet.update(inside.unmet)
        agreement = agreement._replace(shared=_joined(agreement.shared, more.shared, problem.roots))
    compromises = [
        Compromise(each.name, each.version, _text(each), each.needed_by, each.requirement.marker)
        for each in unmet
    ]
    return finish.of(agreement, (*compromises, *left_out))._replace(covers_all=False)


def parts(targets: TargetSet) -> list[TargetSet]:
    """The platforms one by one, those of the environment that locks first."""
    here = targets.here.environment["sys_platform"]
    ordered = sorted(targets.platforms, key=lambda each: each.sys_platform != here)
    return [
        targets._replace(platforms=(platform,), minors=(minor,))
        for platform in ordered
        for minor in targets.minors
    ]


def _text(unmet: Unmet) -> str:
    if not unmet.version:
        return f"{unmet.name}, which is on none of the indexes"
    return f"{unmet.name} {unmet.requirement.specifiers}"


def _joined(one: Resolution, other: Resolution, roots: tuple[Root, ...]) -> Resolution:
    """Put two resolutions together that agree on the versions of packages they share."""
    packages: dict[str, ResolvedPackage] = dict(one.packages)
    for name, package in other.packages.items():
        known = packages.get(name)
        if known is None:
            packages[name] = package
        elif known.version == package.version:
            packages[name] = known._replace(
                extras=tuple(sorted({*known.extras, *package.extras})),
                categories=known.categories | package.categories,
                dependencies=tuple(dict.fromkeys((*known.dependencies, *package.dependencies))),
            )
    return Resolution(dict(sorted(packages.items())), roots, one.statistics)
