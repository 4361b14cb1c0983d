"""The long way: parse the line, load the one command module it names, turn errors into text."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # `signal` would load `enum`
import gc
import os
import sys

from pipenv import __version__
from pipenv.cli import options
from pipenv.cli.console import Console, ReaderGone
from pipenv.cli.context import Context, settings_of
from pipenv.cli.diagnostics import report_failure
from pipenv.cli.plain_lines import read_plain_line
from pipenv.cli.transcript import Transcript
from pipenv.errors import PipenvError
from pipenv.operations.dotenv_settings import with_dotenv

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import FrameType, ModuleType

    from pipenv.cli.parsing import Parser
    from pipenv.cli.registry import CommandEntry

TERMINATED = 143
READER_GONE = 141
"""What a shell makes of SIGPIPE."""


class _Terminated(BaseException):
    """SIGTERM arrived."""


def dispatch(argv: Sequence[str], environ: Mapping[str, str], cwd: str) -> int:
    """Carry out `argv` and return the exit status; nothing is raised."""
    console = Console(environ, _early_verbosity(argv))
    gc.disable()
    previous = _signal.signal(_signal.SIGTERM, _terminate)
    try:
        return _dispatch(argv, environ, cwd, console)
    except ReaderGone:
        # Else Python complains once more when it flushes what is left.
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())
        os.close(nothing)
        return READER_GONE
    except _Terminated:
        console.end_live()
        console.complain("terminated")
        return TERMINATED
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the one place for all errors
        if console.machine_form is not None:
            console.data(console.machine_form.failed(error))
        return report_failure(error, console)
    finally:
        console.end_live()
        _signal.signal(_signal.SIGTERM, previous)


def _dispatch(argv: Sequence[str], environ: Mapping[str, str], cwd: str, console: Console) -> int:
    if "_ARGCOMPLETE" in environ:
        return _complete(environ, cwd)
    if "_PIPENV_COMPLETE" in environ:
        return _complete_in_the_old_way(environ["_PIPENV_COMPLETE"], console)
    plain = read_plain_line(argv, argument_adder)
    entry: CommandEntry | None
    if plain is not None:
        entry, values = plain
    else:
        from pipenv.cli.parsing import parse  # noqa: PLC0415 - slow to load and seldom needed

        line = parse(argv, argument_adder, environ.get("PIPENV_COMMAND") or None)
        if line.wants_help:
            console.data(line.parser.format_help().rstrip("\n"))
            return 0
        entry, values = line.entry, line.values
    if entry is None and values.get("show_version"):
        console.data(f"pipenv, version {__version__}")
        return 0
    environ = _with_dotenv(environ, cwd)
    settings = settings_of(values, environ)
    console.verbosity = settings.verbosity
    console.wants_progress = not settings.flag("nospin")
    _warn(console, entry, values, settings.unreadable, environ)
    console.is_rehearsal = bool(values.get("dry_run"))
    if values.get("machine_form"):
        console.machine_form = _module("pipenv.cli.machine_form").MachineForm()
    context = Context(
        values=values,
        settings=settings,
        environ=environ,
        cwd=cwd,
        console=console,
        report=Transcript(console),
        argv=argv,
    )
    stem = entry.module if entry is not None else _root_stem(values)
    context.command_module = _command_module
    status = _command_module(stem).run(context)
    if not isinstance(status, int):
        raise PipenvError(f"the command `{stem}` ended without a status")
    return status


def _with_dotenv(environ: Mapping[str, str], cwd: str) -> Mapping[str, str]:
    """The variables with the share of a ``.env`` file; what reads it is loaded if it is there."""

    def read(path: str, known: Mapping[str, str]) -> Mapping[str, str]:
        found: Mapping[str, str]
        found = _module("pipenv.operations.dotenv_file").read_dotenv(path, known)
        return found

    try:
        return with_dotenv(environ, cwd, read)
    except PipenvError:
        # Whoever needs the project or the file meets the same, and says so.
        return environ


def _complete(environ: Mapping[str, str], cwd: str) -> int:
    status: int = _module("pipenv.cli.completing").answer(environ, cwd, argument_adder)
    return status


def _complete_in_the_old_way(asked: str, console: Console) -> int:
    """Say what has taken its place, and still print the script; the status is 1, as upstream's."""
    shell, _, action = asked.partition("_")
    text = None
    if action == "source":
        forms = _module("pipenv.cli.command_forms").command_forms(argument_adder)
        text = _module("pipenv.cli.completion_scripts").script(shell, forms)
    named = shell if text is not None else "SHELL"
    console.complain(f"_PIPENV_COMPLETE is deprecated: `pipenv completion {named}` does the same")
    if text is not None:
        console.data(text)
    return 1


def _root_stem(values: Mapping[str, object]) -> str:
    asked = (stem for field, stem in options.ROOT_QUESTIONS.items() if values.get(field))
    return next(asked, "ensure")


def _warn(
    console: Console,
    entry: CommandEntry | None,
    values: Mapping[str, object],
    unreadable: Sequence[str],
    environ: Mapping[str, str],
) -> None:
    """Tell of what is deprecated, does nothing, or cannot be read."""
    for option in options.ROOT if entry is None else ():
        if option.deprecated and values.get(option.field):
            console.say(f"notice: {option.flags[-1]} is deprecated: {option.deprecated}")
    if environ.get("PIPENV_COLORBLIND"):
        console.say("notice: PIPENV_COLORBLIND is deprecated: NO_COLOR does the same")
    for flag in options.idle_ones(values):
        console.say(f"notice: {flag} means nothing here")
    for name in unreadable:
        console.say(f"notice: {name} is ignored: its value is none that it can have")


def argument_adder(stem: str) -> Callable[[Parser], None]:
    """What declares the options of a command module, by its stem."""
    adder: Callable[[Parser], None] = _command_module(stem).add_arguments
    return adder


def _command_module(stem: str) -> ModuleType:
    return _module(f"pipenv.cli.commands.{stem}")


def _module(name: str) -> ModuleType:
    __import__(name)
    return sys.modules[name]


def _early_verbosity(argv: Sequence[str]) -> int:
    """Verbosity for errors of the parser itself."""
    return 1 if any(word in {"-v", "--verbose"} for word in argv[:1]) else 0


def _terminate(signum: int, frame: FrameType | None) -> None:
    del signum, frame
    raise _Terminated
