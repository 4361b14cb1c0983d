"""``pipenv graph``: what is installed, and who asked for it."""

from __future__ import annotations

from pipenv.cli.options import Option, add_options
from pipenv.errors import UsageError
from pipenv.operations import graph as operation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context
    from pipenv.cli.parsing import Parser

OPTIONS = (
    Option(("--bare",), "bare", "show the tools of the environment, too"),
    Option(("--json",), "as_json", "print every distribution as JSON"),
    Option(("--json-tree",), "as_json_tree", "print the trees as JSON"),
    Option(("--reverse",), "reverse", "start at the leaves"),
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
    reverse, bare = bool(values.get("reverse")), bool(values.get("bare"))
    with context.session(context.require_project()) as session:
        graph = operation.read_graph(session)
        if values.get("as_json"):
            text = operation.as_json(graph, reverse=reverse, bare=bare)
        elif values.get("as_json_tree"):
            text = operation.as_json_tree(graph, reverse=reverse, bare=bare)
        else:
            text = operation.as_text(graph, reverse=reverse, bare=bare)
    if text:
        context.console.data(text)
    return 0
