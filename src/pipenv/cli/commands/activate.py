"""``pipenv activate``: the line to be evaluated by the user's shell."""

from __future__ import annotations

from pipenv.cli import options
from pipenv.operations import subshell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context
    from pipenv.cli.parsing import Parser


def add_arguments(parser: Parser) -> None:
    """Declare the options of ``activate``."""
    options.add_options(
        parser, (options.MIRROR, options.VERBOSE, options.QUIET, options.PYTHON, *options.SITE)
    )


def run(context: Context) -> int:
    """Print the line, making the environment first where it is missing."""
    with context.session(context.installed_project()) as session:
        context.console.data(subshell.activation_line(session))
    return 0
