"""``pipenv --py``: the environment's Python, or nothing on stdout and status 1."""

from __future__ import annotations

from pipenv.operations.environment import environment_python

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context


def run(context: Context) -> int:
    """Print the path of the environment's interpreter."""
    with context.session(context.installed_project()) as session:
        context.answer("python", environment_python(session))
    return 0
