"""``pipenv completion``: a script that teaches a shell to complete command lines."""

from __future__ import annotations

from pipenv.cli.command_forms import command_forms
from pipenv.cli.completion_scripts import script
from pipenv.cli.options import Option, add_options
from pipenv.errors import UsageError
from pipenv.operations.names_here import NamesHere

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context
    from pipenv.cli.parsing import Parser

NAMES = Option(
    ("--names",),
    "names",
    "print names of the project instead: scripts, packages or categories",
    "WHICH",
    completes="=scripts packages categories",
)


def add_arguments(parser: Parser) -> None:
    """Declare the shell and the option."""
    parser.add_argument(
        "shell",
        nargs="?",
        metavar="bash | zsh | fish | tcsh | powershell",
        help="whose script to print; without it that of $SHELL",
    )
    add_options(parser, (NAMES,))


def run(context: Context) -> int:
    """Print the script, or names one a line.

    Raises:
        UsageError: there is no script for that shell, or there are no such names.
    """
    if context.values.get("names"):
        return _print_names(context, str(context.values["names"]))
    named = context.values.get("shell") or context.environ.get("SHELL", "").rpartition("/")[2]
    text = script(str(named), command_forms(context.arguments_of))
    if text is None:
        raise UsageError(
            f"there is no completion for the shell `{named}`",
            hints=["name one of bash, zsh, fish, tcsh and powershell"],
        )
    context.console.data(text)
    return 0


def _print_names(context: Context, which: str) -> int:
    names = NamesHere(context.cwd, context.environ)
    if which == "scripts":
        found = [name for name, _ in names.scripts()]
    elif which in {"packages", "categories"}:
        found = names.packages() if which == "packages" else names.categories()
    else:
        raise UsageError(
            f"there are no names of the kind `{which}`",
            hints=["the kinds are scripts, packages and categories"],
        )
    if found:
        context.console.data("\n".join(found))
    return 0
