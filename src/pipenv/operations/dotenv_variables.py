"""Which ``.env`` file counts, and its variables; the parser is loaded only when there is one."""

from __future__ import annotations

import os

from pipenv.events import Notice

TRUE_WORDS = frozenset({"1", "t", "true", "yes", "y"})
"""What python-dotenv takes for yes."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.operations.session import Session


def dotenv_path(session: Session) -> str | None:
    """The file that `dotenv_variables` would read; `None` when there is none or it is unwanted."""
    disabled = session.environ.get("PYTHON_DOTENV_DISABLED", "").lower() in TRUE_WORDS
    if disabled or session.settings.flag("dont_load_env"):
        return None
    path = _place(session)
    return path if os.path.isfile(path) else None


def _place(session: Session) -> str:
    named = session.settings.text("dotenv_location")
    return os.path.join(session.project.root, os.path.expanduser(named or ".env"))


def dotenv_variables(session: Session) -> dict[str, str]:
    """The variables of the project's ``.env`` file; empty when there is none or it is unwanted.

    Raises:
        FileAccessError: the file is there but cannot be read.
    """
    if session.settings.flag("dont_load_env"):
        return {}
    if session.environ.get("PYTHON_DOTENV_DISABLED", "").lower() in TRUE_WORDS:
        return {}
    named = session.settings.text("dotenv_location")
    path = _place(session)
    if not os.path.isfile(path):
        if named:
            session.report(
                Notice("dotenv-missing", f"PIPENV_DOTENV_LOCATION: `{named}` is no file")
            )
        return {}
    if not session.environ.get("PIPENV_ACTIVE"):
        session.report(Notice("dotenv-loaded", "Loading .env environment variables..."))
    return session.read_dotenv(path)
