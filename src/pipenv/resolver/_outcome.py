"""From a complete partial solution to the `Resolution`: edges, extras and categories."""

from __future__ import annotations

from pipenv.resolver._incompatibilities import ASKED_FOR
from pipenv.resolver.resolution import Edge, Resolution, ResolvedPackage, Statistics

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.resolver._packages import Package
    from pipenv.resolver._search import Search
    from pipenv.resolver.problem import Dependency

    Needs = dict[int, tuple[Dependency, ...]]


def outcome(search: Search, restarts: int) -> Resolution:
    """Read the resolution off a search that came to an end."""
    needs = _needs(search)
    reached = _reached(search, needs)
    categories = _categories(search)
    sets = {mask: _named(mask, categories) for mask in set(reached)}
    texts: dict[int, str] = {}
    packages: dict[str, ResolvedPackage] = {}
    for name in sorted(search.by_name):
        package = search.by_name[name]
        if package is None or not reached[package.index]:
            continue
        extras = [extra for _, extra in sorted(package.extras.items()) if reached[extra.index]]
        edges: list[Edge] = []
        for asking in (package, *extras):
            edges += _edges(package, asking, needs.get(asking.index, ()), texts)
        bit = search.solution.allowed[package.index].bit_length() - 1
        part = package.part_of(bit)
        packages[name] = ResolvedPackage(
            name,
            part.versions.texts[bit - part.shift],
            bit - part.shift,
            tuple(extra.extra for extra in extras),
            sets[reached[package.index]],
            tuple(edges),
            part.url,
        )
    backtracks = search.engine.backjumps
    statistics = Statistics(search.decisions, search.conflicts, backtracks, restarts)
    return Resolution(packages, search.problem.roots, statistics)


def unasked(search: Search) -> list[tuple[Package, int]]:
    """Return yanked versions and direct URLs that were chosen, but that no requirement asks for.

    They came into question through a version that was not chosen in the end.
    """
    chosen = [
        (package, search.solution.allowed[package.index])
        for package in search.packages
        if package.yanked | package.direct and search.solution.decided[package.index]
    ]
    special = [(each, mask) for each, mask in chosen if mask & (each.yanked | each.direct)]
    if not special:
        return []
    asked = {root.dependency for root in search.problem.roots}
    for listed in _needs(search).values():
        asked.update(listed)
    return [
        (package, mask.bit_length() - 1)
        for package, mask in special
        if not any(
            dependency.name == package.name
            and (
                dependency.url is not None
                if mask & package.direct
                else dependency.specifiers.exact_pin is not None
            )
            and package.matching(dependency) & mask
            for dependency in asked
        )
    ]


def _needs(search: Search) -> Needs:
    """The dependencies of every chosen version and of its extras that are asked for, by index."""
    needs: Needs = {}
    solution = search.solution
    for package in search.packages:
        base = package if package.base is None else package.base
        if not solution.decided[base.index]:
            continue
        if package is not base and solution.allowed[package.index] != ASKED_FOR:
            continue
        bit = solution.allowed[base.index].bit_length() - 1
        found = search.knowledge.needs(base, bit, package.extra)
        if not isinstance(found, str):
            needs[package.index] = found
    return needs


def _categories(search: Search) -> list[str]:
    return [*dict.fromkeys(root.category for root in search.problem.roots)]


def _named(mask: int, categories: list[str]) -> frozenset[str]:
    return frozenset(name for place, name in enumerate(categories) if mask >> place & 1)


def _reached(search: Search, needs: Needs) -> list[int]:
    """Walk from the roots of all categories; a package and each of its extras are nodes.

    Returns a mask of categories per package index.
    """
    by_name = search.by_name
    reached = [0] * len(search.packages)
    categories = _categories(search)
    stack: list[tuple[int, int]] = []
    for root in search.problem.roots:
        mask = 1 << categories.index(root.category)
        stack += [(index, mask) for index in _nodes(by_name, root.dependency)]
    while stack:
        index, mask = stack.pop()
        joined = reached[index] | mask
        if joined != reached[index]:
            reached[index] = joined
            for dependency in needs.get(index, ()):
                stack += [(node, joined) for node in _nodes(by_name, dependency)]
    return reached


def _nodes(by_name: dict[str, Package | None], dependency: Dependency) -> list[int]:
    package = by_name[dependency.name]
    if package is None:
        return []
    if not dependency.extras:
        return [package.index]
    extras = [package.extras.get(name) for name in dependency.extras]
    return [package.index, *(extra.index for extra in extras if extra is not None)]


def _edges(
    package: Package, asking: Package, needs: tuple[Dependency, ...], texts: dict[int, str]
) -> list[Edge]:
    """`texts` remembers what specifiers look like, by identity; the same ones occur often."""
    edges = []
    from_extra = asking.extra or None
    for name, extras, specifiers, marker, _ in needs:
        if name == package.name and not extras:
            continue
        text = texts.get(id(specifiers))
        if text is None:
            text = texts[id(specifiers)] = str(specifiers)
        edges.append(Edge(name, extras, marker, text, from_extra))
    return edges
