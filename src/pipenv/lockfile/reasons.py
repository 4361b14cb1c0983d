"""Why each line of a lock's changes is there: who asks for it, or who stands in the way."""

from __future__ import annotations

from pipenv.models.names import canonical_name
from pipenv.models.versions import version_key
from pipenv.resolver.resolution import who_excludes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pipenv.lockfile.changes import Changes
    from pipenv.resolver.resolution import PortableResolution, Resolution


def reasons_for(
    changes: Changes,
    resolution: PortableResolution,
    *,
    asked: Collection[str] = (),
    is_first: bool = False,
) -> dict[str, str]:
    """Return name → why it moved, came or went; none where there is nothing to say.

    Args:
        changes: between the lock before and the lock of `resolution`.
        resolution: what was found.
        asked: canonical names that the user wanted to move.
        is_first: there was no lock before, so that new packages need no reason.
    """
    resolutions = (resolution.shared, *resolution.separate.values())
    found: dict[str, str] = {}
    for name, old, new in changes.moved:
        key = canonical_name(name)
        found[name] = _why_moved(key, old, new, resolutions, is_asked=key in asked)
    if not is_first:
        for name, _ in changes.added:
            key = canonical_name(name)
            by = next(_needing(key, resolutions), "")
            if by and key not in _listed(resolutions):
                found[name] = f"needed by {by}"
        for name, _ in changes.removed:
            found[name] = "no longer needed"
    return {name: reason for name, reason in found.items() if reason}


def _why_moved(
    name: str, old: str, new: str, resolutions: Collection[Resolution], *, is_asked: bool
) -> str:
    try:
        before, after = version_key(old), version_key(new)
    except ValueError:
        return "another source"
    excluding = who_excludes(resolutions, name, old)
    if excluding:
        return excluding
    if is_asked:
        return "asked for"
    return "newer release" if after > before else f"{old} cannot be used any more"


def _listed(resolutions: Collection[Resolution]) -> set[str]:
    return {root.dependency.name for each in resolutions for root in each.roots}


def _needing(name: str, resolutions: Collection[Resolution]) -> Iterator[str]:
    for resolution in resolutions:
        for package in resolution.packages.values():
            if any(edge.name == name for edge in package.dependencies) and package.name != name:
                yield package.name
