"""A Python that is missing, installed with pyenv, asdf or Windows' install manager.

Only if somebody said so: on a terminal the user is asked, elsewhere ``PIPENV_YES`` or
``PIPENV_PYENV_AUTO_INSTALL`` has to have answered.
"""

from __future__ import annotations

import threading

from pipenv.errors import FileAccessError, InterpreterNotFound
from pipenv.events import Notice, ProgramOutput
from pipenv.models.records import NamedTuple
from pipenv.processes import run_by_lines, run_captured
from pipenv.virtualenvs.discovery import this_machine
from pipenv.virtualenvs.python_request import parse_request
from pipenv.virtualenvs.version_tools import asdf, installable, pyenv, pymanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipenv.events import Confirm, Reporter
    from pipenv.settings import Settings
    from pipenv.virtualenvs.interpreter_sources import Machine
    from pipenv.virtualenvs.python_request import PythonRequest
    from pipenv.virtualenvs.version_tools import VersionTool

INSTALL_SECONDS = 900
"""Building a Python takes minutes."""
_LISTING_SECONDS = 60.0


class Surroundings(NamedTuple):
    """What installing needs to know, and whom it talks to."""

    settings: Settings
    environ: Mapping[str, str]
    cwd: str
    report: Reporter
    confirm: Confirm


def install_missing(wanted: str | None, here: Surroundings, missing: InterpreterNotFound) -> bool:
    """Install the Python that `wanted` means; tell whether that was done.

    Nothing is done for paths, ranges and names without a version. Where there is nobody to ask,
    `missing` gets a hint.

    Raises:
        InterpreterNotFound: the tool failed.
    """
    request = parse_request(wanted)
    if not request.version or request.kind not in {"version", "command"}:
        return False
    machine = this_machine(here.environ, here.cwd)
    for tool in _tools(here.settings, machine):
        version = _version(tool, request, here.environ)
        if version is None:
            continue
        answer = _answer(here.settings, here.confirm, version, tool)
        if answer is None:
            hint = f"PIPENV_YES=1 lets {tool.name} install {version}"
            missing.hints = (*missing.hints, hint)
        if not answer:
            return False
        _install(here, tool, version)
        return True
    return False


def _tools(settings: Settings, machine: Machine) -> list[VersionTool]:
    """Those that may be used, in upstream's order of preference."""
    known = (("pyenv", pyenv), ("asdf", asdf), ("pymanager", pymanager))
    found = [find(machine) for name, find in known if not settings.flag(f"dont_use_{name}")]
    return [tool for tool in found if tool is not None]


def _version(tool: VersionTool, request: PythonRequest, environ: Mapping[str, str]) -> str | None:
    if not tool.listing:
        return ".".join(str(part) for part in request.version)
    try:
        completed = run_captured(
            [tool.program, *tool.listing], environment=environ, timeout_seconds=_LISTING_SECONDS
        )
    except FileAccessError:
        return None
    return installable(completed.stdout.decode("utf-8", "replace"), request)


def _answer(settings: Settings, confirm: Confirm, version: str, tool: VersionTool) -> bool | None:
    if settings.flag("yes") or settings.flag("pyenv_auto_install"):
        return True
    name = f"Python {version}" if version[0].isdecimal() else version
    return confirm(f"Install {name} with {tool.name}? That may take some minutes.")


def _install(here: Surroundings, tool: VersionTool, version: str) -> None:
    words = [tool.program, *tool.installing, version]
    line = " ".join((tool.name, *words[1:]))
    here.report(Notice("installing-python", f"running `{line}`, which may take some minutes"))
    limit = here.settings.number("install_timeout") or INSTALL_SECONDS
    over = threading.Event()
    clock = threading.Timer(limit, over.set)
    clock.daemon = True
    clock.start()

    def hand_on(text: bytes, is_error: bool) -> None:  # noqa: FBT001 - what `run_by_lines` calls
        del is_error
        here.report(ProgramOutput(tool.name, text.decode("utf-8", "replace").rstrip("\r\n")))

    try:
        status = run_by_lines(words, environment=here.environ, cwd=None, write=hand_on, stop=over)
    except FileAccessError as error:
        raise InterpreterNotFound(f"cannot run {tool.name}: {error.message}") from error
    finally:
        clock.cancel()
    if over.is_set():
        raise InterpreterNotFound(
            f"`{line}` did not end within {limit} seconds and was stopped",
            hints=[f"run `{line}` yourself", "PIPENV_INSTALL_TIMEOUT=SECONDS allows it more time"],
        )
    if status:
        raise InterpreterNotFound(
            f"`{line}` failed with status {status}",
            hints=[f"run `{line}` yourself", "or choose another Python with --python"],
        )
