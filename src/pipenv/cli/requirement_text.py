"""Prints the lines of a requirements file, and nothing else, on stdout."""

from __future__ import annotations

from pipenv.events import Notice
from pipenv.operations.requirements_export import export_requirements

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context
    from pipenv.operations.requirements_export import ExportRequest
    from pipenv.operations.session import Session


def print_requirements(context: Context, session: Session, request: ExportRequest) -> None:
    """Print what is asked for.

    Raises:
        As `export_requirements`.
    """
    export = export_requirements(session, request)
    if export.unhashed:
        names = ", ".join(export.unhashed)
        context.report(
            Notice("no-hashes", f"there is no hash of {names}, and pip wants all or none")
        )
    if export.lines:
        context.console.data("\n".join(export.lines))
