"""``pipenv verify``: does the lock belong to the Pipfile? Offline, reads two files."""

from __future__ import annotations

from pipenv.cli.quick_unchanged import UP_TO_DATE
from pipenv.operations.settling import remember_verified
from pipenv.operations.verify import lock_conflict, lock_is_fresh

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context
    from pipenv.cli.parsing import Parser


def add_arguments(parser: Parser) -> None:
    """It takes none."""
    del parser


def run(context: Context) -> int:
    """Say whether the lock is up to date; status 1 when it is not."""
    with context.session(context.require_project()) as session:
        is_fresh = lock_is_fresh(session)
        conflict = None if is_fresh else lock_conflict(session)
        if is_fresh:
            remember_verified(session)
    if is_fresh:
        context.console.data(UP_TO_DATE)
        return 0
    if conflict is not None:
        context.console.complain(
            f"Pipfile.lock has merge conflict markers, the first in line {conflict}. "
            "Run $ pipenv lock to merge both sides."
        )
        return 1
    context.console.complain("Pipfile.lock is out-of-date. Run $ pipenv lock to update.")
    return 1
