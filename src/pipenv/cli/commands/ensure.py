"""``pipenv --python X`` with no command: the project and its environment exist afterwards."""

from __future__ import annotations

from pipenv.operations.beginning import ensure_pipfile
from pipenv.operations.environment import ensure_environment
from pipenv.operations.exclusive import changing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context


def run(context: Context) -> int:
    """Make the environment, and a Pipfile where there is none."""
    with context.session(context.project_here()) as session, changing(session):
        environment = ensure_environment(session)
        ensure_pipfile(session, environment.interpreter)
    return 0
