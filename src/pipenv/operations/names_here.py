"""What the project here has names for: scripts, categories, packages, programs.

For shells that complete a line: a few files are read when their names are wanted, nothing is
checked, and where something cannot be read there are no names.
"""

from __future__ import annotations

import os
import sys

from pipenv.errors import PipenvError
from pipenv.operations.project import find_project
from pipenv.pipfile.document import parse_pipfile
from pipenv.virtualenvs.location import environment_location, scripts_dir

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipenv.operations.project import Project
    from pipenv.pipfile.document import Pipfile

_NO_PROGRAMS = ("activate", "deactivate", "Activate")


class NamesHere:
    """The names of one place."""

    def __init__(self, cwd: str, environ: Mapping[str, str]) -> None:
        """Look from the folder `cwd`."""
        self._cwd = cwd
        self._environ = environ

    def scripts(self) -> list[tuple[str, str]]:
        """The names of scripts, in the order of the Pipfile, and what they do in one line."""
        pipfile = self._pipfile()
        if pipfile is None:
            return []
        return [(name, _told(value)) for name, value in pipfile.scripts.items()]

    def categories(self) -> list[str]:
        """The names of categories, in the order of the Pipfile."""
        pipfile = self._pipfile()
        return [] if pipfile is None else [*pipfile.categories]

    def sources(self) -> list[str]:
        """The names of the sources, in the order of the Pipfile."""
        pipfile = self._pipfile()
        return [] if pipfile is None else [source.name for source in pipfile.sources]

    def packages(self) -> list[str]:
        """What is listed or locked, sorted."""
        project, pipfile = self._project(), self._pipfile()
        if project is None or pipfile is None:
            return []
        found = {name for each in pipfile.categories for name in pipfile.entries(each)}
        return sorted(found | _locked(project.lockfile_path))

    def programs(self) -> list[str]:
        """The programs of the project's environment, sorted."""
        project = self._project()
        if project is None:
            return []
        place = environment_location(
            project_root=project.root,
            pipfile_path=project.pipfile_path,
            environ=self._environ,
            settings_in_project=None,
        )
        try:
            names = os.listdir(scripts_dir(place.path, sys.platform))
        except OSError:
            return []
        return sorted(name for name in names if not name.startswith(_NO_PROGRAMS))

    def paths(self, prefix: str) -> list[str]:
        """Files and folders whose paths begin with `prefix`, sorted; folders end with a slash."""
        folder, name = os.path.split(prefix)
        looked_into = os.path.join(self._cwd, os.path.expanduser(folder))
        try:
            entries = [*os.scandir(looked_into)]
        except OSError:
            return []
        return sorted(
            os.path.join(folder, entry.name) + ("/" if entry.is_dir() else "")
            for entry in entries
            if entry.name.startswith(name) and (name or not entry.name.startswith("."))
        )

    def _project(self) -> Project | None:
        try:
            return find_project(self._cwd, self._environ)
        except PipenvError:
            return None

    def _pipfile(self) -> Pipfile | None:
        project = self._project()
        if project is None:
            return None
        try:
            with open(project.pipfile_path, encoding="utf-8") as file:
                return parse_pipfile(file.read().removeprefix("\ufeff"))
        except (OSError, ValueError, PipenvError):
            return None


def _told(script: object) -> str:
    if isinstance(script, dict):
        script = script.get("help") or script.get("cmd") or ""
    return " ".join(script.split()) if isinstance(script, str) else ""


def _locked(path: str) -> set[str]:
    """The names in a lock, read without its checks."""
    import json  # noqa: PLC0415 - scripts and categories do not need it

    try:
        with open(path, encoding="utf-8-sig") as file:
            found = json.load(file)
    except (OSError, ValueError):
        return set()
    if not isinstance(found, dict):
        return set()
    categories = (each for name, each in found.items() if name != "_meta")
    return {name for each in categories if isinstance(each, dict) for name in each}
