"""``pipenv status``: how the project is doing, and what to do about it."""

from __future__ import annotations

from pipenv.cli import options
from pipenv.operations.status import status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context
    from pipenv.cli.parsing import Parser


def add_arguments(parser: Parser) -> None:
    """Declare the options of ``status``."""
    options.add_options(parser, (options.JSON, options.VERBOSE, options.QUIET, options.SYSTEM))


def run(context: Context) -> int:
    """Print one line for each thing there is to know; the status is 0 whatever they say."""
    with context.session(context.require_project()) as session:
        root = session.project.root
        aspects = status(session)
    form = context.console.machine_form
    if form is not None:
        context.console.data(form.status(root, aspects))
        return 0
    names = [("project", root, ""), *aspects]
    width = max(len(name) for name, _, _ in names)
    for name, text, fix in names:
        hint = f"  -> {fix}" if fix else ""
        context.console.data(f"{name:<{width}}  {text}{hint}")
    return 0
