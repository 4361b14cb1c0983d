"""``pipenv upgrade``: lock newer versions of the named packages; nothing is installed."""

from __future__ import annotations

from pipenv.cli import options, summaries
from pipenv.operations import upgrade as operation
from pipenv.operations.additions import Words, parse_additions
from pipenv.operations.change import target_categories

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context
    from pipenv.cli.parsing import Parser


def add_arguments(parser: Parser) -> None:
    """Declare the options of ``upgrade``."""
    parser.add_argument("packages", nargs="*", metavar="PACKAGE", help="what to move")
    options.add_options(
        parser,
        (
            *options.COMMON,
            *options.SITE,
            options.PRE,
            options.DEV,
            options.CATEGORIES,
            options.SYSTEM,
            options.INDEX,
            options.LOCK_ONLY,
        ),
    )


def run(context: Context) -> int:
    """Lock newer versions."""
    with context.session(context.project_here()) as session:
        request = operation.UpgradeRequest(
            additions=parse_additions(
                Words(context.texts("packages"), (), context.cwd, session.project.root),
                index=session.index_named(context.values),
            ),
            categories=target_categories(
                dev=context.settings.flag("dev"), named=context.chosen_categories()
            ),
            everything=False,
            edits_pipfile=not context.values.get("lock_only"),
            installs=False,
        )
        summaries.say_changed(context.console, operation.upgrade(session, request))
    return 0
