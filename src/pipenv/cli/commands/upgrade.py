"""``pipenv upgrade``: lock newer versions of the named packages; nothing is installed."""

from __future__ import annotations

from pipenv.cli import options, summaries
from pipenv.cli.named_packages import named_additions
from pipenv.operations import upgrade as operation
from pipenv.operations.change import target_categories
from pipenv.operations.exclusive import changing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context
    from pipenv.cli.parsing import Parser


def add_arguments(parser: Parser) -> None:
    """Declare the options of ``upgrade``."""
    parser.add_argument("packages", nargs="*", metavar="PACKAGE", help="what to move")
    options.add_options(parser, (*options.MOVING, *options.SITE, options.DRY_RUN))


def run(context: Context) -> int:
    """Lock newer versions."""
    with context.session(context.project_here()) as session, changing(session):
        additions, sources = named_additions(context, session)
        request = operation.UpgradeRequest(
            additions=additions,
            sources=sources,
            categories=target_categories(
                dev=context.settings.flag("dev"), named=context.chosen_categories()
            ),
            everything=False,
            edits_pipfile=not context.settings.flag("lock_only"),
            installs=False,
        )
        outcome = operation.upgrade(session, request)
        summaries.say_changed(context.console, outcome)
        if context.console.machine_form is not None:
            context.console.data(context.console.machine_form.changed(outcome))
    return 0
