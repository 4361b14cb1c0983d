"""Which project are we in? Three paths, found without reading a file.

On the path of ``run`` and ``--venv``: imports nothing but `os` and our errors.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_MAX_DEPTH = 10
FALSE_WORDS = frozenset({"0", "false", "no", "off", ""})


class Project:
    """The folder, the Pipfile and the lockfile of one project; all absolute paths."""

    __slots__ = ("lockfile_path", "pipfile_path", "root")

    def __init__(self, pipfile_path: str) -> None:
        self.root = os.path.dirname(pipfile_path)
        self.pipfile_path = pipfile_path
        self.lockfile_path = pipfile_path + ".lock"

    @property
    def name(self) -> str:
        """The name of the project's folder, which environments show in the prompt."""
        return os.path.basename(self.root) or "root"

    def has_pipfile(self) -> bool:
        """Tell whether the Pipfile exists."""
        return os.path.isfile(self.pipfile_path)

    def has_lockfile(self) -> bool:
        """Tell whether the lockfile exists."""
        return os.path.isfile(self.lockfile_path)


def find_project(cwd: str, environ: Mapping[str, str]) -> Project | None:
    """Find the project that `cwd` belongs to.

    ``PIPENV_PIPFILE`` names the Pipfile; else it is searched upwards through at most
    ``PIPENV_MAX_DEPTH`` folders, of which `cwd` is the first (1 with ``PIPENV_NO_INHERIT``).
    Symbolic links are kept. Returns `None` when there is none.

    Raises:
        PipfileNotFound: ``PIPENV_PIPFILE`` names a file that does not exist.
        RequestRefused: ``PIPENV_MAX_DEPTH`` is no number.
    """
    named = environ.get("PIPENV_PIPFILE")
    if named:
        path = os.path.normpath(os.path.join(cwd, os.path.expanduser(named)))
        if not os.path.isfile(path):
            from pipenv.errors import PipfileNotFound

            raise PipfileNotFound(
                f"PIPENV_PIPFILE names `{named}`, which is not a file",
                hints=["correct or unset PIPENV_PIPFILE"],
            )
        return Project(path)
    depth = _max_depth(environ)
    folder = cwd
    for _ in range(depth):
        candidate = os.path.join(folder, "Pipfile")
        if os.path.isfile(candidate):
            return Project(candidate)
        parent = os.path.dirname(folder)
        if parent == folder:
            break
        folder = parent
    return None


def requirements_beside(project: Project, environ: Mapping[str, str]) -> str | None:
    """The ``requirements.txt`` in the folder of a project, or in one above it.

    As many folders are looked into as for a Pipfile.
    """
    folder = project.root
    for _ in range(_max_depth(environ)):
        path = os.path.join(folder, "requirements.txt")
        if os.path.isfile(path):
            return path
        parent = os.path.dirname(folder)
        if parent == folder:
            break
        folder = parent
    return None


def project_in(cwd: str) -> Project:
    """The project that a Pipfile made in `cwd` would start."""
    return Project(os.path.join(cwd, "Pipfile"))


def require_project(cwd: str, environ: Mapping[str, str]) -> Project:
    """Like `find_project`, but insist.

    Raises:
        PipfileNotFound: there is no Pipfile here or above.
    """
    project = find_project(cwd, environ)
    if project is None:
        from pipenv.errors import PipfileNotFound

        raise PipfileNotFound(
            "no Pipfile was found here or in the folders above",
            hints=["run `pipenv install` in your project's folder to start one"],
        )
    return project


def _max_depth(environ: Mapping[str, str]) -> int:
    no_inherit = environ.get("PIPENV_NO_INHERIT")
    if no_inherit is not None and no_inherit.lower() not in FALSE_WORDS:
        return 1
    text = environ.get("PIPENV_MAX_DEPTH", "").strip()
    if not text:
        return DEFAULT_MAX_DEPTH
    if not text.removeprefix("-").isdecimal() or not text.isascii():
        from pipenv.errors import RequestRefused

        raise RequestRefused(
            f"PIPENV_MAX_DEPTH is `{text}`, which is not a whole number",
            hints=["set it to a number of folders, or unset it"],
        )
    return max(1, int(text))
