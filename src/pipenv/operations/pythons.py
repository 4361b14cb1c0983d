"""Every Python on this machine, the one that is taken first, with the reason for each place."""

from __future__ import annotations

import os

from pipenv.errors import InterpreterNotFound, VirtualenvBroken
from pipenv.models.records import NamedTuple
from pipenv.operations.environment import wanted_python
from pipenv.virtualenvs.discovery import (
    Found,
    preference,
    search,
    this_machine,
    wants_pyenv_only,
)
from pipenv.virtualenvs.interpreter_sources import all_candidates
from pipenv.virtualenvs.python_request import is_free_threaded, parse_request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.models.interpreters import Interpreter
    from pipenv.operations.session import Session
    from pipenv.virtualenvs.discovery import Preference
    from pipenv.virtualenvs.interpreter_sources import Machine
    from pipenv.virtualenvs.python_request import PythonRequest


class KnownPython(NamedTuple):
    """One interpreter."""

    version: str
    implementation: str
    path: str
    source: str
    """Where it was found: ``PATH``, ``pyenv``, ``asdf``, ``mise``, ``uv``, ``system``…"""
    is_chosen: bool
    """A new environment of the project would be made with it."""
    reason: str
    """Why it is, or is not, taken."""


class Listing(NamedTuple):
    """What there is, and what a new environment of the project would get of it."""

    wanted: str | None
    """What is asked for; `None` for nothing."""
    origin: str
    """Who asks."""
    refusal: str
    """Why none is taken; empty where one is."""
    pythons: tuple[KnownPython, ...]
    """The one that is taken, then what would do as well, then the others; the newest first."""


def known_pythons(session: Session) -> Listing:
    """Look at all of them; one that is there under several names is listed once.

    Raises:
        UsageError: what is asked for does not name a Python.
        InvalidPipfile: it cannot be read.
    """
    wanted, origin = wanted_python(session)
    request = parse_request(wanted)
    machine = this_machine(session.environ, session.project.root)
    probe = session.probe()
    chosen, refusal = _chosen(session, request, machine)
    first: list[KnownPython] = []
    broken: list[KnownPython] = []
    others: list[tuple[bool, Preference, KnownPython]] = []
    seen: set[str] = set()
    if chosen is not None:
        seen |= _real_paths(chosen.interpreter, chosen.path)
        reason = (
            f"{origin} asks for {wanted}" if wanted else "it runs Pipenv; nothing asks for another"
        )
        first.append(_known(chosen.interpreter, chosen, reason, is_chosen=True))
    for candidate in all_candidates(machine):
        if os.path.realpath(candidate.path) in seen:
            if first and first[0].source == "running" and candidate.path != first[0].path:
                first[0] = first[0]._replace(path=candidate.path, source=candidate.source)
            continue
        try:
            interpreter = probe.interpreter(candidate.path)
        except VirtualenvBroken as error:
            path, source = candidate.path, candidate.source
            reason = error.message.removeprefix(f"`{path}` ")
            broken.append(KnownPython("", "", path, source, is_chosen=False, reason=reason))
            continue
        paths = _real_paths(interpreter, candidate.path)
        if seen.isdisjoint(paths):
            found = Found(interpreter, candidate.path, candidate.source)
            against = _reason_against(request, found, chosen, machine)
            fits = request.kind != "any" and request.accepts(interpreter)
            known = _known(interpreter, found, against, is_chosen=False)
            others.append((fits, preference(interpreter), known))
        seen |= paths
    others.sort(key=lambda each: each[:2], reverse=True)
    listed = (*first, *(known for _, _, known in others), *broken)
    return Listing(wanted, origin, refusal, listed)


def _known(interpreter: Interpreter, found: Found, reason: str, *, is_chosen: bool) -> KnownPython:
    path = found.path
    if interpreter.prefix != interpreter.base_prefix:  # environments are made from the one behind
        path = interpreter.base_executable or path
    return KnownPython(
        interpreter.environment["python_full_version"],
        interpreter.implementation,
        path,
        found.source,
        is_chosen,
        reason,
    )


def _chosen(session: Session, request: PythonRequest, machine: Machine) -> tuple[Found | None, str]:
    """The one that a new environment would get; or why there is none."""
    try:
        return search(request, machine, session.probe()), ""
    except (InterpreterNotFound, VirtualenvBroken) as error:
        return None, error.message


def _real_paths(interpreter: Interpreter, path: str) -> set[str]:
    return {os.path.realpath(each) for each in (interpreter.base_executable, path) if each}


def _reason_against(
    request: PythonRequest, one: Found, chosen: Found | None, machine: Machine
) -> str:
    """Why `one` is not taken."""
    interpreter = one.interpreter
    wants_other = (request.implementation or "cpython") != interpreter.implementation
    if request.kind == "any":
        return "nothing asks for it"
    if request.kind == "path":
        return "another one is asked for by its path"
    if not request.accepts(interpreter):
        return f"{'does not fit' if request.kind == 'range' else 'is not'} {request.text}"
    if wants_other:
        return f"`--python {interpreter.implementation}` asks for it"
    if one.source != "pyenv" and wants_pyenv_only(machine):
        return "PIPENV_PYENV_ONLY is set"
    if chosen is None:
        return ""
    if request.kind == "command" and chosen.source == "PATH":
        return f"`{request.text}` is another one on PATH"
    if preference(interpreter)[:2] != preference(chosen.interpreter)[:2]:
        is_special = is_free_threaded(interpreter)
        return f"is {'free-threaded' if is_special else 'a pre-release'}, others come first"
    if interpreter.version == chosen.interpreter.version:
        return f"the same version as in {chosen.source}, which is looked at first"
    return f"older than {'.'.join(map(str, chosen.interpreter.version))}"
