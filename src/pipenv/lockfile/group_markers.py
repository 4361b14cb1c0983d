"""Categories as markers: the dependency groups of PEP 735, as ``pylock.toml`` asks about them.

What the category ``default`` has needs no group; other categories are groups.
"""

from __future__ import annotations

from pipenv.models.markers import Marker, conjunction, disjunction

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipenv.models.marker_algebra import EnvironmentSpace
    from pipenv.resolver.resolution import Reached

_GROUPS = {"develop": "dev"}


def group_of(category: str) -> str:
    """Return the name of the group that stands for a category of a lock."""
    return _GROUPS.get(category, category)


def group_marker(category: str) -> Marker | None:
    """Return the marker of what only one category has; `None` for the default one."""
    if category == "default":
        return None
    return asks_for(group_of(category))


def marker_of(needed: Mapping[str, Reached], space: EnvironmentSpace) -> Marker | None:
    """Return the marker of a package that categories need in different environments.

    Args:
        needed: category → where; not empty.
        space: of the masks.
    """
    default = needed.get("default")
    everybody = 0 if default is None else default.mask
    by_mask: dict[int, list[str]] = {}
    for category, reached in needed.items():
        if category != "default" and reached.mask & ~everybody:
            by_mask.setdefault(reached.mask, []).append(category)
    found = [] if default is None else [space.marker(default.mask, default.hints)]
    for mask, categories in by_mask.items():
        groups = disjunction([group_marker(category) for category in categories])
        hints = [hint for category in categories for hint in needed[category].hints]
        found.append(conjunction([groups, space.marker(mask, hints)]))
    return disjunction(found)


def renamed_groups(marker: Marker | None, names: Mapping[str, Marker | None]) -> Marker | None:
    """The marker with what it asks of some groups replaced.

    Args:
        marker: any.
        names: name of a group → what to ask instead of ``'name' in dependency_groups``.
    """
    if marker is None:
        return None
    tree = marker.tree
    if len(tree) == 3:
        left, operator, right = tree
        is_asked = right == ("var", "dependency_groups") and operator == "in"
        return names[left[1]] if is_asked and left[1] in names else marker
    kind, nodes = tree
    parts = [renamed_groups(Marker.from_tree(node), names) for node in nodes]
    return disjunction(parts) if kind == "or" else conjunction(parts)


def asks_for(name: str, variable: str = "dependency_groups") -> Marker:
    """The marker ``'name' in variable``."""
    return Marker.from_tree((("str", name), "in", ("var", variable)))
