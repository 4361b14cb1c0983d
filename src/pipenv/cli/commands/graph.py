"""``pipenv graph``: what is installed, and who asked for it."""

from __future__ import annotations

from pipenv.cli.options import Option, add_options
from pipenv.errors import InvalidLockfile, RequestRefused, VirtualenvNotFound
from pipenv.operations.documents import read_lockfile
from pipenv.operations.graph import HIDDEN_ROOTS, circling, read_graph
from pipenv.operations.graph_drawings import as_dot, as_mermaid
from pipenv.operations.graph_texts import as_json, as_json_tree, as_text
from pipenv.operations.locked_graph import locked_graph

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context
    from pipenv.cli.parsing import Parser
    from pipenv.operations.graph import Graph
    from pipenv.operations.project import Project

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

FORMS = ("as_json", "as_json_tree", "as_mermaid", "as_dot")
DRAWINGS = {"as_json_tree": as_json_tree, "as_mermaid": as_mermaid, "as_dot": as_dot}


def add_arguments(parser: Parser) -> None:
    """Declare the options of ``graph``."""
    add_options(parser, OPTIONS)


def run(context: Context) -> int:
    """Print the graph of the environment's distributions.

    Raises:
        RequestRefused: several forms are asked for, or what has no meaning in one.
    """
    values = context.values
    reverse, bare, depth = bool(values.get("reverse")), bool(values.get("bare")), _depth(context)
    form = _form(context, has_depth=depth is not None)
    graph = _graph(context)
    is_tree = form in {None, "as_json_tree"}
    _say_what_is_not_shown(context, graph, in_circles=is_tree and not reverse)
    if form == "as_json":
        text = as_json(graph, reverse=reverse, bare=bare)
    else:
        draw = DRAWINGS.get(form or "", as_text)
        text = draw(graph, reverse=reverse, bare=bare, depth=depth)
    context.console.data(text)
    return 0


def _form(context: Context, *, has_depth: bool) -> str | None:
    """The field of the form that is asked for; `None` for trees of text."""
    chosen = [field for field in FORMS if context.values.get(field)]
    flags = [option.flags[0] for option in OPTIONS if option.field in chosen]
    if has_depth and "as_json" in chosen:
        raise RequestRefused(
            "--depth means nothing to --json, which is a list", hints=["use --json-tree"]
        )
    if len(chosen) > 1:
        raise RequestRefused(
            f"{' and '.join(flags)} exclude each other", hints=["give one of them"]
        )
    return chosen[0] if chosen else None


def _graph(context: Context) -> Graph:
    """The graph of the environment, or that of the lock where there is none."""
    with context.session(context.installed_project()) as session:
        try:
            graph = read_graph(session)
        except VirtualenvNotFound:
            lockfile = read_lockfile(session.project)
            if lockfile is None:
                raise
            found = locked_graph(session, lockfile)
        else:
            if HIDDEN_ROOTS.issuperset(graph.nodes) and _lists_something(session.project):
                context.console.say("notice: nothing is installed; `pipenv sync` changes that")
            return graph
    seen_by = f", as Python {found.stand_in} sees it" if found.stand_in else ""
    context.console.say(
        f"notice: there is no environment yet: this is the graph of Pipfile.lock{seen_by}"
    )
    if found.unknown:
        names = ", ".join(found.unknown)
        context.console.say(f"notice: what these need is not known here: {names}")
    return found.graph


def _lists_something(project: Project) -> bool:
    try:
        lockfile = read_lockfile(project)
    except InvalidLockfile:
        return False
    return lockfile is not None and any(lockfile.categories.values())


def _say_what_is_not_shown(context: Context, graph: Graph, *, in_circles: bool) -> None:
    if graph.unreadable:
        names = ", ".join(graph.unreadable)
        context.console.say(f"notice: the metadata of these cannot be read: {names}")
    hidden = circling(graph) if in_circles else ()
    if hidden:
        context.console.say(
            f"notice: no tree has these, which need one another: {', '.join(hidden)}; "
            "--json lists them"
        )


def _depth(context: Context) -> int | None:
    value = context.values.get("depth")
    if value is None:
        return None
    text = str(value)
    if not (text.isascii() and text.isdigit() and len(text) < _MOST_DIGITS):
        raise RequestRefused(f"--depth takes a number, not `{text}`", hints=["0 shows the roots"])
    return int(text)
