"""``pipenv graph``: what is installed, and who asked for it."""

from __future__ import annotations

from pipenv.cli.options import Option, add_options
from pipenv.errors import UsageError, VirtualenvNotFound
from pipenv.operations import graph as operation
from pipenv.operations.documents import read_lockfile
from pipenv.operations.graph_drawings import as_dot, as_mermaid
from pipenv.operations.locked_graph import locked_graph

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context
    from pipenv.cli.parsing import Parser

_MOST_DIGITS = 7
OPTIONS = (
    Option(("--bare",), "bare", "show the tools of the environment, too"),
    Option(("--json",), "as_json", "print every distribution as JSON"),
    Option(("--json-tree",), "as_json_tree", "print the trees as JSON"),
    Option(("--reverse",), "reverse", "start at the leaves"),
    Option(("--depth",), "depth", "at most so many levels below the roots", "LEVELS"),
    Option(("--mermaid",), "as_mermaid", "print a Mermaid flowchart"),
    Option(("--dot",), "as_dot", "print a graph in Graphviz's language"),
)


def add_arguments(parser: Parser) -> None:
    """Declare the options of ``graph``."""
    add_options(parser, OPTIONS)


def run(context: Context) -> int:
    """Print the graph of the environment's distributions.

    Raises:
        UsageError: both JSON forms are asked for (exit status 1).
    """
    values = context.values
    if values.get("as_json") and values.get("as_json_tree"):
        error = UsageError("--json and --json-tree exclude each other", hints=["give one of them"])
        error.exit_status = 1
        raise error
    reverse, bare, depth = bool(values.get("reverse")), bool(values.get("bare")), _depth(context)
    graph = _graph(context)
    if values.get("as_json"):
        text = operation.as_json(graph, reverse=reverse, bare=bare)
    elif values.get("as_json_tree"):
        text = operation.as_json_tree(graph, reverse=reverse, bare=bare, depth=depth)
    elif values.get("as_mermaid") or values.get("as_dot"):
        draw = as_mermaid if values.get("as_mermaid") else as_dot
        text = draw(graph, reverse=reverse, bare=bare, depth=depth)
    else:
        text = operation.as_text(graph, reverse=reverse, bare=bare, depth=depth)
    if text:
        context.console.data(text)
    return 0


def _graph(context: Context) -> operation.Graph:
    """The graph of the environment, or that of the lock where there is none."""
    with context.session(context.require_project()) as session:
        try:
            return operation.read_graph(session)
        except VirtualenvNotFound:
            lockfile = read_lockfile(session.project)
            if lockfile is None:
                raise
            found = locked_graph(session, lockfile)
    context.console.say("notice: there is no environment yet: this is the graph of Pipfile.lock")
    if found.unknown:
        names = ", ".join(found.unknown)
        context.console.say(f"notice: what these need is not known here: {names}")
    return found.graph


def _depth(context: Context) -> int | None:
    value = context.values.get("depth")
    if value is None:
        return None
    text = str(value)
    if not (text.isascii() and text.isdigit() and len(text) < _MOST_DIGITS):
        error = UsageError(f"--depth takes a number, not `{text}`", hints=["0 shows the roots"])
        error.exit_status = 1
        raise error
    return int(text)
