"""The Pipfile as tables of a ``pyproject.toml``."""

from __future__ import annotations

import os

from pipenv.errors import FileAccessError, InvalidValue
from pipenv.events import Notice
from pipenv.models.names import canonical_name, is_name
from pipenv.operations.documents import read_text, write_text
from pipenv.pipfile.pyproject import pyproject_text
from pipenv.pipfile.toml_documents import read_toml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.operations.session import Session

_TABLES = ("project", "dependency-groups")
_KEPT_TABLES = ("scripts", "pipenv")


def export_pyproject(session: Session) -> str:
    """Make the text; name and version are those of a ``pyproject.toml`` that is there, if any.

    Raises:
        PipfileNotFound, InvalidPipfile: there is nothing to export.
    """
    project = session.require_pipfile()
    pipfile = session.pipfile()
    name, version = _identity(os.path.join(project.root, "pyproject.toml"))
    if name is None:
        folder = canonical_name(project.name)
        name = folder if is_name(folder) else "project"
    made = pyproject_text(pipfile, name=name, version=version or "0")
    if made.left_out:
        names = ", ".join(made.left_out)
        session.report(
            Notice("left-out", f"paths have no standard form, so these are comments: {names}")
        )
    kept = [table for table in _KEPT_TABLES if pipfile.data.get(table)]
    if kept:
        listed = " and ".join(f"[{table}]" for table in kept)
        session.report(Notice("left-out", f"{listed} of the Pipfile have no standard form"))
    return made.text


def write_pyproject(path: str, text: str) -> None:
    """Write a new file, or add the tables to one that has none of them.

    Raises:
        FileAccessError: it has them already, is no TOML, or cannot be written.
    """
    before = read_text(path)
    if before is None:
        write_text(path, text)
        return
    name = os.path.basename(path)
    try:
        data = read_toml(before)
    except InvalidValue as error:
        raise FileAccessError(f"`{name}` is {error.message}") from error
    present = [table for table in _TABLES if table in data]
    if present:
        raise FileAccessError(
            f"`{name}` has [{present[0]}] already",
            hints=["take what you want from `pipenv export`, which prints without --output"],
        )
    newline = "\r\n" if "\r\n" in before else "\n"
    added = text.replace("\n", newline)
    write_text(path, before.rstrip() + newline * 2 + added if before.strip() else added)


def _identity(path: str) -> tuple[str | None, str | None]:
    """Name and version in the ``[project]`` table of a file, if it has them."""
    text = read_text(path)
    if text is None:
        return None, None
    try:
        project = read_toml(text).get("project")
    except InvalidValue:
        return None, None
    if not isinstance(project, dict):
        return None, None
    name, version = project.get("name"), project.get("version")
    return (
        name if isinstance(name, str) and is_name(name) else None,
        version if isinstance(version, str) else None,
    )
