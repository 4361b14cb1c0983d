"""``pipenv status``: how the project is doing, and what to do about it."""

from __future__ import annotations

from pipenv.cli import options
from pipenv.cli.aspect_lines import aspect_lines
from pipenv.operations.status import status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context
    from pipenv.cli.parsing import Parser


def add_arguments(parser: Parser) -> None:
    """Declare the options of ``status``."""
    options.add_options(parser, (options.JSON, options.VERBOSE, options.QUIET))


def run(context: Context) -> int:
    """Print a line for each thing there is to know; the status is 0 whatever they say.

    Scripts that want a status ask ``pipenv verify`` or ``pipenv sync --dry-run``.
    """
    with context.session(context.require_project()) as session:
        root = session.project.root
        aspects = status(session)
    form = context.console.machine_form
    if form is not None:
        context.console.data(form.status(root, aspects))
        return 0
    rows = [("project", root, ""), *((each.name, each.text, each.fix) for each in aspects)]
    context.console.data("\n".join(aspect_lines(rows, context.console.page_width)))
    return 0
