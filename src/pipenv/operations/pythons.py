"""Every Python on this machine, in the order in which they are looked at, and which is taken."""

from __future__ import annotations

import os
import sys

from pipenv.errors import InterpreterNotFound, PipenvError, VirtualenvBroken
from pipenv.models.records import NamedTuple
from pipenv.operations.environment import choose_interpreter, wanted_python
from pipenv.virtualenvs.interpreter_sources import Machine, all_candidates

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.models.interpreters import Interpreter
    from pipenv.operations.session import Session


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


def known_pythons(session: Session) -> list[KnownPython]:
    """Look at all of them; one that is there under several names is listed once."""
    machine = Machine(session.environ, session.project.root, sys.executable)
    origin = _origin(session)
    chosen, refusal = _chosen(session)
    probe = session.probe()
    seen: set[str] = set()
    found = []
    for candidate in all_candidates(machine):
        real = os.path.realpath(candidate.path)
        if real in seen:
            continue
        seen.add(real)
        try:
            interpreter = probe.interpreter(candidate.path)
        except VirtualenvBroken as error:
            broken = KnownPython(
                "", "", candidate.path, candidate.source, is_chosen=False, reason=error.message
            )
            found.append(broken)
            continue
        is_chosen = chosen is not None and _is_same(interpreter, chosen)
        if is_chosen:
            chosen = None  # the first place where it is counts
        found.append(
            KnownPython(
                interpreter.environment["python_full_version"],
                interpreter.implementation,
                candidate.path,
                candidate.source,
                is_chosen,
                origin if is_chosen else refusal,
            )
        )
    return found


def _origin(session: Session) -> str:
    """Who asks for which Python."""
    try:
        wanted, origin = wanted_python(session)
    except PipenvError:
        return "the Pipfile cannot be read"
    return f"{origin} asks for {wanted}" if wanted else "it runs Pipenv; nothing asks for another"


def _chosen(session: Session) -> tuple[Interpreter | None, str]:
    """The one that a new environment would get; or why there is none."""
    try:
        return choose_interpreter(session), ""
    except InterpreterNotFound as error:
        return None, error.message
    except PipenvError:
        return None, ""


def _is_same(one: Interpreter, other: Interpreter) -> bool:
    paths = {os.path.realpath(each.base_executable or each.executable) for each in (one, other)}
    return len(paths) == 1
