"""``pipenv --venv``: the environment's folder, or nothing on stdout and status 1."""

from __future__ import annotations

from pipenv.operations.environment import require_environment_root

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context


def run(context: Context) -> int:
    """Print the environment's folder."""
    with context.session(context.installed_project()) as session:
        context.answer("environment", require_environment_root(session))
    return 0
