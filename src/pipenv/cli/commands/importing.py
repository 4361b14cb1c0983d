"""``pipenv import``: the dependencies of a ``pyproject.toml``, into Pipfile and lock."""

from __future__ import annotations

import os

from pipenv.cli import summaries
from pipenv.cli.options import COMMON, JSON, PRE, add_options
from pipenv.errors import UsageError
from pipenv.operations.exclusive import changing
from pipenv.operations.pyproject_import import NAME, import_pyproject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context
    from pipenv.cli.parsing import Parser


def add_arguments(parser: Parser) -> None:
    """Declare the file and the options of ``import``."""
    parser.add_argument("files", nargs="*", metavar="FILE", help=f"by default {NAME}")
    add_options(parser, (*COMMON, PRE, JSON))


def run(context: Context) -> int:
    """Import, and lock; installing is for ``install``.

    Raises:
        UsageError: more than one file is named, or one of another kind.
    """
    files = context.texts("files")
    if len(files) > 1:
        raise UsageError("one file at a time is imported", hints=["name one"])
    if files and not files[0].lower().endswith(".toml"):
        raise UsageError(
            f"`{files[0]}` is no TOML file", hints=["requirements: `pipenv install -r FILE`"]
        )
    with context.session(context.project_here()) as session, changing(session):
        path = os.path.join(context.cwd, files[0]) if files else None
        outcome = import_pyproject(session, path or os.path.join(session.project.root, NAME))
        summaries.say_locked(context.console, outcome)
        if context.console.machine_form is not None:
            context.console.data(context.console.machine_form.locked(outcome))
    context.console.say("hint: `pipenv install --dev` installs it")
    return 0
