"""``pylock.toml`` on demand: of Pipfile.lock, or of what ``pyproject.toml`` lists."""

from __future__ import annotations

import os

from pipenv.errors import InvalidValue
from pipenv.events import Notice
from pipenv.lockfile.group_markers import asks_for, renamed_groups
from pipenv.lockfile.pylock import write_pylock
from pipenv.lockfile.pylock_reader import read_pylock
from pipenv.operations.documents import read_text
from pipenv.operations.environment import locking_environment
from pipenv.operations.exclusive import changing, replacing
from pipenv.operations.lock import LockRequest, lock
from pipenv.operations.pylock_file import pylock_path
from pipenv.operations.pylock_generation import generate_pylock
from pipenv.operations.pylock_place import is_pylock_name
from pipenv.operations.pyproject_import import NAME, pipfile_apart, read_project_file
from pipenv.operations.solved_lock import PylockFile
from pipenv.pipfile.document import parse_pipfile
from pipenv.pipfile.toml_documents import read_toml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipenv.lockfile.pylock import Pylock
    from pipenv.operations.session import Session


def made_pylock(
    session: Session, dev_groups: Sequence[str], *, from_pyproject: bool = False
) -> PylockFile:
    """Make it; nothing is written.

    Raises:
        As `generate_pylock`, or as `pyproject_pylock`.
    """
    path = pylock_path(session.project, session.pipfile())
    newline = "\r\n" if "\r\n" in (read_text(path) or "") else "\n"
    made = pyproject_pylock(session) if from_pyproject else generate_pylock(session, dev_groups)
    return PylockFile(path, write_pylock(made, newline=newline))


def pyproject_pylock(session: Session) -> Pylock:
    """Lock what ``pyproject.toml`` lists: groups as groups, extras as extras.

    Raises:
        FileAccessError, InvalidValue: there is no such file, or it is not what it should be.
        InvalidValue: it lists nothing.
        ResolutionError, NetworkError: see `pipenv.operations.lock.lock`.
    """
    file = os.path.join(session.project.root, NAME)
    found = read_project_file(file)
    if not found.lists_anything:
        raise InvalidValue(f"`{NAME}` lists no dependencies")
    request = LockRequest(
        pipfile=parse_pipfile(pipfile_apart(session, file)), keep="nothing", pipfile_text=None
    )
    outcome = lock(session, request, locking_environment(session))
    if outcome.pylock is None:
        raise InvalidValue(f"`{NAME}` cannot be locked as pylock.toml")
    names = {f"group-{name}": asks_for(name) for name in found.groups}
    names.update({f"extra-{name}": asks_for(name, "extras") for name in found.extras})
    read = read_pylock(read_toml(outcome.pylock.text))
    return read._replace(
        requires_python=found.requires_python or read.requires_python,
        dependency_groups=tuple(found.groups),
        extras=tuple(found.extras),
        packages=tuple(
            package._replace(marker=renamed_groups(package.marker, names))
            for package in read.packages
        ),
        made_from=NAME,
    )


def write_made(session: Session, made: PylockFile) -> None:
    """Write it, and tell if others will not find it by its name.

    Raises:
        FileAccessError: it cannot be written.
    """
    name = os.path.basename(made.path)
    if not is_pylock_name(name):
        text = f"installers read pylock.toml and pylock.NAME.toml, but not `{name}`"
        session.report(Notice("pylock-name", text))
    with changing(session), replacing(session, {made.path: made.text}):
        pass
