"""The long way: parse the line, load the one command module it names, turn errors into text."""

from __future__ import annotations

import gc
import importlib
import signal

from pipenv import __version__
from pipenv.cli.console import Console
from pipenv.cli.context import Context, settings_of
from pipenv.cli.diagnostics import report_failure
from pipenv.cli.parsing import parse
from pipenv.cli.transcript import Transcript
from pipenv.errors import PipenvError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import FrameType, ModuleType

    from pipenv.cli.parsing import Line, Parser

TERMINATED = 143
ROOT_COMMANDS = {
    "show_where": "where",
    "show_py": "py",
    "show_venv": "venv",
    "show_rm": "remove",
}
"""Root options that are commands of their own, in upstream's order of precedence."""


class _Terminated(BaseException):
    """SIGTERM arrived."""


def dispatch(argv: Sequence[str], environ: Mapping[str, str], cwd: str) -> int:
    """Carry out `argv` and return the exit status; nothing is raised."""
    console = Console(environ, _early_verbosity(argv))
    gc.disable()
    previous = signal.signal(signal.SIGTERM, _terminate)
    try:
        return _dispatch(argv, environ, cwd, console)
    except _Terminated:
        console.end_live()
        console.complain("terminated")
        return TERMINATED
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the one place for all errors
        if console.machine_form is not None:
            console.data(console.machine_form.failed(error))
        return report_failure(error, console)
    finally:
        signal.signal(signal.SIGTERM, previous)


def _dispatch(argv: Sequence[str], environ: Mapping[str, str], cwd: str, console: Console) -> int:
    line = parse(argv, _argument_adder)
    if line.wants_help:
        console.data(line.parser.format_help().rstrip("\n"))
        return 0
    if line.entry is None and line.values.get("show_version"):
        console.data(f"pipenv, version {__version__}")
        return 0
    settings = settings_of(line.values, environ)
    console.verbosity = settings.verbosity
    if line.values.get("machine_form"):
        console.machine_form = importlib.import_module("pipenv.cli.machine_form").MachineForm()
    context = Context(
        values=line.values,
        settings=settings,
        environ=environ,
        cwd=cwd,
        console=console,
        report=Transcript(console),
    )
    context.command_module = _command_module
    module = _command_module(_stem(line))
    status = module.run(context)
    if not isinstance(status, int):
        raise PipenvError(f"the command `{_stem(line)}` ended without a status")
    return status


def _stem(line: Line) -> str:
    if line.entry is not None:
        return line.entry.module
    for field, stem in ROOT_COMMANDS.items():
        if line.values.get(field):
            return stem
    return "ensure"


def _argument_adder(stem: str) -> Callable[[Parser], None]:
    adder: Callable[[Parser], None] = _command_module(stem).add_arguments
    return adder


def _command_module(stem: str) -> ModuleType:
    return importlib.import_module(f"pipenv.cli.commands.{stem}")


def _early_verbosity(argv: Sequence[str]) -> int:
    """Verbosity for errors of the parser itself."""
    return 1 if any(word in {"-v", "--verbose"} for word in argv[:1]) else 0


def _terminate(signum: int, frame: FrameType | None) -> None:
    del signum, frame
    raise _Terminated
