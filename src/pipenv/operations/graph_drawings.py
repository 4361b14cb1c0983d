"""The graph as text for programs that draw: Mermaid flowcharts and Graphviz's DOT."""

from __future__ import annotations

from pipenv.operations.graph import HIDDEN_ROOTS, MISSING, neighbours, starts_of, with_missing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.operations.graph import Graph


def as_mermaid(graph: Graph, *, reverse: bool, bare: bool, depth: int | None) -> str:
    """A Mermaid flowchart from left to right; edges carry specifiers."""
    if reverse:
        graph = with_missing(graph)
    nodes, edges = _drawn(graph, reverse=reverse, bare=bare, depth=depth)
    names = {key: f"n{position}" for position, key in enumerate(nodes)}
    lines = ["flowchart LR"]
    lines += [f'    {names[key]}["{_for_mermaid(_label(graph, key))}"]' for key in nodes]
    for start, end, label in edges:
        text = f'|"{_for_mermaid(label)}"|' if label else ""
        lines.append(f"    {names[start]} -->{text} {names[end]}")
    return "\n".join(lines)


def as_dot(graph: Graph, *, reverse: bool, bare: bool, depth: int | None) -> str:
    """A directed graph in Graphviz's language; edges carry specifiers."""
    if reverse:
        graph = with_missing(graph)
    nodes, edges = _drawn(graph, reverse=reverse, bare=bare, depth=depth)
    lines = ["digraph {", "    rankdir=LR;"]
    lines += [f'    "{key}" [label="{_for_dot(_label(graph, key))}"];' for key in nodes]
    for start, end, label in edges:
        text = f' [label="{_for_dot(label)}"]' if label else ""
        lines.append(f'    "{start}" -> "{end}"{text};')
    return "\n".join([*lines, "}"])


def _drawn(
    graph: Graph, *, reverse: bool, bare: bool, depth: int | None
) -> tuple[list[str], list[tuple[str, str, str]]]:
    """The nodes that are reached from where trees start within `depth` steps, and their edges."""
    level = [
        key
        for key in starts_of(graph, reverse=reverse)
        if bare or reverse or key not in HIDDEN_ROOTS
    ]
    seen = dict.fromkeys(level)
    edges: dict[tuple[str, str, str], None] = {}
    step = 0
    while level and (depth is None or step < depth):
        step += 1
        following = []
        for key in level:
            for other, need in neighbours(graph, key, reverse=reverse):
                edges[key, other, need.specifiers] = None
                if other not in seen:
                    seen[other] = None
                    following.append(other)
        level = following
    return [*seen], [*edges]


def _label(graph: Graph, key: str) -> str:
    node = graph.nodes.get(key)
    if node is None or node.version == MISSING:
        return f"{key} (missing)"
    return f"{node.name} {node.version}".rstrip()


def _for_mermaid(text: str) -> str:
    for character, entity in (("#", "#35;"), ('"', "#quot;"), ("<", "#lt;"), (">", "#gt;")):
        text = text.replace(character, entity)
    return text


def _for_dot(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
