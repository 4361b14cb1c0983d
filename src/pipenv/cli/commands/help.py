"""``pipenv help COMMAND``: the same as ``pipenv COMMAND --help``."""

from __future__ import annotations

from pipenv.cli import parsing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context


def add_arguments(parser: parsing.Parser) -> None:
    """It takes the name of a command."""
    parser.add_argument("words", nargs="*", metavar="COMMAND", help="the command to explain")


def run(context: Context) -> int:
    """Print the help of a command, or of Pipenv.

    Raises:
        UsageError: there is no such command.
    """
    words = context.texts("words")
    parser = parsing.root_parser()
    if words:
        entry = parsing.require_command(words[0])
        parser = parsing.command_parser(entry, context.arguments_of(entry.module))
    context.console.data(parser.format_help().rstrip("\n"))
    return 0
