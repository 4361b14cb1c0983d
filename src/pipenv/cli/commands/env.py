"""``pipenv env``: the central environments, and deleting those of projects that are gone."""

from __future__ import annotations

from pipenv.cli import options
from pipenv.cli.questions import is_confirmed
from pipenv.errors import UsageError
from pipenv.operations.environment_list import central_environments, prune

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context
    from pipenv.cli.parsing import Parser
    from pipenv.operations.environment_list import CentralEnvironment


def add_arguments(parser: Parser) -> None:
    """Declare the options of ``env``."""
    parser.add_argument(
        "action",
        nargs="?",
        metavar="list | prune",
        help="list all environments; delete those whose project is gone",
    )
    own = (options.JSON, options.DRY_RUN, options.YES, options.VERBOSE, options.QUIET)
    options.add_options(parser, own)


def run(context: Context) -> int:
    """List, or prune.

    Raises:
        UsageError: neither is named, or nobody has confirmed.
    """
    action = context.values.get("action")
    if action not in {"list", "prune"}:
        raise UsageError(
            "`pipenv env` needs one of list and prune", hints=["`pipenv env --help` tells more"]
        )
    found = central_environments(context.environ)
    if action == "prune":
        found = [each for each in found if each.is_orphan]
    form = context.console.machine_form
    if form is not None and (action == "list" or context.console.is_rehearsal):
        context.console.data(form.environments(found))
        return 0
    if action == "list":
        context.console.data("\n".join(_line(each) for each in found)) if found else None
        return 0
    return _prune(context, found)


def _prune(context: Context, found: list[CentralEnvironment]) -> int:
    for each in found:
        context.console.announce(f" - {each.path} (of {each.project}, which is gone)")
    if not found:
        context.console.say("nothing to prune")
    elif not context.console.is_rehearsal:
        many = "this environment" if len(found) == 1 else f"these {len(found)} environments"
        if not is_confirmed(context, f"Delete {many}?"):
            context.console.say("nothing was deleted")
            return 1
        prune(found)
        context.console.say(context.console.success(f"deleted {len(found)}"))
    form = context.console.machine_form
    if form is not None:
        context.console.data(form.environments(found))
    return 0


def _line(each: CentralEnvironment) -> str:
    project = each.project or "(nothing says whose it is)"
    gone = " (gone)" if each.is_orphan else ""
    return f"{each.name}  {each.python or '?'}  {project}{gone}"
