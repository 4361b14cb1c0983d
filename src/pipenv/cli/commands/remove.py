"""``pipenv remove`` and ``pipenv --rm``: delete the project's environment."""

from __future__ import annotations

from pipenv.cli.options import DRY_RUN, add_options
from pipenv.errors import VirtualenvNotFound
from pipenv.operations.environment import has_environment, insist_on_ours, locate
from pipenv.operations.exclusive import changing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context
    from pipenv.cli.parsing import Parser


def add_arguments(parser: Parser) -> None:
    """Declare the options of ``remove``."""
    add_options(parser, (DRY_RUN,))


def run(context: Context) -> int:
    """Delete the environment.

    Raises:
        VirtualenvNotFound: there is none.
    """
    console = context.console
    with context.session(context.installed_project()) as session, changing(session):
        location = locate(session)
        if not has_environment(session):
            if session.clear_leftovers(location.path):
                console.data(f"Removing what was left of virtualenv ({location.path})...")
                return 0
            raise VirtualenvNotFound(
                "no virtualenv has been created for this project yet",
                hints=["`pipenv install` makes one"],
            )
        insist_on_ours(location)
        console.data(f"Removing virtualenv ({location.path})...")
        if not session.is_rehearsal:
            session.remove_environment(location.path)
    return 0
