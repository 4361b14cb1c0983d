"""``pipenv verify``: does the lock belong to the Pipfile? Offline, reads two files."""

from __future__ import annotations

import os

from pipenv.cli import options
from pipenv.cli.quick_unchanged import UP_TO_DATE
from pipenv.operations.settling import remember_verified
from pipenv.operations.unfinished_change import note_of_change
from pipenv.operations.verify import FRESH, lock_state

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context
    from pipenv.cli.parsing import Parser


def add_arguments(parser: Parser) -> None:
    """Declare the options of ``verify``."""
    options.add_options(parser, (options.JSON,))


def run(context: Context) -> int:
    """Say whether the lock is up to date; status 1 when it is not."""
    with context.session(context.require_project()) as session:
        state, line = lock_state(session)
        if state in FRESH:
            remember_verified(session)
        path = session.project.lockfile_path
        if os.path.lexists(note_of_change(session.cache_dir, session.project)):
            context.console.say(
                "notice: Pipfile and Pipfile.lock are being changed, or that was interrupted: "
                "then `pipenv sync` takes it back"
            )
    form = context.console.machine_form
    if form is not None:
        document = {"fresh": state in FRESH, "state": state, "lockfile": path}
        if line is not None:
            document["line"] = line
        context.console.data(form.document(document))
    elif state in FRESH:
        context.console.data(UP_TO_DATE)
    elif line is not None:
        context.console.complain(
            f"Pipfile.lock has merge conflict markers, the first in line {line}. "
            "Run $ pipenv lock to merge both sides."
        )
    else:
        context.console.complain("Pipfile.lock is out-of-date. Run $ pipenv lock to update.")
    return 0 if state in FRESH else 1
