"""What is installed and who asked for it, read from the environment's own metadata."""

from __future__ import annotations

from pipenv.errors import InvalidValue
from pipenv.models.names import ENVIRONMENT_TOOLS
from pipenv.models.records import NamedTuple
from pipenv.operations.applying_needs import Need, applying_needs, holding_in
from pipenv.operations.environment import existing_environment, installed_in
from pipenv.virtualenvs.installed_metadata import read_requires

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipenv.models.requirements import Requirement
    from pipenv.operations.session import Session

HIDDEN_ROOTS = ENVIRONMENT_TOOLS
"""Tools of the environment itself."""

MISSING = "?"
"""Stands for the version of what is needed and not there."""


class Node(NamedTuple):
    """One installed distribution."""

    key: str
    name: str
    version: str
    needs: tuple[Need, ...]
    """Sorted by key."""


class Graph(NamedTuple):
    """All distributions by canonical name, sorted, and the edges between them backwards."""

    nodes: Mapping[str, Node]
    dependents: Mapping[str, Sequence[tuple[Node, Need]]]
    """Canonical name → who needs it, with each need, sorted by key; missing ones have some, too."""
    unreadable: tuple[str, ...] = ()
    """Canonical names of distributions whose metadata cannot be read."""


def graph_of(nodes: Iterable[Node], unreadable: Iterable[str] = ()) -> Graph:
    """Put `nodes` together."""
    ordered = sorted(nodes)
    dependents: dict[str, list[tuple[Node, Need]]] = {}
    for node in ordered:
        for need in node.needs:
            dependents.setdefault(need.key, []).append((node, need))
    return Graph({node.key: node for node in ordered}, dependents, tuple(sorted(unreadable)))


def read_graph(session: Session) -> Graph:
    """Read the environment.

    Raises:
        VirtualenvNotFound: the project has none.
    """
    environment = existing_environment(session)
    installed = {each.key: each for each in installed_in(session, environment)}
    names: dict[str, str] = {}
    requires: dict[str, Sequence[Requirement]] = {}
    unreadable = []
    for key, distribution in installed.items():
        names[key], requires[key] = distribution.name, ()
        try:
            metadata = read_requires(distribution.info_dir)
            names[key], requires[key] = metadata.name, metadata.requires
        except InvalidValue:
            unreadable.append(key)
    needs = applying_needs(requires, holding_in(environment.interpreter.environment), {})
    return graph_of(
        (Node(key, names[key], each.version, needs[key]) for key, each in installed.items()),
        unreadable,
    )


def with_missing(graph: Graph) -> Graph:
    """The graph with what is needed and not there, of the version `MISSING`."""
    missing = [
        Node(key, wanting[0][1].name, MISSING, ())
        for key, wanting in graph.dependents.items()
        if key not in graph.nodes
    ]
    return graph_of([*graph.nodes.values(), *missing], graph.unreadable) if missing else graph


def roots_of(graph: Graph, *, reverse: bool) -> list[str]:
    """The keys where trees start: what nobody needs; reversed: what needs nobody."""
    if reverse:
        return [key for key, node in graph.nodes.items() if not node.needs]
    return [key for key in graph.nodes if key not in graph.dependents]


def neighbours(graph: Graph, key: str, *, reverse: bool) -> list[tuple[str, Need]]:
    """The keys one step below `key`: what it needs, there or not; reversed: who needs it."""
    if reverse:
        return [(parent.key, need) for parent, need in graph.dependents.get(key, ())]
    node = graph.nodes.get(key)
    return [(need.key, need) for need in (node.needs if node else ())]


def starts_of(graph: Graph, *, reverse: bool) -> list[str]:
    """The roots, and one of each circle of distributions that no root leads to."""
    starts = roots_of(graph, reverse=reverse)
    seen = _reached(graph, starts, reverse=reverse)
    for key in graph.nodes:
        if key not in seen:
            starts.append(key)
            seen |= _reached(graph, [key], reverse=reverse)
    return starts


def circling(graph: Graph) -> tuple[str, ...]:
    """What no root leads to: distributions that need one another, and what only they need."""
    seen = _reached(graph, roots_of(graph, reverse=False), reverse=False)
    return tuple(key for key in graph.nodes if key not in seen)


def _reached(graph: Graph, keys: Sequence[str], *, reverse: bool) -> set[str]:
    seen = set(keys)
    waiting = list(keys)
    while waiting:
        for key, _ in neighbours(graph, waiting.pop(), reverse=reverse):
            if key not in seen:
                seen.add(key)
                waiting.append(key)
    return seen
