"""Which ``.env`` file counts, and its variables; the parser is loaded only when there is one."""

from __future__ import annotations

import os

from pipenv.events import Notice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.operations.session import Session


def dotenv_variables(session: Session) -> dict[str, str]:
    """The variables of the project's ``.env`` file; empty when there is none or it is unwanted.

    Raises:
        FileAccessError: the file is there but cannot be read.
    """
    if session.settings.flag("dont_load_env"):
        return {}
    named = session.settings.text("dotenv_location")
    path = os.path.join(session.project.root, named or ".env")
    if not os.path.isfile(path):
        if named:
            session.report(Notice("dotenv-missing", f"PIPENV_DOTENV_LOCATION: no file `{named}`"))
        return {}
    return session.read_dotenv(path)
