"""``pipenv run PROGRAM`` in its plain form: find the environment, become the program.

Options before the program, scripts, a ``.env`` file, a missing environment and anything else that
needs thought are left to `pipenv.cli.dispatch`.
"""

from __future__ import annotations

import os
import sys

from pipenv import processes
from pipenv.cli.quick import environment_root, read_bytes
from pipenv.operations import launch
from pipenv.operations.project import find_project
from pipenv.virtualenvs import activation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

UNUSUAL = ("PIPENV_SYSTEM", "PIPENV_VERBOSE", "PIPENV_VERBOSITY", "PIPENV_DOTENV_LOCATION")
"""Variables with which `run` does more than the short way knows."""
HARMLESS = frozenset({"", "0", "-1"})
"""Values with which it does not: machines set the verbosity to -1."""


def run(words: Sequence[str], environ: Mapping[str, str]) -> int | None:
    """Become the program, or return `None` when the long way is needed.

    Raises:
        PipenvError, OSError: the long way meets the same and explains it.
    """
    if not words or words[0].startswith("-") or sys.platform == "win32":
        return None
    if any(environ.get(name, "") not in HARMLESS for name in UNUSUAL):
        return None
    project = find_project(os.getcwd(), environ)
    if project is None:
        return None
    pipfile = read_bytes(project.pipfile_path)
    if launch.may_have_scripts(pipfile) or os.path.exists(os.path.join(project.root, ".env")):
        return None
    root = environment_root(project, environ, pipfile)
    command = launch.command_from_words(words)
    if root is None or not command.words:
        return None
    child = activation.child_environment(environ, root, project.root, sys.platform)
    child.update(command.assignments)
    path = launch.find_executable(command.words[0], child, sys.platform)
    if path is None:
        return None
    return processes.replace_process(path, launch.arguments_of(command, child), child)
