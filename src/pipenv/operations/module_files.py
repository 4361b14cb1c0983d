"""Where the source of an installed module is, found by looking, never by importing it."""

from __future__ import annotations

import os
import shlex
import sys

from pipenv.errors import UsageError
from pipenv.processes import find_program, run_through
from pipenv.virtualenvs.installed import site_directories

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipenv.models.interpreters import Environment

_LARGEST_PATH_FILE = 1 << 16


def find_module(name: str, environment: Environment, project_root: str) -> str | None:
    """The file of the module `name`, or the folder of a package; `None` when there is none.

    The folders of the environment are searched with the ``.pth`` files in them, then the standard
    library, then the project itself.
    """
    parts = name.split(".")
    if not all(part.isidentifier() for part in parts):
        return None
    relative = os.path.join(*parts)
    namespace = None
    for folder in _search_path(environment, project_root):
        place = os.path.join(folder, relative)
        if os.path.isfile(os.path.join(place, "__init__.py")):
            return place
        if os.path.isfile(place + ".py"):
            return place + ".py"
        if namespace is None and os.path.isdir(place):
            namespace = place
    return namespace


def edit(path: str, environ: Mapping[str, str]) -> int:
    """Open `path` in ``EDITOR``, else ``VISUAL``, else a usual editor; returns its exit status.

    Raises:
        UsageError: there is no such editor (exit status 1).
    """
    usual = "notepad" if sys.platform == "win32" else "vi"
    chosen = environ.get("EDITOR") or environ.get("VISUAL") or usual
    words = _words(chosen, environ)
    program = find_program(words[0], environ, platform=sys.platform) if words else None
    if program is None:
        error = UsageError(f"the editor `{chosen}` was not found", hints=["set EDITOR to another"])
        error.exit_status = 1
        raise error
    return run_through([program, *words[1:], path], environment=environ)


def _words(chosen: str, environ: Mapping[str, str]) -> list[str]:
    """A path with spaces is one word, if there is such a program."""
    if find_program(chosen, environ, platform=sys.platform) is not None:
        return [chosen]
    try:
        return shlex.split(chosen, posix=sys.platform != "win32")
    except ValueError:
        return [chosen]


def _search_path(environment: Environment, project_root: str) -> Iterator[str]:
    for folder in site_directories(environment.paths):
        yield folder
        yield from _named_by_path_files(folder)
    yield environment.paths.stdlib
    yield project_root


def _named_by_path_files(folder: str) -> Iterator[str]:
    try:
        names = sorted(name for name in os.listdir(folder) if name.endswith(".pth"))
    except OSError:
        return
    for name in names:
        try:
            with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
                lines = file.read(_LARGEST_PATH_FILE).splitlines()
        except OSError:
            continue
        for line in lines:
            if line.strip() and not line.startswith(("#", "import ", "import\t")):
                yield os.path.join(folder, line.rstrip())
