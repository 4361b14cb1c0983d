"""``pipenv python``: the Pythons of this machine, and which one a new environment would get."""

from __future__ import annotations

from pipenv.cli import options
from pipenv.errors import UsageError
from pipenv.operations.pythons import known_pythons

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context
    from pipenv.cli.parsing import Parser
    from pipenv.operations.pythons import KnownPython


def add_arguments(parser: Parser) -> None:
    """Declare the options of ``python``."""
    parser.add_argument("action", nargs="?", metavar="list", help="list them")
    own = (options.PYTHON, options.JSON, options.VERBOSE, options.QUIET)
    options.add_options(parser, own)


def run(context: Context) -> int:
    """List them: first the one that is taken, then what would do as well, then the others.

    Raises:
        UsageError: something else than `list` is asked for.
    """
    if context.values.get("action") != "list":
        raise UsageError("`pipenv python` can only `list`", hints=["`pipenv python list`"])
    with context.session(context.project_here()) as session:
        found = known_pythons(session)
    form = context.console.machine_form
    if form is not None:
        context.console.data(form.pythons(found))
        return 0
    for each in found.pythons:
        context.console.data(_line(each))
    if found.refusal:
        context.console.say(f"none of them is taken: {found.refusal}")
    return 0


def _line(each: KnownPython) -> str:
    mark = "*" if each.is_chosen else " "
    what = f"{each.implementation} {each.version}" if each.version else "unusable"
    reason = f"  ({each.reason})" if each.reason else ""
    return f"{mark} {what:<15} {each.source:<9} {each.path}{reason}"
