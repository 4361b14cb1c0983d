"""``pipenv shell``: the user's own shell, with the environment active."""

from __future__ import annotations

from pipenv.cli import options
from pipenv.cli.options import Option
from pipenv.operations import subshell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context
    from pipenv.cli.parsing import Parser

OPTIONS = (
    options.MIRROR,
    options.VERBOSE,
    options.QUIET,
    options.PYTHON,
    *options.SITE,
    Option(("--fancy",), "shell_fancy", "start in the project's folder"),
    Option(("--anyway",), "anyway", "even inside of a shell that Pipenv has started"),
)


def add_arguments(parser: Parser) -> None:
    """Declare the options of ``shell``; what follows ``--`` is for the shell."""
    options.add_options(parser, OPTIONS)
    parser.add_argument("words", nargs="*", metavar="SHELL_ARGS", help="arguments of the shell")


def run(context: Context) -> int:
    """Become the shell."""
    project = context.installed_project()
    if context.environ.get("PIPENV_ACTIVE") and not context.values.get("anyway"):
        active = context.environ.get("VIRTUAL_ENV", "UNKNOWN_VIRTUAL_ENVIRONMENT")
        context.console.complain(
            f"Shell for {active} already activated.\n"
            "New shell not activated to avoid nested environments."
        )
        return 1
    with context.session(project) as session:
        launch = subshell.prepare(session, context.texts("words"))
    context.console.say("Launching subshell in virtual environment...")
    return subshell.enter(launch)
