"""Several versions of one package, each for the environments that need it so.

Pipfile.lock has one version per name, and where that cannot serve all environments the one that
locks decides.  Here every platform and Python is solved for by itself instead, with what the others
have as preferences, so that they differ only where they must.
"""

from __future__ import annotations

from pipenv.errors import PackageNotFound, ResolutionImpossible, ResolutionTooDeep
from pipenv.events import silent
from pipenv.models.marker_algebra import space_of
from pipenv.models.records import NamedTuple
from pipenv.resolver.agreement import agree, versions_of
from pipenv.resolver.portability import applying, parts_of
from pipenv.resolver.reach import markers_of, reach

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipenv.models.marker_algebra import EnvironmentSpace
    from pipenv.models.targets import TargetSet
    from pipenv.resolver.agreement import Agreement
    from pipenv.resolver.problem import ResolverProblem
    from pipenv.resolver.provider import PortableProvider
    from pipenv.resolver.resolution import PortableResolution, Reached

    Choice = tuple[str, str]
    """Canonical name and version."""


class Split(NamedTuple):
    """Versions, and where each is needed, by category."""

    space: EnvironmentSpace
    chosen: Mapping[str, Mapping[Choice, Reached]]
    """Category → canonical name and version → where; of one name no two overlap."""
    urls: Mapping[Choice, str | None]


def unsplit(found: PortableResolution) -> Split:
    """Return a resolution as it is: one version per name and category."""
    chosen: dict[str, dict[Choice, Reached]] = {}
    urls: dict[Choice, str | None] = {}
    for category, reached in found.reached.items():
        packages = found.of(category).packages
        for name, each in reached.items():
            choice = (name, packages[name].version)
            chosen.setdefault(category, {})[choice] = each
            urls[choice] = packages[name].url
    return Split(found.space, chosen, urls)


def split(
    problem: ResolverProblem,
    provider: PortableProvider,
    found: PortableResolution,
) -> Split:
    """Solve for every platform and Python by itself; what cannot be solved has no versions.

    Args:
        problem: what `found` is a solution of, with compromises.
        provider: the same.
        found: versions to prefer.
    """
    preferences = {**problem.preferences, **versions_of(found.shared)}
    parts: list[tuple[TargetSet, Agreement]] = []
    for part in parts_of(provider.targets):
        inside = applying(problem._replace(preferences=preferences), part)
        try:
            agreement = agree(inside, provider.within(part), silent)
        except (ResolutionImpossible, ResolutionTooDeep, PackageNotFound):
            continue
        preferences = {**versions_of(agreement.shared), **preferences}
        parts.append((part, agreement))
    return _joined(parts, provider.targets)


def _joined(parts: list[tuple[TargetSet, Agreement]], targets: TargetSet) -> Split:
    resolutions = [each for _, agreement in parts for each in agreement.all()]
    packages = [package for each in resolutions for package in each.packages.values()]
    roots = [root for each in resolutions for root in each.roots]
    space = space_of(targets, markers_of(packages, roots))
    chosen: dict[str, dict[Choice, Reached]] = {}
    urls: dict[Choice, str | None] = {}
    for part, agreement in parts:
        inside = _mask_of(part, space)
        for category in dict.fromkeys(root.category for root in roots):
            resolution = agreement.separate.get(category, agreement.shared)
            of_category = [root for root in resolution.roots if root.category == category]
            for name, each in reach(resolution.packages, of_category, space).items():
                package = resolution.packages[name]
                mask = each.mask & inside
                if not mask:
                    continue
                choice = (name, package.version)
                urls[choice] = package.url
                known = chosen.setdefault(category, {}).get(choice)
                if known is not None:
                    each = known._replace(  # noqa: PLW2901 - the same, for more environments
                        mask=known.mask | mask,
                        extras=tuple(sorted({*known.extras, *each.extras})),
                        hints=tuple(dict.fromkeys((*known.hints, *each.hints))),
                    )
                else:
                    each = each._replace(mask=mask)  # noqa: PLW2901
                chosen[category][choice] = each
    return Split(space, chosen, urls)


def _mask_of(part: TargetSet, space: EnvironmentSpace) -> int:
    names = {platform.sys_platform for platform in part.platforms}
    mask = 0
    for bits, environment in space.environments():
        if environment["sys_platform"] in names and environment["python_version"] in part.minors:
            mask |= bits
    return mask
