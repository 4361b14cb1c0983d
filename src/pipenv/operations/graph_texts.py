"""The graph as trees of text and as JSON, laid out as upstream does it: tools read them."""

from __future__ import annotations

import json

from pipenv.operations.graph import HIDDEN_ROOTS, MISSING, roots_of, with_missing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipenv.operations.applying_needs import Need
    from pipenv.operations.graph import Graph, Node

_INDENT = 4


def as_text(graph: Graph, *, reverse: bool, bare: bool, depth: int | None = None) -> str:
    """The trees as text, one root after the other, sorted by key.

    Tools of the environment are hidden as roots unless `bare` or `reverse`; `depth` is how many
    levels there are below a root, `None` for all. With `bare`, an empty line ends the text, here
    and below.
    """
    if reverse:
        graph = with_missing(graph)
    children = _dependent_lines if reverse else _need_lines
    lines: list[str] = []
    for key in roots_of(graph, reverse=reverse):
        if bare or reverse or key not in HIDDEN_ROOTS:
            node = graph.nodes[key]
            lines.append(f"{node.name}=={node.version}")
            _branches(graph, children, "", (key,), lines, depth)
    return "\n".join(lines) + ("\n" if bare else "")


def _branches(
    graph: Graph,
    children: Callable[[Graph, str], list[tuple[str, str]]],
    indent: str,
    path: tuple[str, ...],
    lines: list[str],
    depth: int | None,
) -> None:
    if depth is not None and len(path) > depth:
        return
    found = [(key, line) for key, line in children(graph, path[-1]) if key not in path]
    for position, (key, line) in enumerate(found):
        is_last = position == len(found) - 1
        lines.append(f"{indent}{'└── ' if is_last else '├── '}{line}")
        deeper = indent + ("    " if is_last else "│   ")
        _branches(graph, children, deeper, (*path, key), lines, depth)


def _need_lines(graph: Graph, key: str) -> list[tuple[str, str]]:
    node = graph.nodes.get(key)
    return [(need.key, _need_line(graph, need)) for need in (node.needs if node else ())]


def _need_line(graph: Graph, need: Need) -> str:
    child = graph.nodes.get(need.key)
    name, installed = (child.name, child.version) if child else (need.name, MISSING)
    return f"{name} [required: {need.specifiers or 'Any'}, installed: {installed}{_extra(need)}]"


def _dependent_lines(graph: Graph, key: str) -> list[tuple[str, str]]:
    node = graph.nodes[key]
    lines = []
    for parent, need in graph.dependents.get(key, ()):
        # What is not there has no name but those that others call it.
        name = need.name if node.version == MISSING else node.name
        line = f"{parent.name}=={parent.version} [requires: {name}{need.specifiers}{_extra(need)}]"
        lines.append((parent.key, line))
    return lines


def _extra(need: Need) -> str:
    return f", extra: {need.extra}" if need.extra else ""


def as_json(graph: Graph, *, reverse: bool, bare: bool) -> str:
    """Every distribution with what it needs (reversed: who needs it), as a JSON array.

    Tools of the environment are hidden unless `bare`, but not where others need them.
    """
    if reverse:
        graph = with_missing(graph)
    entries = [
        _reversed_entry(graph, node) if reverse else _entry(graph, node)
        for node in graph.nodes.values()
        if bare or node.key not in HIDDEN_ROOTS
    ]
    return _dumped(entries, bare=bare)


def _dumped(document: list[dict[str, object]], *, bare: bool) -> str:
    return json.dumps(document, indent=_INDENT) + ("\n" if bare else "")


def _entry(graph: Graph, node: Node) -> dict[str, object]:
    dependencies = [_need_object(graph, need) for need in node.needs]
    return {"package": _node_object(node), "dependencies": dependencies}


def _reversed_entry(graph: Graph, node: Node) -> dict[str, object]:
    """The entry of a node; what the first of its dependents requires is named with it."""
    dependents = graph.dependents.get(node.key, ())
    required = f"=={node.version}"
    if dependents:
        required = dependents[0][1].specifiers or "Any"
    package = {
        **_node_object(node),
        "required_version": required,
        **_extra_of_first(dependents),
    }
    return {"package": package, "dependencies": [_node_object(parent) for parent, _ in dependents]}


def _node_object(node: Node) -> dict[str, str]:
    return {"key": node.key, "package_name": node.name, "installed_version": node.version}


def _need_object(graph: Graph, need: Need) -> dict[str, str]:
    child = graph.nodes.get(need.key)
    found = {
        "key": need.key,
        "package_name": child.name if child else need.name,
        "installed_version": child.version if child else MISSING,
        "required_version": need.specifiers or "Any",
    }
    if need.extra:
        found["extra"] = need.extra
    return found


def _extra_of_first(dependents: Sequence[tuple[Node, Need]]) -> dict[str, str]:
    if not dependents or not dependents[0][1].extra:
        return {}
    return {"extra": dependents[0][1].extra}


def as_json_tree(graph: Graph, *, reverse: bool, bare: bool, depth: int | None = None) -> str:
    """The trees as nested JSON objects; tools are hidden wherever they are, unless `bare`."""
    hidden = frozenset() if bare else HIDDEN_ROOTS
    if reverse:
        graph = with_missing(graph)
    children = _dependent_objects if reverse else _need_objects
    trees: list[dict[str, object]] = []
    for key in roots_of(graph, reverse=reverse):
        if key not in hidden:
            node = graph.nodes[key]
            root: dict[str, object] = {**_node_object(node), "required_version": node.version}
            if reverse:
                root.update(_extra_of_first(graph.dependents.get(key, ())))
            root["dependencies"] = _nested(graph, children, hidden, (key,), depth)
            trees.append(root)
    return _dumped(trees, bare=bare)


def _nested(
    graph: Graph,
    children: Callable[[Graph, str], list[dict[str, str]]],
    hidden: frozenset[str],
    path: tuple[str, ...],
    depth: int | None,
) -> list[dict[str, object]]:
    if depth is not None and len(path) > depth:
        return []
    return [
        {**each, "dependencies": _nested(graph, children, hidden, (*path, each["key"]), depth)}
        for each in children(graph, path[-1])
        if each["key"] not in path and each["key"] not in hidden
    ]


def _need_objects(graph: Graph, key: str) -> list[dict[str, str]]:
    node = graph.nodes.get(key)
    return [_need_object(graph, need) for need in (node.needs if node else ())]


def _dependent_objects(graph: Graph, key: str) -> list[dict[str, str]]:
    return [
        {**_node_object(parent), "required_version": "Any"}
        for parent, _ in graph.dependents.get(key, ())
    ]
