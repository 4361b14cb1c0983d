"""Where the source of an installed module is, found by looking, never by importing it."""

from __future__ import annotations

import ast
import os
import shlex
import sys

from pipenv.errors import RequestRefused
from pipenv.processes import find_program, run_through
from pipenv.virtualenvs.installed import site_directories

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipenv.models.interpreters import Environment

_LARGEST_PATH_FILE = 1 << 16
_LARGEST_FINDER = 1 << 20
_FINDER_START = "__editable___"
_COMPILED = (".so", ".pyd")
_MOST_DOTS = 2
"""In ``name.cpython-311-x86_64-linux-gnu.so``; what has more is something else."""


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
        found = _module_at(place)
        if found is not None:
            return found
        if namespace is None and os.path.isdir(place):
            namespace = place
    for folder in site_directories(environment.paths):
        found = _by_finders(folder, parts)
        if found is not None:
            return found
    return namespace


def _module_at(place: str) -> str | None:
    """The package or the module that `place` is the path of, but for its ending."""
    if os.path.isfile(os.path.join(place, "__init__.py")):
        return place
    if os.path.isfile(place + ".py"):
        return place + ".py"
    if _compiled(os.path.join(place, "__init__")) is not None:
        return place
    return _compiled(place)


def _compiled(place: str) -> str | None:
    """A compiled module: ``name.so``, ``name.abi3.so``, and the like."""
    folder, name = os.path.split(place)
    try:
        files = sorted(os.listdir(folder))
    except OSError:
        return None
    found = (
        file
        for file in files
        if file.startswith(name + ".")
        and file.endswith(_COMPILED)
        and file.count(".") <= _MOST_DOTS
    )
    return next((os.path.join(folder, file) for file in found), None)


def _by_finders(folder: str, parts: Sequence[str]) -> str | None:
    """What editable projects of setuptools have that are found by a table, not by a folder."""
    try:
        names = [each for each in sorted(os.listdir(folder)) if each.startswith(_FINDER_START)]
    except OSError:
        return None
    for name in names:
        for table in _tables(os.path.join(folder, name)):
            for length in range(len(parts), 0, -1):
                places = table.get(".".join(parts[:length]))
                for place in places if isinstance(places, list) else (places,):
                    if not isinstance(place, str):
                        continue
                    found = _module_at(os.path.join(place, *parts[length:]))
                    if found is not None:
                        return found
    return None


def _tables(path: str) -> Iterator[Mapping[str, object]]:
    """The tables ``MAPPING`` and ``NAMESPACES`` of such a finder, read and never run."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            tree = ast.parse(file.read(_LARGEST_FINDER))
    except (OSError, SyntaxError, ValueError):
        return
    for node in tree.body:
        targets = [node.target] if isinstance(node, ast.AnnAssign) else getattr(node, "targets", [])
        names = {each.id for each in targets if isinstance(each, ast.Name)}
        if names & {"MAPPING", "NAMESPACES"} and isinstance(node, (ast.Assign, ast.AnnAssign)):
            try:
                table = ast.literal_eval(node.value) if node.value else None
            except ValueError:
                continue
            if isinstance(table, dict):
                yield table


def edit(path: str, environ: Mapping[str, str]) -> int:
    """Open `path` in ``EDITOR``, else ``VISUAL``, else a usual editor; returns its exit status.

    Raises:
        RequestRefused: there is no such editor.
    """
    usual = "notepad" if sys.platform == "win32" else "vi"
    chosen = environ.get("EDITOR") or environ.get("VISUAL") or usual
    words = _words(chosen, environ)
    program = find_program(words[0], environ, platform=sys.platform) if words else None
    if program is None:
        raise RequestRefused(
            f"the editor `{chosen}` was not found", hints=["set EDITOR to another"]
        )
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
