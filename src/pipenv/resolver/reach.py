"""Where the packages of a resolution are needed: markers added up along the ways from the roots.

A package is needed where one of those that need it is, and the marker of that need holds.
"""

from __future__ import annotations

from pipenv.resolver.resolution import Reached

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from pipenv.models.marker_algebra import EnvironmentSpace
    from pipenv.models.markers import Marker
    from pipenv.resolver.problem import Root
    from pipenv.resolver.resolution import Edge, ResolvedPackage

    Node = tuple[str, str]
    """A package by canonical name, and one of its extras; ``""`` is the package itself."""

_MOST_HINTS = 16


def reach(
    packages: Mapping[str, ResolvedPackage],
    roots: Iterable[Root],
    space: EnvironmentSpace,
    *,
    dead_ends: Collection[str] = (),
) -> dict[str, Reached]:
    """Return where each package is needed that the roots lead to, by canonical name.

    Args:
        packages: what was chosen.
        roots: of one category.
        space: made for the markers of all of them.
        dead_ends: names whose needs do not count.
    """
    outgoing = _outgoing(packages)
    masks: dict[Node, int] = {}
    hints: dict[Node, dict[Marker, None]] = {}
    waiting: list[Node] = []

    def arrive(node: Node, mask: int, markers: Iterable[Marker]) -> None:
        before = masks.get(node, 0)
        known = hints.setdefault(node, {})
        if len(known) < _MOST_HINTS:
            known.update(dict.fromkeys(markers))
        if mask & ~before:
            masks[node] = before | mask
            waiting.append(node)

    for root in roots:
        needed = root.dependency
        if needed.name in packages:
            mask = space.mask(needed.marker)
            markers = () if needed.marker is None else (needed.marker,)
            for node in _nodes(needed.name, needed.extras):
                arrive(node, mask, markers)
    while waiting:
        node = waiting.pop()
        if node[0] in dead_ends:
            continue
        inherited = () if masks[node] == space.everything else tuple(hints[node])
        extras = (node[1],) if node[1] else ()
        for edge in outgoing.get(node, ()):
            if edge.name in packages:
                mask = masks[node] & space.mask(edge.marker, extras)
                if mask:
                    own = () if edge.marker is None else (edge.marker,)
                    for target in _nodes(edge.name, edge.extras):
                        arrive(target, mask, (*own, *inherited))
    return _by_package(masks, hints)


def markers_of(packages: Iterable[ResolvedPackage], roots: Iterable[Root]) -> list[Marker]:
    """Return all markers that decide about reach, each once."""
    found: dict[Marker, None] = {}
    for root in roots:
        if root.dependency.marker is not None:
            found[root.dependency.marker] = None
    for package in packages:
        for edge in package.dependencies:
            if edge.marker is not None:
                found[edge.marker] = None
    return list(found)


def _outgoing(packages: Mapping[str, ResolvedPackage]) -> dict[Node, list[Edge]]:
    found: dict[Node, list[Edge]] = {}
    for name, package in packages.items():
        for edge in package.dependencies:
            found.setdefault((name, edge.from_extra or ""), []).append(edge)
    return found


def _nodes(name: str, extras: Iterable[str]) -> list[Node]:
    return [(name, ""), *((name, extra) for extra in extras)]


def _by_package(
    masks: Mapping[Node, int], hints: Mapping[Node, Mapping[Marker, None]]
) -> dict[str, Reached]:
    found: dict[str, Reached] = {}
    for node in sorted(masks):
        name, extra = node
        mask = masks[node]
        markers = tuple(sorted(hints[node], key=str)[:_MOST_HINTS])
        if not extra:
            found[name] = Reached(mask, (), markers)
        elif name in found:
            before = found[name]
            found[name] = before._replace(extras=(*before.extras, extra))
    return found
