"""``pipenv why``: who brought this package?"""

from __future__ import annotations

from pipenv.cli import options
from pipenv.operations.why import why

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context
    from pipenv.cli.parsing import Parser
    from pipenv.operations.why import Explanation, Step


def add_arguments(parser: Parser) -> None:
    """Declare the options of ``why``."""
    parser.add_argument("package", metavar="PACKAGE", help="a package of Pipfile.lock")
    options.add_options(parser, (*options.COMMON, options.JSON))


def run(context: Context) -> int:
    """Print every way from the Pipfile to the package, the shortest first."""
    project = context.find_project() or context.project_here()
    with context.session(project) as session:
        found = why(session, str(context.values["package"]))
    form = context.console.machine_form
    if form is not None:
        context.console.data(form.explained(found))
        return 0
    context.console.data("\n".join(_lines(found)))
    if found.unknown:
        names = ", ".join(found.unknown)
        context.console.say(
            f"notice: what these need is not known here: {names}; `pipenv sync` installs them"
        )
    return 0


def _lines(found: Explanation) -> list[str]:
    where = " and ".join(f"[{category}]" for category in found.categories)
    lines = [f"{found.name} {found.version}".rstrip() + f" is locked in {where}"]
    for path in found.paths:
        steps = " -> ".join(map(_step, path.steps))
        lines.append(f"  [{path.category}] {steps}")
    if not found.paths:
        lines.append("  nothing in the Pipfile is known to need it")
    return lines


def _step(step: Step) -> str:
    return f"{step.name} {step.version}".rstrip() + (
        f" ({step.specifiers})" if step.specifiers else ""
    )
