"""What is installed and who asked for it, read from the environment's own metadata.

Layouts are upstream's: tools read them.
"""

from __future__ import annotations

import json

from pipenv.errors import InvalidValue
from pipenv.models.records import NamedTuple
from pipenv.operations.environment import existing_environment, installed_in
from pipenv.virtualenvs.installed_metadata import read_requires

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipenv.models.requirements import Requirement
    from pipenv.operations.session import Session

HIDDEN_ROOTS = frozenset({"pip", "setuptools", "wheel", "distribute", "pkg-resources"})


class Need(NamedTuple):
    """One requirement of an installed distribution that applies here."""

    key: str
    name: str
    specifiers: str
    """As shown: ``>=1,<2``, empty for any."""


class Node(NamedTuple):
    """One installed distribution."""

    key: str
    name: str
    version: str
    needs: tuple[Need, ...]
    """Sorted by key."""


class Graph(NamedTuple):
    """All distributions by canonical name, sorted."""

    nodes: Mapping[str, Node]


def read_graph(session: Session) -> Graph:
    """Read the environment.

    Raises:
        VirtualenvNotFound: the project has none.
    """
    environment = existing_environment(session)
    markers = environment.interpreter.environment
    nodes: dict[str, Node] = {}
    for distribution in installed_in(session, environment):
        needs: dict[str, Need] = {}
        name = distribution.name
        requires: tuple[Requirement, ...] = ()
        try:
            metadata = read_requires(distribution.info_dir)
            name, requires = metadata.name, metadata.requires
        except InvalidValue:
            pass  # what cannot be read is shown without its needs
        for requirement in requires:
            if requirement.marker is None or requirement.marker.evaluate(markers):
                needs.setdefault(requirement.key, need_of(requirement))
        nodes[distribution.key] = Node(
            distribution.key,
            name,
            distribution.version,
            tuple(needs[key] for key in sorted(needs)),
        )
    return Graph({key: nodes[key] for key in sorted(nodes)})


def need_of(requirement: Requirement) -> Need:
    """The need that a requirement is, its specifiers as they are shown."""
    clauses = sorted((str(clause) for clause in requirement.specifiers.clauses), reverse=True)
    return Need(requirement.key, requirement.name, ",".join(clauses))


def as_text(graph: Graph, *, reverse: bool, bare: bool, depth: int | None = None) -> str:
    """The trees as text, one root after the other, sorted by name.

    Tools of the environment are hidden as roots unless `bare` or `reverse`; `depth` is how many
    levels there are below a root, `None` for all.
    """
    lines: list[str] = []
    for key in roots_of(graph, reverse=reverse):
        node = graph.nodes[key]
        if key in HIDDEN_ROOTS and not bare and not reverse:
            continue
        lines.append(f"{node.name}=={node.version}")
        children = _dependents_text if reverse else _needs_text
        children(graph, key, "", (key,), lines, depth)
    return "\n".join(lines) + ("\n" if bare and lines else "")


def _needs_text(
    graph: Graph, key: str, indent: str, path: tuple[str, ...], lines: list[str], depth: int | None
) -> None:
    if depth is not None and len(path) > depth:
        return
    needs = [need for need in graph.nodes[key].needs if need.key not in path]
    for position, need in enumerate(needs):
        is_last = position == len(needs) - 1
        child = graph.nodes.get(need.key)
        name = child.name if child else need.name
        installed = child.version if child else "?"
        lines.append(
            f"{indent}{'└── ' if is_last else '├── '}{name} "
            f"[required: {need.specifiers or 'Any'}, installed: {installed}]"
        )
        if child:
            deeper = indent + ("    " if is_last else "│   ")
            _needs_text(graph, need.key, deeper, (*path, need.key), lines, depth)


def _dependents_text(
    graph: Graph, key: str, indent: str, path: tuple[str, ...], lines: list[str], depth: int | None
) -> None:
    if depth is not None and len(path) > depth:
        return
    parents = [(node, need) for node, need in dependents_of(graph, key) if node.key not in path]
    for position, (node, need) in enumerate(parents):
        is_last = position == len(parents) - 1
        lines.append(
            f"{indent}{'└── ' if is_last else '├── '}{node.name}=={node.version} "
            f"[requires: {graph.nodes[key].name}{need.specifiers}]"
        )
        deeper = indent + ("    " if is_last else "│   ")
        _dependents_text(graph, node.key, deeper, (*path, node.key), lines, depth)


def dependents_of(graph: Graph, key: str) -> list[tuple[Node, Need]]:
    """The distributions that need `key`, with that need, sorted by key."""
    return [(node, need) for node in graph.nodes.values() for need in node.needs if need.key == key]


def roots_of(graph: Graph, *, reverse: bool) -> list[str]:
    """Where trees start: what nobody needs; reversed: what needs nobody. Cycles count as roots."""
    needed = {need.key for node in graph.nodes.values() for need in node.needs}
    if reverse:
        roots = [key for key, node in graph.nodes.items() if not node.needs]
    else:
        roots = [key for key in graph.nodes if key not in needed]
    return sorted(roots, key=lambda key: graph.nodes[key].name.lower())


def as_json(graph: Graph, *, reverse: bool, bare: bool) -> str:
    """Every distribution with what it needs (reversed: who needs it), as a JSON array.

    Tools of the environment are hidden unless `bare` or `reverse`.
    """
    entries: list[dict[str, object]] = []
    for node in graph.nodes.values():
        if node.key in HIDDEN_ROOTS and not bare and not reverse:
            continue
        package: dict[str, object] = {
            "key": node.key,
            "package_name": node.name,
            "installed_version": node.version,
        }
        if reverse:
            parents = dependents_of(graph, node.key)
            if parents:
                package["required_version"] = parents[0][1].specifiers or "Any"
            dependencies = [
                {
                    "key": parent.key,
                    "package_name": parent.name,
                    "installed_version": parent.version,
                }
                for parent, _ in parents
            ]
        else:
            dependencies = [_need_json(graph, need) for need in node.needs]
        entries.append({"package": package, "dependencies": dependencies})
    return json.dumps(entries, indent=4)


def _need_json(graph: Graph, need: Need) -> dict[str, str]:
    child = graph.nodes.get(need.key)
    return {
        "key": need.key,
        "package_name": child.name if child else need.name,
        "installed_version": child.version if child else "?",
        "required_version": need.specifiers or "Any",
    }


def as_json_tree(graph: Graph, *, reverse: bool, bare: bool, depth: int | None = None) -> str:
    """The trees as nested JSON objects; what is hidden is as in `as_json`."""
    roots = [
        _tree_json(graph, key, graph.nodes[key].version, (key,), reverse=reverse, depth=depth)
        for key in roots_of(graph, reverse=reverse)
        if reverse or bare or key not in HIDDEN_ROOTS
    ]
    return json.dumps(roots, indent=4)


def _tree_json(
    graph: Graph,
    key: str,
    required: str,
    path: tuple[str, ...],
    *,
    reverse: bool,
    depth: int | None,
) -> dict[str, object]:
    node = graph.nodes[key]
    children: list[dict[str, object]] = []
    if depth is not None and len(path) > depth:
        pass
    elif reverse:
        children.extend(
            _tree_json(graph, parent.key, "Any", (*path, parent.key), reverse=True, depth=depth)
            for parent, _ in dependents_of(graph, key)
            if parent.key not in path
        )
    else:
        for need in node.needs:
            if need.key in path:
                continue
            if need.key in graph.nodes:
                children.append(
                    _tree_json(
                        graph,
                        need.key,
                        need.specifiers or "Any",
                        (*path, need.key),
                        reverse=False,
                        depth=depth,
                    )
                )
            else:
                children.append({**_need_json(graph, need), "dependencies": []})
    return {
        "key": key,
        "package_name": node.name,
        "installed_version": node.version,
        "required_version": required,
        "dependencies": children,
    }
