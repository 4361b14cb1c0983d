"""What the project here has names for: scripts, categories, packages. Reads two files at most."""

from __future__ import annotations

from pipenv.errors import PipenvError
from pipenv.operations.documents import read_lockfile, read_pipfile
from pipenv.operations.project import find_project

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pipenv.lockfile.schema import Lockfile
    from pipenv.pipfile.document import Pipfile


class NamesHere:
    """Read when they are wanted; where something cannot be read there are none."""

    def __init__(self, cwd: str, environ: Mapping[str, str]) -> None:
        """Look from the folder `cwd`."""
        self._cwd = cwd
        self._environ = environ

    def scripts(self) -> list[str]:
        """The names of scripts, in the order of the Pipfile."""
        return self._read(lambda pipfile, _: list(pipfile.scripts))

    def categories(self) -> list[str]:
        """The names of categories, in the order of the Pipfile."""
        return self._read(lambda pipfile, _: list(pipfile.categories))

    def packages(self) -> list[str]:
        """What is listed or locked, sorted."""

        def found(pipfile: Pipfile, lockfile: Lockfile | None) -> list[str]:
            listed = [name for each in pipfile.categories for name in pipfile.entries(each)]
            pins = lockfile.categories.values() if lockfile is not None else ()
            return sorted({*listed, *(name for each in pins for name in each)})

        return self._read(found)

    def _read(self, pick: Callable[[Pipfile, Lockfile | None], list[str]]) -> list[str]:
        try:
            project = find_project(self._cwd, self._environ)
            if project is None:
                return []
            return pick(read_pipfile(project), read_lockfile(project))
        except PipenvError:
            return []
