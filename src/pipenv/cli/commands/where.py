"""``pipenv --where``: the project's folder."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context


def run(context: Context) -> int:
    """Print the project's folder."""
    context.answer("project", context.require_project().root)
    return 0
