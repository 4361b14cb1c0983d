"""Finding the Python that was asked for, without running more of them than necessary."""

from __future__ import annotations

import os
import sys

from pipenv.errors import InterpreterNotFound, VirtualenvBroken
from pipenv.models.records import NamedTuple
from pipenv.virtualenvs.interpreter_sources import (
    Candidate,
    Machine,
    all_candidates,
    command_candidates,
)
from pipenv.virtualenvs.python_request import OLDEST, PythonRequest, is_free_threaded, parse_request
from pipenv.virtualenvs.version_tools import ways_to_install
from pipenv.virtualenvs.windows_registry import this_registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipenv.models.interpreters import Interpreter
    from pipenv.virtualenvs.probe import Probe

    Preference = tuple[bool, bool, tuple[int, ...]]

_FALSE_WORDS = frozenset({"", "0", "false", "no", "off"})
_MOST_LISTED = 12


class Found(NamedTuple):
    """An interpreter, and where it was found."""

    interpreter: Interpreter
    path: str
    source: str
    """A source of `virtualenvs.interpreter_sources`, or ``given`` for a path."""


def find_interpreter(
    request: str | None,
    *,
    environ: Mapping[str, str],
    probe: Probe,
    cwd: str = "/",
    running: str = sys.executable,
) -> Interpreter:
    """Find the interpreter that `request` means; see `search`."""
    machine = this_machine(environ, cwd, running)
    return search(parse_request(request), machine, probe).interpreter


def search(request: PythonRequest, machine: Machine, probe: Probe) -> Found:
    """Find the interpreter that `request` means.

    A path is that executable, a command name is looked up on ``PATH``, of versions and ranges the
    newest that is installed is taken, final releases before others; no request means the
    interpreter that runs us. ``PIPENV_PYENV_ONLY`` limits the search to pyenv.

    Raises:
        InterpreterNotFound: there is none; the hints say what there is.
    """
    if request.kind == "any" and machine.running:
        return Found(probe.interpreter(machine.running), machine.running, "running")
    if request.kind == "path":
        return _at_path(request, machine, probe)
    rejected: list[str] = []
    if request.kind == "command":
        found = _command(request, machine, probe, rejected)
        is_any_python = request.version or request.implementation or _names_python(request)
        if found is None and not is_any_python:
            raise _not_found(request, machine, (), rejected)
        if found is not None:
            return found
    pyenv_only = wants_pyenv_only(machine)
    minor = request.version[1] if len(request.version) > 1 else None
    candidates = all_candidates(machine, minor, pyenv_only=pyenv_only)
    found = _newest(request, candidates, probe, rejected)
    if found is None:
        everything = all_candidates(machine, pyenv_only=pyenv_only)
        raise _not_found(request, machine, everything, rejected)
    return found


def wants_pyenv_only(machine: Machine) -> bool:
    """Tell whether ``PIPENV_PYENV_ONLY`` limits the search."""
    return machine.environ.get("PIPENV_PYENV_ONLY", "").lower() not in _FALSE_WORDS


def this_machine(environ: Mapping[str, str], cwd: str, running: str = sys.executable) -> Machine:
    """Where to look on the machine that we run on."""
    is_plain = running == sys.executable and sys.implementation.name == "cpython"
    is_plain = is_plain and sys.version_info[3] == "final"
    version = tuple(sys.version_info[:3]) if is_plain else ()
    return Machine(environ, cwd, running, registry=this_registry(), running_version=version)


def _at_path(request: PythonRequest, machine: Machine, probe: Probe) -> Found:
    path = request.text
    if path[:2] in ("~/", "~\\"):
        path = machine.home + path[1:]
    path = os.path.normpath(os.path.join(machine.cwd, path))
    if os.path.isdir(path):
        inside = ("python.exe", "Scripts/python.exe", "bin/python", "bin/python3")
        for name in inside:
            if os.path.isfile(os.path.join(path, name)):
                path = os.path.join(path, name)
                break
    if not os.path.isfile(path):
        raise InterpreterNotFound(
            f"there is no Python at `{path}`",
            hints=["name an executable, or a version such as `3.12`"],
        )
    return Found(probe.interpreter(path), path, "given")


def _command(
    request: PythonRequest, machine: Machine, probe: Probe, rejected: list[str]
) -> Found | None:
    for candidate in command_candidates(machine, request.text):
        found = _question(candidate, request, probe, rejected)
        if found is not None:
            return found
    return None


def _names_python(request: PythonRequest) -> bool:
    return request.text.lower().removesuffix(".exe") in ("python", "python3")


def _newest(
    request: PythonRequest, candidates: Sequence[Candidate], probe: Probe, rejected: list[str]
) -> Found | None:
    possible = [
        candidate
        for candidate in candidates
        if request.may_accept(candidate.hint)
        # Others than CPython have to be asked for.
        and (candidate.implementation or "cpython") == (request.implementation or "cpython")
    ]
    if not request.is_free_threaded:
        usual = [candidate for candidate in possible if candidate.is_usual]
        unusual = [candidate for candidate in possible if not candidate.is_usual]
    else:
        usual, unusual = possible, []
    hinted = [candidate for candidate in usual if len(candidate.hint) > 1]
    for minor in sorted({candidate.hint[:2] for candidate in hinted}, reverse=True):
        group = [candidate for candidate in hinted if candidate.hint[:2] == minor]
        found = _best_of_minor(request, group, probe, rejected)
        if found is not None:
            return found
    unknown = [candidate for candidate in usual if len(candidate.hint) < 2]
    return _best(request, unknown, probe, rejected) or _best(request, unusual, probe, rejected)


def _best_of_minor(
    request: PythonRequest, group: Iterable[Candidate], probe: Probe, rejected: list[str]
) -> Found | None:
    """The newest of one ``3.x``; of those whose paths tell, only what may win is run."""
    full = [candidate for candidate in group if len(candidate.hint) == 3]
    partial = [candidate for candidate in group if len(candidate.hint) < 3]
    best = _best(request, partial, probe, rejected)
    for candidate in sorted(full, key=lambda candidate: candidate.hint, reverse=True):
        if best is not None and best.interpreter.version >= candidate.hint:
            break
        found = _question(candidate, request, probe, rejected)
        if found is not None:
            return found
    return best


def _best(
    request: PythonRequest, candidates: Iterable[Candidate], probe: Probe, rejected: list[str]
) -> Found | None:
    best: Found | None = None
    for candidate in candidates:
        found = _question(candidate, request, probe, rejected)
        if found is not None and (
            best is None or preference(found.interpreter) > preference(best.interpreter)
        ):
            best = found
    return best


def preference(interpreter: Interpreter) -> Preference:
    """What the newest is chosen by: final releases and ordinary builds first, then the version."""
    full = interpreter.environment["python_full_version"]
    is_final = full.replace(".", "").removesuffix("+").isdecimal()
    return (is_final, not is_free_threaded(interpreter), interpreter.version)


def _question(
    candidate: Candidate, request: PythonRequest, probe: Probe, rejected: list[str]
) -> Found | None:
    try:
        interpreter = probe.interpreter(candidate.path)
    except VirtualenvBroken as error:
        rejected.append(str(error))
        return None
    if not request.accepts(interpreter):
        version = ".".join(str(part) for part in interpreter.version)
        rejected.append(f"`{candidate.path}` is {interpreter.implementation} {version}")
        return None
    return Found(interpreter, candidate.path, candidate.source)


def _not_found(
    request: PythonRequest,
    machine: Machine,
    candidates: Sequence[Candidate],
    rejected: Sequence[str],
) -> InterpreterNotFound:
    hints = []
    if candidates:
        usable = [c for c in candidates if c.hint and c.hint >= OLDEST[: len(c.hint)]]
        known = sorted(usable, key=lambda c: c.hint, reverse=True)
        listed = [f"{'.'.join(map(str, c.hint))} (`{c.path}`)" for c in known[:_MOST_LISTED]]
        hints.append("found: " + ", ".join(listed))
    else:
        hints.append("nothing of that name is on PATH")
    ways = [f"`{way}`" for way in ways_to_install(machine, request)]
    if ways:
        hints.append("install it with " + " or ".join(ways))
    elif request.kind in {"version", "range"}:
        hints.append("install one with the tools of your system, or with pyenv, mise or uv")
    hints.append("name the Python to use with `--python VERSION` or `--python PATH`")
    return InterpreterNotFound(
        f"no Python was found for `{request.text}`", hints=hints, details="\n".join(rejected)
    )
