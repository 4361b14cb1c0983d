"""Several versions of one package, each for the environments that need it.

For formats that can say so. Where one version per package does for all environments there is
nothing to split. Where it does not, every platform with every minor version of Python is solved by
itself, and prefers what was chosen before, so that versions differ only where they must.
"""

from __future__ import annotations

from pipenv.errors import PackageNotFound, ResolutionImpossible, ResolutionTooDeep
from pipenv.events import silent
from pipenv.models.marker_algebra import space_of
from pipenv.models.versions import version_key
from pipenv.resolver._fixed import FixedProvider
from pipenv.resolver.agreement import Agreement, agree, versions_of
from pipenv.resolver.portability import Finish, applying, covering, parts
from pipenv.resolver.reach import markers_of, reach
from pipenv.resolver.resolution import Choice, Reached, SplitResolution

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipenv.models.marker_algebra import EnvironmentSpace
    from pipenv.models.targets import TargetSet
    from pipenv.resolver.problem import ResolverProblem
    from pipenv.resolver.provider import PortableProvider
    from pipenv.resolver.resolution import PortableResolution, Resolution, ResolvedPackage

    DeadEnds = Mapping[str, frozenset[str]]

_MOST_HINTS = 16


def split(
    problem: ResolverProblem,
    provider: PortableProvider,
    found: PortableResolution,
    *,
    told_apart: TargetSet,
    dead_ends: DeadEnds,
) -> SplitResolution:
    """Return every version that is chosen in some environment, and where.

    In no environment are there two versions of a package for the same category. The environment
    that locks has what `found` has; so has one that cannot have what it needs.

    Args:
        problem: what was solved.
        provider: the packages.
        found: the solution with one version per package.
        told_apart: the environments of the result.
        dead_ends: category → names whose needs do not count.
    """
    shared = Agreement(found.shared, found.separate, ())
    if found.covers_all:
        return _collected(found.space, [(shared, found.space.everything)], dead_ends)
    pieces = [*_pieces(problem, provider, found)]
    resolutions = [each for _, agreement in pieces for each in agreement.all()] + [*shared.all()]
    space = space_of(
        told_apart,
        markers_of(
            [package for each in resolutions for package in each.packages.values()],
            [root for each in resolutions for root in each.roots],
        ),
    )
    masks = _masks(space, [targets for targets, _ in pieces], provider.targets)
    rest = space.everything
    placed: list[tuple[Agreement, int]] = []
    for (_, agreement), mask in zip(pieces, masks, strict=True):
        placed.append((agreement, mask))
        rest &= ~mask
    return _collected(space, [*placed, (shared, rest)], dead_ends)


def _pieces(
    problem: ResolverProblem, provider: PortableProvider, found: PortableResolution
) -> Iterator[tuple[TargetSet, Agreement]]:
    """Yield parts of the environments that can have what they need, and what they have."""
    liked = _Liked(problem.preferences, found)
    fixed = versions_of(found.shared)
    for part in _ordered(provider.targets):
        agreement = _solved(part, problem, provider, liked, fixed)
        if agreement is not None:
            yield part, agreement
            continue
        for smaller in _by_machine(part, found.space):
            agreement = _solved(smaller, problem, provider, liked, fixed)
            if agreement is not None:
                yield smaller, agreement


def _ordered(targets: TargetSet) -> list[TargetSet]:
    """The part of the environment that locks, then the newest Pythons, platform by platform."""
    newest_first = parts(targets)
    newest_first.sort(key=lambda part: version_key(part.minors[0]), reverse=True)
    platforms = list(dict.fromkeys(part.platforms[0] for part in parts(targets)))
    newest_first.sort(key=lambda part: platforms.index(part.platforms[0]))
    return sorted(newest_first, key=lambda part: not part.includes_here)


def _by_machine(part: TargetSet, space: EnvironmentSpace) -> Iterator[TargetSet]:
    """Yield the machines of a platform one by one, the usual ones first."""
    (platform,) = part.platforms
    machines = dict.fromkeys(platform.machines)
    for _, environment in space.environments():
        if environment["sys_platform"] == platform.sys_platform:
            machines[environment["platform_machine"]] = None
    for machine in machines if len(machines) > 1 else ():
        alone = platform._replace(machines=(machine,), takes_other_machines=False)
        yield part._replace(platforms=(alone,))


def _solved(
    part: TargetSet,
    problem: ResolverProblem,
    provider: PortableProvider,
    liked: _Liked,
    fixed: Mapping[str, str],
) -> Agreement | None:
    inside = _Lenient(provider.within(part))
    own = applying(problem, part)
    own = own._replace(roots=inside.roots(own.roots), preferences=liked.by(part))
    try:
        if part.includes_here:
            agreement = agree(own, FixedProvider(inside, fixed), silent)
        else:
            resolution = covering(own, inside, silent, Finish(part, (), {}))
            agreement = Agreement(resolution.shared, resolution.separate, ())
    except (ResolutionImpossible, ResolutionTooDeep, PackageNotFound):
        return None
    liked.add(part, agreement)
    return agreement


class _Lenient(FixedProvider):
    """Requirements on names that no index knows do not count: nobody could meet them."""

    def __init__(self, provider: PortableProvider) -> None:
        super().__init__(provider, {}, gives_in=True)
        self._portable = provider
        self.targets = provider.targets

    def within(self, targets: TargetSet) -> _Lenient:
        """Return the same provider for other environments; see `PortableProvider`."""
        return _Lenient(self._portable.within(targets))

    def coverage(self, name: str, position: int) -> int:
        """Return the cells for which a version has a file; see `PortableProvider`."""
        return self._portable.coverage(name, position)

    def demand(self, name: str, cells: int) -> bool:
        """Insist on files for cells; see `PortableProvider`."""
        return self._portable.demand(name, cells)


class _Liked:
    """The versions that the next part is to have if it can."""

    def __init__(self, preferences: Mapping[str, str], found: PortableResolution) -> None:
        self._preferences = preferences
        self._first = _versions(Agreement(found.shared, found.separate, ()))
        self._latest: dict[str, dict[str, str]] = {}

    def by(self, part: TargetSet) -> dict[str, str]:
        """Return what its platform had last, else what was chosen first."""
        latest = self._latest.get(part.platforms[0].name, {})
        return {**self._preferences, **self._first, **latest}

    def add(self, part: TargetSet, agreement: Agreement) -> None:
        chosen = _versions(agreement)
        self._latest.setdefault(part.platforms[0].name, {}).update(chosen)
        self._first = {**chosen, **self._first}


def _versions(agreement: Agreement) -> dict[str, str]:
    """The versions that all categories have that have a package; the shared ones count first."""
    found: dict[str, set[str]] = {}
    for resolution in agreement.separate.values():
        for name, version in versions_of(resolution).items():
            found.setdefault(name, set()).add(version)
    agreed = {name: min(versions) for name, versions in found.items() if len(versions) == 1}
    return {**agreed, **versions_of(agreement.shared)}


def _masks(space: EnvironmentSpace, pieces: Sequence[TargetSet], whole: TargetSet) -> list[int]:
    """The environments of each piece.

    Pythons for which nothing was solved belong to the one for which something was.
    """
    masks = [0] * len(pieces)
    for bits, environment in space.environments():
        minor = environment["python_version"]
        for number, piece in enumerate(pieces):
            (platform,) = piece.platforms
            if (
                environment["sys_platform"] == platform.sys_platform
                and (
                    platform.takes_other_machines
                    or environment["platform_machine"] in platform.machines
                )
                and (minor in piece.minors or minor not in whole.minors)
            ):
                masks[number] |= bits
                break
    return masks


def _collected(
    space: EnvironmentSpace, placed: Sequence[tuple[Agreement, int]], dead_ends: DeadEnds
) -> SplitResolution:
    packages: dict[tuple[str, str, str], ResolvedPackage] = {}
    needed: dict[tuple[str, str, str], dict[str, Reached]] = {}
    for agreement, inside in placed:
        for category, resolution in _by_category(agreement):
            reached = reach(
                resolution.packages,
                [root for root in resolution.roots if root.category == category],
                space,
                dead_ends=dead_ends.get(category, ()),
            )
            for name, each in reached.items():
                if not each.mask & inside:
                    continue
                package = resolution.packages[name]
                key = (name, package.version, package.url or "")
                packages.setdefault(key, package)
                of_key = needed.setdefault(key, {})
                before = of_key.get(category)
                of_key[category] = _added(before, each._replace(mask=each.mask & inside))
    ordered = sorted(packages, key=lambda key: (key[0], version_key(key[1]), key[2]))
    return SplitResolution(space, tuple(Choice(packages[key], needed[key]) for key in ordered))


def _by_category(agreement: Agreement) -> Iterator[tuple[str, Resolution]]:
    seen = dict.fromkeys(root.category for each in agreement.all() for root in each.roots)
    for category in seen:
        yield category, agreement.separate.get(category, agreement.shared)


def _added(before: Reached | None, more: Reached) -> Reached:
    if before is None:
        return more
    hints = sorted({*before.hints, *more.hints}, key=str)[:_MOST_HINTS]
    extras = tuple(sorted({*before.extras, *more.extras}))
    return Reached(before.mask | more.mask, extras, tuple(hints))
