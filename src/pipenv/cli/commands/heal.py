"""What ``sync`` does first where Pipfile.lock has merge conflict markers: lock both sides again."""

from __future__ import annotations

from pipenv.cli import summaries
from pipenv.operations import lock as operation
from pipenv.operations.environment import ensure_environment
from pipenv.operations.exclusive import changing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context
    from pipenv.cli.parsing import Parser


def add_arguments(parser: Parser) -> None:
    """It is no command of its own and takes none."""
    del parser


def run(context: Context) -> int:
    """Lock with the pins of both sides as preferences, and write the lock."""
    with context.session(context.require_project()) as session, changing(session):
        environment = ensure_environment(session)
        request = operation.LockRequest(pipfile=session.pipfile(), keep="pins")
        outcome = operation.lock(session, request, environment)
        operation.write(session, outcome)
        summaries.say_locked(context.console, outcome)
    return 0
