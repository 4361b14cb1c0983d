"""``pipenv env``: the central environments, deleting what nobody needs, taking one over."""

from __future__ import annotations

import time

from pipenv.cli import options
from pipenv.cli.questions import is_confirmed
from pipenv.errors import UsageError
from pipenv.operations.adoption import chosen_by_name, insist_on_room
from pipenv.operations.cache_place import cache_place
from pipenv.operations.environment import locate, wanted_python
from pipenv.operations.environment_list import central_environments, prune, size_of
from pipenv.operations.exclusive import changing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipenv.cli.context import Context
    from pipenv.cli.parsing import Parser
    from pipenv.operations.environment_list import CentralEnvironment

ACTIONS = ("list", "prune", "adopt")
SIZE = options.Option(("--size",), "with_size", "list: how large they are, too")


def add_arguments(parser: Parser) -> None:
    """Declare the options of ``env``."""
    parser.add_argument(
        "words",
        nargs="*",
        metavar="list | prune | adopt [NAME]",
        help="list all environments; delete those whose project is gone; make one of these this "
        "project's, which was moved",
    )
    own = (options.JSON, SIZE, options.DRY_RUN, options.YES, options.VERBOSE, options.QUIET)
    options.add_options(parser, own)


def run(context: Context) -> int:
    """List, prune or adopt.

    Raises:
        UsageError: neither is named, or nobody has confirmed.
    """
    action, *names = context.texts("words") or ("",)
    if action not in ACTIONS or len(names) > (action == "adopt"):
        raise UsageError(
            "`pipenv env` needs one of list, prune and adopt [NAME]",
            hints=["`pipenv env --help` tells more"],
        )
    if action == "adopt":
        return _adopt(context, names[0] if names else None)
    found = central_environments(context.environ, context.project_here().root)
    return _list(context, found) if action == "list" else _prune(context, found)


def _list(context: Context, found: Sequence[CentralEnvironment]) -> int:
    sizes = [size_of(each.path) for each in found] if context.values.get("with_size") else None
    form = context.console.machine_form
    if form is not None:
        context.console.data(form.environments(found, sizes))
        return 0
    width = max((len(each.name) for each in found), default=0)
    for position, each in enumerate(found):
        size = "" if sizes is None else f"{sizes[position]:>14} bytes  "
        used = time.strftime("%Y-%m-%d", time.localtime(each.last_used))
        project = each.project or "(nothing says whose it is)"
        gone = " (gone)" if each.is_orphan else ""
        context.console.data(
            f"{each.name:<{width}}  {each.python or '?':<7}  {used}  {size}{project}{gone}"
        )
    return 0


def _prune(context: Context, found: Sequence[CentralEnvironment]) -> int:
    console = context.console
    found = [each for each in found if each.is_orphan]
    for each in found:
        console.announce(f" - {each.path} (of {each.project}, which is gone)")
    status = 0
    if not found:
        console.say("nothing to prune")
    elif not console.is_rehearsal:
        many = "this environment" if len(found) == 1 else f"these {len(found)} environments"
        if not is_confirmed(context, f"Delete {many}?"):
            console.say("nothing was deleted")
            return 1
        place = cache_place(context.settings.text("cache_dir"), context.environ)
        done = prune(found, place)
        found = done.deleted
        for reason in done.spared:
            console.complain(f"warning: {reason}")
            status = 1
        console.say(console.success(f"deleted {len(found)}"))
    if console.machine_form is not None:
        console.data(console.machine_form.environments(found, None))
    return status


def _adopt(context: Context, name: str | None) -> int:
    with context.session(context.require_project()) as session, changing(session):
        place = locate(session)
        newcomer = session.newcomer(place.path, wanted_python(session)[0])
        insist_on_room(newcomer, place.kind)
        found = chosen_by_name(newcomer, name)
        told = f"`{found.name}`, which was the environment of `{found.project or 'nobody'}`"
        if session.is_rehearsal:
            context.console.announce(f"would take over {told}")
            return 0
        if name is None and not is_confirmed(context, f"Take over {told}?"):
            context.console.say("nothing was done")
            return 1
        session.move_environment(found.path, place.path)
    context.console.say("`pipenv sync` brings it to what Pipfile.lock lists")
    return 0
