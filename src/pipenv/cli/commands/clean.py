"""``pipenv clean``: remove what the lock does not list."""

from __future__ import annotations

from pipenv.cli import options, summaries
from pipenv.operations.cleaning import clean
from pipenv.operations.exclusive import changing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context
    from pipenv.cli.parsing import Parser


def add_arguments(parser: Parser) -> None:
    """Declare the options of ``clean``."""
    options.add_options(parser, (options.BARE, options.DRY_RUN, *options.COMMON, options.SYSTEM))


def run(context: Context) -> int:
    """Remove what is too much, or name it."""
    with context.session(context.project_here()) as session, changing(session):
        removals = clean(session)
    if context.values.get("dry_run"):
        for removal in removals:
            context.console.data(removal.distribution.name)
    elif not context.values.get("bare"):
        summaries.say_cleaned(context.console, removals)
    return 0
