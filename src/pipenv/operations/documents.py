"""Read and write the Pipfile and the lockfile of a project."""

from __future__ import annotations

import os

from pipenv.errors import FileAccessError, InvalidLockfile, LockfileNotFound
from pipenv.events import Notice
from pipenv.filesystem.atomic import write_atomic
from pipenv.lockfile.conflict_marks import conflict_line
from pipenv.lockfile.reader import read_lockfile as parse_lockfile
from pipenv.pipfile.document import parse_pipfile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipenv.events import Reporter
    from pipenv.lockfile.schema import Lockfile
    from pipenv.operations.project import Project
    from pipenv.pipfile.document import Pipfile


def read_text(path: str) -> str | None:
    """The text of a file with its line ends as they are; `None` when there is no such file.

    Raises:
        FileAccessError: it cannot be read, or is not UTF-8.
    """
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return file.read().removeprefix("\ufeff")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise FileAccessError(
            f"`{path}` is not UTF-8 text: {error.reason} at byte {error.start}",
            hints=["save the file as UTF-8"],
        ) from error
    except OSError as error:
        raise FileAccessError(f"`{path}` cannot be read: {error.strerror}") from error


def write_text(path: str, text: str) -> None:
    """Replace a file as a whole.

    Raises:
        FileAccessError: the folder or the file cannot be written.
    """
    write_atomic(path, text.encode("utf-8"))


def remove_file(path: str) -> None:
    """Delete a file that may be missing."""
    try:
        os.unlink(path)
    except FileNotFoundError:
        return


def read_pipfile(project: Project) -> Pipfile:
    """The project's Pipfile as it is on disk now; an empty one where there is none.

    Raises:
        InvalidPipfile: it is none.
        FileAccessError: it cannot be read.
    """
    return parse_pipfile(read_text(project.pipfile_path) or "", path=project.pipfile_path)


def read_lockfile(project: Project) -> Lockfile | None:
    """The project's lockfile, `None` when there is none.

    Raises:
        InvalidLockfile: there is one that cannot be read.
    """
    text = read_text(project.lockfile_path)
    return None if text is None else parse_lockfile(text)


def has_conflicted_lock(project: Project) -> bool:
    """Tell whether the lockfile has the marks of a merge in it."""
    text = read_text(project.lockfile_path)
    return text is not None and conflict_line(text) is not None


def required_python(project: Project) -> Mapping[str, object]:
    """The Pipfile's ``[requires]``, or what the lock keeps of it where there is no Pipfile.

    A lock that cannot be read says nothing here: whoever needs its pins tells what is wrong.

    Raises:
        InvalidPipfile: the Pipfile is none.
    """
    if project.has_pipfile():
        return read_pipfile(project).requires
    try:
        lockfile = read_lockfile(project)
    except InvalidLockfile:
        return {}
    return {} if lockfile is None else lockfile.requires


def read_previous_lockfile(project: Project, report: Reporter) -> Lockfile | None:
    """The lockfile as a source of preferences: a damaged one is reported and then ignored."""
    try:
        return read_lockfile(project)
    except InvalidLockfile as error:
        report(Notice("damaged-lock", f"{error.message}; it will be replaced"))
        return None


def require_lockfile(project: Project) -> Lockfile:
    """The project's lockfile.

    Raises:
        LockfileNotFound: there is none.
        InvalidLockfile: it cannot be read.
    """
    lockfile = read_lockfile(project)
    if lockfile is None:
        raise LockfileNotFound(
            "Pipfile.lock not found", hints=["run `pipenv lock` first, then repeat this"]
        )
    return lockfile


def lock_newline(project: Project) -> str:
    """The line end of the existing lockfile, a line feed where there is none."""
    text = read_text(project.lockfile_path)
    return "\r\n" if text and "\r\n" in text else "\n"
