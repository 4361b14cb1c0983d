"""``pipenv sync``: install exactly what the lock lists; neither file is written."""

from __future__ import annotations

from pipenv.cli import options, summaries
from pipenv.cli.unchanged import remember_installed
from pipenv.errors import ConflictedLockfile
from pipenv.operations import sync as operation
from pipenv.operations.documents import require_lockfile
from pipenv.operations.exclusive import changing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context
    from pipenv.cli.parsing import Parser


def add_arguments(parser: Parser) -> None:
    """Declare the options of ``sync``."""
    options.add_options(
        parser,
        (
            *options.COMMON,
            *options.SITE,
            options.DEV,
            options.CATEGORIES,
            options.ALL,
            options.SYSTEM,
            options.BARE,
            *options.FOR_PIP,
            options.EXTRAS,
        ),
    )


def run(context: Context) -> int:
    """Bring the environment to what the lock says."""
    project = context.find_project() or context.project_here()
    with context.session(project) as session, changing(session):
        try:
            lockfile = require_lockfile(session.project)
        except ConflictedLockfile:
            context.carry_out("heal")
            lockfile = require_lockfile(session.project)
        categories = operation.categories_to_install(
            session,
            lockfile,
            dev=context.settings.flag("dev"),
            named=context.chosen_categories(),
            all_of_them=bool(context.values.get("all_categories")),
        )
        outcome = operation.sync(session, lockfile, categories)
        remember_installed(context, session, outcome)
        summaries.say_installed(context.console, outcome, closing=not context.values.get("bare"))
    return 0
