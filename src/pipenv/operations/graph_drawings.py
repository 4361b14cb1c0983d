"""The graph as text for programs that draw: Mermaid flowcharts and Graphviz's DOT."""

from __future__ import annotations

from pipenv.operations.graph import HIDDEN_ROOTS, roots_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipenv.operations.graph import Graph, Need, Node


def as_mermaid(graph: Graph, *, reverse: bool, bare: bool, depth: int | None) -> str:
    """A Mermaid flowchart from left to right; edges carry specifiers."""
    nodes, edges = _drawn(graph, reverse=reverse, bare=bare, depth=depth)
    names = {key: f"n{position}" for position, key in enumerate(nodes)}
    lines = ["flowchart LR"]
    lines += [f'    {names[key]}["{_label(graph, key)}"]' for key in nodes]
    for start, end, label in edges:
        text = f'|"{_escaped(label)}"|' if label else ""
        lines.append(f"    {names[start]} -->{text} {names[end]}")
    return "\n".join(lines)


def as_dot(graph: Graph, *, reverse: bool, bare: bool, depth: int | None) -> str:
    """A directed graph in Graphviz's language; edges carry specifiers."""
    nodes, edges = _drawn(graph, reverse=reverse, bare=bare, depth=depth)
    lines = ["digraph {", "    rankdir=LR;"]
    lines += [f'    "{key}" [label="{_label(graph, key)}"];' for key in nodes]
    for start, end, label in edges:
        text = f' [label="{label}"]' if label else ""
        lines.append(f'    "{start}" -> "{end}"{text};')
    return "\n".join([*lines, "}"])


def _drawn(
    graph: Graph, *, reverse: bool, bare: bool, depth: int | None
) -> tuple[list[str], list[tuple[str, str, str]]]:
    """The nodes that are reached from the roots within `depth` steps, and the edges between."""
    level = [
        key
        for key in roots_of(graph, reverse=reverse)
        if bare or reverse or key not in HIDDEN_ROOTS
    ]
    seen = dict.fromkeys(level)
    edges: dict[tuple[str, str, str], None] = {}
    step = 0
    while level and (depth is None or step < depth):
        step += 1
        following = []
        for key in level:
            for other, need in _neighbours(graph, key, reverse=reverse):
                edges[key, other, need.specifiers] = None
                if other not in seen:
                    seen[other] = None
                    following.append(other)
        level = following
    return [*seen], [*edges]


def _neighbours(graph: Graph, key: str, *, reverse: bool) -> Iterator[tuple[str, Need]]:
    node: Node | None = graph.nodes.get(key)
    if reverse:
        for parent in graph.nodes.values():
            for need in parent.needs:
                if need.key == key:
                    yield parent.key, need
    elif node is not None:
        for need in node.needs:
            yield need.key, need


def _label(graph: Graph, key: str) -> str:
    node = graph.nodes.get(key)
    return f"{key} (missing)" if node is None else f"{node.name} {node.version}".rstrip()


def _escaped(label: str) -> str:
    return label.replace("<", "#lt;").replace(">", "#gt;")
