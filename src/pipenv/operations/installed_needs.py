"""Which installed distributions are needed by others that are installed."""

from __future__ import annotations

from pipenv.errors import InvalidValue
from pipenv.virtualenvs.installed_metadata import read_requires

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from pipenv.models.distributions import InstalledDistribution
    from pipenv.models.requirements import Requirement


def needed_of(
    candidates: Collection[str],
    installed: Sequence[InstalledDistribution],
    markers: Mapping[str, str],
) -> dict[str, str]:
    """Which of `candidates` cannot leave, because something that stays needs them.

    Args:
        candidates: canonical names of what may leave.
        installed: everything in the environment. What cannot be read needs nothing.
        markers: the values of the environment's marker variables.

    Returns:
        Canonical name → the name of one distribution that stays and needs it.
    """
    requires = {each.key: _requires(each) for each in installed}
    names = {each.key: each.name for each in installed}
    extras: dict[str, set[str]] = {}
    needed: dict[str, str] = {}
    waiting = [key for key in requires if key not in candidates]
    while waiting:
        key = waiting.pop()
        for requirement in requires[key]:
            if requirement.marker is not None and not requirement.marker.evaluate(
                markers, extras.get(key, ())
            ):
                continue
            wanted = requirement.key
            if wanted not in requires:
                continue
            known = extras.setdefault(wanted, set())
            has_more = not known.issuperset(requirement.extras)
            known.update(requirement.extras)
            if wanted in candidates and wanted not in needed:
                needed[wanted] = names[key]
                waiting.append(wanted)
            elif has_more and (wanted not in candidates or wanted in needed):
                waiting.append(wanted)
    return needed


def _requires(distribution: InstalledDistribution) -> tuple[Requirement, ...]:
    try:
        return tuple(read_requires(distribution.info_dir).requires)
    except InvalidValue:
        return ()
