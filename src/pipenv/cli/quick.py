"""The questions that prompts, editors and shells ask all day, answered without a parser.

``--version``, ``--where``, ``--venv``, ``--py`` and ``run COMMAND`` in their plain forms.  Any
other form, and any trouble, is left to `pipenv.cli.dispatch`, so each rule stands in one place;
this module only knows the short way through them.
"""

from __future__ import annotations

import os
import sys

from pipenv import __version__, processes
from pipenv.operations import launch
from pipenv.operations.project import find_project
from pipenv.virtualenvs import activation, location

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipenv.operations.project import Project

QUESTIONS = frozenset({"--where", "--venv", "--py"})


def answer(argv: Sequence[str], environ: Mapping[str, str]) -> int | None:
    """Answer at once, or return `None` when the long way is needed.

    Raises:
        PipfileNotFound: ``PIPENV_PIPFILE`` names no file.
    """
    if len(argv) == 1:
        if argv[0] == "--version":
            return _print(f"pipenv, version {__version__}")
        if argv[0] in QUESTIONS:
            return _locate(argv[0], environ)
        return None
    if len(argv) > 1 and argv[0] == "run" and not argv[1].startswith("-"):
        return _run(argv[1:], environ)
    return None


def _locate(question: str, environ: Mapping[str, str]) -> int | None:
    project = find_project(os.getcwd(), environ)
    if project is None:
        return None
    if question == "--where":
        return _print(project.root)
    root = _environment_root(project, environ)
    if root is None:
        return None
    if question == "--venv":
        return _print(root)
    return _print(location.python_path(root, sys.platform))


def _run(words: Sequence[str], environ: Mapping[str, str]) -> int | None:
    project = find_project(os.getcwd(), environ)
    if project is None or "PIPENV_SYSTEM" in environ or environ.get("PIPENV_VERBOSE"):
        return None
    with open(project.pipfile_path, "rb") as file:
        pipfile_bytes = file.read()
    if launch.may_have_scripts(pipfile_bytes):
        return None
    if os.path.exists(os.path.join(project.root, ".env")) or "PIPENV_DOTENV_LOCATION" in environ:
        return None
    root = _environment_root(project, environ, pipfile_bytes)
    if root is None or sys.platform == "win32":
        return None
    command = launch.command_from_words(words)
    if not command.words:
        return None
    child = activation.child_environment(environ, root, project.root, sys.platform)
    child.update(command.assignments)
    path = launch.find_executable(command.words[0], child, sys.platform)
    if path is None:
        return None
    processes.replace_process(path, launch.arguments_of(command, child), child)


def _environment_root(
    project: Project, environ: Mapping[str, str], pipfile_bytes: bytes | None = None
) -> str | None:
    """The folder of the environment that exists; `None` sends us the long way."""
    if pipfile_bytes is None:
        with open(project.pipfile_path, "rb") as file:
            pipfile_bytes = file.read()
    if b"venv_in_project" in pipfile_bytes and "PIPENV_VENV_IN_PROJECT" not in environ:
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
