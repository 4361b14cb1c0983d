"""``pipenv --support``: a report for bug reports."""

from __future__ import annotations

from pipenv.operations.support import report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context


def run(context: Context) -> int:
    """Print it."""
    with context.session(context.project_here()) as session:
        context.answer("report", report(session))
    return 0
