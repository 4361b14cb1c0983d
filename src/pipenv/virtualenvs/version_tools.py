"""Programs that can install a Python: which are there, what to tell them, what they can install."""

from __future__ import annotations

import os

from pipenv.models.records import NamedTuple
from pipenv.processes import find_program
from pipenv.virtualenvs.interpreter_sources import asdf_roots, mise_root, uv_root

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.virtualenvs.interpreter_sources import Machine
    from pipenv.virtualenvs.python_request import PythonRequest


class VersionTool(NamedTuple):
    """One such program."""

    name: str
    program: str
    """Its path."""
    listing: tuple[str, ...]
    """Arguments that print what it can install, one version a line; empty: it takes any prefix."""
    installing: tuple[str, ...]
    """Arguments that install the version which follows them."""


def pyenv(machine: Machine) -> VersionTool | None:
    """Pyenv, from ``PATH`` or its own folder."""
    program = _find(machine, "pyenv", machine.pyenv_root)
    if program is None:
        return None
    return VersionTool("pyenv", program, ("install", "--list"), ("install", "-s"))


def asdf(machine: Machine) -> VersionTool | None:
    """Asdf, from ``PATH`` or its own folder; without its plugin for Python it lists nothing."""
    for root in asdf_roots(machine):
        program = _find(machine, "asdf", root)
        if program is not None:
            return VersionTool("asdf", program, ("list", "all", "python"), ("install", "python"))
    return None


def pymanager(machine: Machine) -> VersionTool | None:
    """Python's own install manager, which is for Windows."""
    if machine.platform != "win32":
        return None
    program = find_program("pymanager", machine.environ, platform=machine.platform)
    return None if program is None else VersionTool("pymanager", program, (), ("install", "--yes"))


def _find(machine: Machine, name: str, root: str) -> str | None:
    found = find_program(name, machine.environ, platform=machine.platform)
    if found is not None:
        return found
    inside = {**machine.environ, "PATH": os.path.join(root, "bin")}
    return find_program(name, inside, platform=machine.platform)


def installable(listing: str, request: PythonRequest) -> str | None:
    """The newest version in `listing` that `request` means, in the listing's spelling.

    Final releases only; of PyPy the newest of the Python that is asked for. `None` for none, and
    for requests that name no version.
    """
    if not request.version or request.kind not in {"version", "command"}:
        return None
    best: tuple[tuple[int, ...], ...] | None = None
    name = None
    for line in listing.splitlines():
        word = line.strip().lstrip("* ")
        key = _key(word, request)
        if key is not None and (best is None or key > best):
            best, name = key, word
    return name


def _key(word: str, request: PythonRequest) -> tuple[tuple[int, ...], ...] | None:
    """What decides between versions that `request` may mean; `None` for another one."""
    others = request.implementation not in {"", "cpython"}
    if others:
        if not word.startswith(request.implementation):
            return None
        word = word.removeprefix(request.implementation)
    python, dash, own = word.partition("-")
    bare = python.removesuffix("t") if request.is_free_threaded else python
    if (bare != python) != request.is_free_threaded or (dash and not others):
        return None
    version, release = _numbers(bare), _numbers(own)
    if version is None or (dash and release is None) or (not others and len(version) < 3):
        return None
    if version[: len(request.version)] != request.version:
        return None
    return (version, release or ())


def _numbers(text: str) -> tuple[int, ...] | None:
    parts = text.split(".")
    if not all(part.isascii() and part.isdecimal() for part in parts):
        return None
    return tuple(int(part) for part in parts)


def ways_to_install(machine: Machine, request: PythonRequest) -> list[str]:
    """Commands that would install what `request` means, of the tools that this machine has."""
    if not request.version or request.is_free_threaded:
        return []
    version = ".".join(str(part) for part in request.version)
    if request.implementation not in {"", "cpython"}:
        version = request.implementation + version
    ways = []
    if pyenv(machine) is not None or os.path.isdir(machine.pyenv_root):
        ways.append(f"pyenv install {version}")
    if version[0].isdecimal():
        if asdf(machine) is not None:
            ways.append(f"asdf install python latest:{version}")
        if pymanager(machine) is not None:
            ways.append(f"pymanager install {version}")
    if os.path.isdir(mise_root(machine)):
        ways.append(f"mise install python@{version}")
    if os.path.isdir(uv_root(machine)):
        ways.append(f"uv python install {version}")
    return ways
