"""``pipenv why``: who brought this package?"""

from __future__ import annotations

from pipenv.cli import options
from pipenv.cli.explanation_lines import explanation_lines
from pipenv.operations.why import why

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipenv.cli.context import Context
    from pipenv.cli.parsing import Parser
    from pipenv.operations.why import Explanation


def add_arguments(parser: Parser) -> None:
    """Declare the options of ``why``."""
    parser.add_argument("package", metavar="PACKAGE", help="a package of Pipfile.lock")
    options.add_options(parser, (*options.COMMON, options.JSON))


def run(context: Context) -> int:
    """Print every way from the Pipfile to the package, the shortest first."""
    with context.session(context.project_here()) as session:
        found = why(session, str(context.values["package"]))
    form = context.console.machine_form
    if form is not None:
        context.console.data(form.explained(found))
        return 0
    context.console.data("\n".join(explanation_lines(found, context.console.page_width)))
    for notice in _notices(found):
        context.console.say(f"notice: {notice}")
    return 0


def _notices(found: Explanation) -> Iterator[str]:
    if not found.is_complete:
        yield f"there are more ways than these {len(found.paths)}, which are the shortest"
    if found.unknown:
        names = ", ".join(found.unknown)
        yield f"what these need is not known here: {names}; `pipenv sync` installs them"
    if found.stand_in:
        yield f"no Python that fits the project is here: this is what Python {found.stand_in} sees"
