"""The questions that prompts, editors and shells ask all day, answered without a parser.

``--version``, ``--where``, ``--venv`` and ``--py`` alone on the line.  Any other form, and any
trouble, is left to `pipenv.cli.dispatch`, so each rule stands in one place; this module only knows
the short way through them.
"""

from __future__ import annotations

import os
import sys

from pipenv import __version__
from pipenv.operations.project import find_project
from pipenv.virtualenvs import location

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipenv.operations.project import Project

QUESTIONS = frozenset({"--where", "--venv", "--py"})


def answer(question: str, environ: Mapping[str, str]) -> int | None:
    """Answer at once, or return `None` when the long way is needed.

    Raises:
        PipenvError, OSError: the long way meets the same and explains it.
    """
    if question == "--version":
        return _print(f"pipenv, version {__version__}")
    if question not in QUESTIONS:
        return None
    project = find_project(os.getcwd(), environ)
    if project is None:
        return None
    if question != "--where" and may_have_settings(project, environ):
        return None
    if question == "--where":
        return _print(project.root)
    root = environment_root(project, environ, read_bytes(project.pipfile_path))
    if root is None:
        return None
    if question == "--venv":
        return _print(root)
    return _print(location.python_path(root, sys.platform))


def may_have_settings(project: Project, environ: Mapping[str, str]) -> bool:
    """Tell whether a ``.env`` file may hold settings of ours."""
    if "PIPENV_DOTENV_LOCATION" in environ:
        return True
    try:
        return b"PIPENV_" in read_bytes(os.path.join(project.root, ".env"))
    except FileNotFoundError:
        return False


def read_bytes(path: str) -> bytes:
    """The content of a small file."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return os.read(descriptor, os.fstat(descriptor).st_size)
    finally:
        os.close(descriptor)


def environment_root(project: Project, environ: Mapping[str, str], pipfile: bytes) -> str | None:
    """The folder of the project's environment; `None` sends us the long way."""
    if b"venv_in_project" in pipfile and "PIPENV_VENV_IN_PROJECT" not in environ:
        return None
    found = location.environment_location(
        project_root=project.root,
        pipfile_path=project.pipfile_path,
        environ=environ,
        settings_in_project=None,
    )
    return found.path if location.is_environment(found.path, sys.platform) else None


def _print(text: str) -> int:
    sys.stdout.write(text + "\n")
    return 0
