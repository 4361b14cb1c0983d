"""Remembers a run that had nothing to do, for `pipenv.cli.quick_unchanged`."""

from __future__ import annotations

from pipenv.cli import summaries
from pipenv.cli.quick_unchanged import is_plain
from pipenv.operations import settling

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context
    from pipenv.operations.session import Session
    from pipenv.operations.sync import SyncOutcome


def remember_installed(context: Context, session: Session, outcome: SyncOutcome) -> None:
    """Remember that everything was installed, when that is all there is to tell.

    To be called before anything is told of the outcome.
    """
    if is_plain(context.argv) and not context.console.has_written:
        settling.remember_installed(
            session,
            context.argv,
            outcome,
            message=summaries.nothing_to_install(outcome),
            verbosity=context.console.verbosity,
        )
