"""A name for the cache of a project, for services that keep folders between runs."""

from __future__ import annotations

from hashlib import sha256

from pipenv.errors import PipfileNotFound
from pipenv.filesystem.atomic import read_bytes
from pipenv.operations.environment import locking_environment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.operations.session import Session


def cache_key(session: Session) -> str:
    """A text that changes with the lock (the Pipfile without one), interpreter or platform.

    Raises:
        PipfileNotFound: there is neither.
        InterpreterNotFound: no Python fits.
    """
    project = session.project
    data = read_bytes(project.lockfile_path)
    if data is None:
        data = read_bytes(project.pipfile_path)
    if data is None:
        raise PipfileNotFound(
            "there is neither Pipfile.lock nor Pipfile here", hints=["`pipenv install` makes them"]
        )
    target = locking_environment(session).interpreter.target()
    system = target.environment.get("sys_platform", "")
    machine = target.environment.get("platform_machine", "")
    name = target.environment.get("implementation_name", "python")
    digest = sha256(data).hexdigest()[:16]
    return f"pipenv-{system}-{machine}-{name}-{target.python_full_version}-{digest}"
