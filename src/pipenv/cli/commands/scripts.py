"""``pipenv scripts``: what ``pipenv run`` knows by name."""

from __future__ import annotations

from pipenv.cli import options
from pipenv.operations import scripts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context
    from pipenv.cli.parsing import Parser


def add_arguments(parser: Parser) -> None:
    """Declare the options of ``scripts``."""
    options.add_options(parser, (*options.COMMON, options.JSON))


def run(context: Context) -> int:
    """Print a table of the scripts in the order of the Pipfile."""
    with context.session(context.require_project()) as session:
        found = scripts.listing(session.pipfile().scripts)
    form = context.console.machine_form
    if form is not None:
        context.console.data(form.document({"scripts": [script.as_json() for script in found]}))
        return 0
    context.console.data("\n".join(table(found)))
    return 0


def table(found: list[scripts.ListedScript]) -> list[str]:
    """Two columns, however wide."""
    rows = [(script.name, " ".join(script.line.splitlines())) for script in found]
    width = max(len(name) for name, _ in [("Command", ""), *rows])
    longest = max(len(line) for _, line in [("", "Script"), *rows])
    dashes = ("-" * width, "-" * longest)
    return [
        f"{name:<{width}}  {line}".rstrip() for name, line in [("Command", "Script"), dashes, *rows]
    ]
