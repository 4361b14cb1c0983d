# PYTHON_ARGCOMPLETE_OK
"""Where Pipenv starts and ends: here alone ``argv`` and the environment are read."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipenv.cli.parsing import Parser


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out one command line; returns the exit status.

    The plain forms of the questions that prompts and editors ask are answered first, by a module
    that loads almost nothing; everything else goes to `pipenv.cli.dispatch`.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    status = None
    if "_ARGCOMPLETE" in os.environ:
        # Each stroke of the tab key comes here.
        from pipenv.cli import completing

        return _finish(completing.answer(os.environ, os.getcwd(), _arguments_of))
    try:
        if arguments and arguments[0] in {"lock", "sync", "install", "verify"}:
            from pipenv.cli import quick_unchanged

            if quick_unchanged.is_plain(arguments):
                status = quick_unchanged.answer(arguments, os.environ)
        elif len(arguments) == 1:
            from pipenv.cli import quick

            status = quick.answer(arguments[0], os.environ)
        elif arguments and arguments[0] == "run":
            from pipenv.cli import quick_run

            status = quick_run.run(arguments[1:], os.environ)
    except Exception:  # noqa: BLE001, S110 - the long way meets it again and explains it
        pass
    if status is None:
        from pipenv.cli.dispatch import dispatch

        status = dispatch(arguments, dict(os.environ), os.getcwd())
    status = _finish(status)
    if argv is None:
        # The interpreter would spend milliseconds on tidying up what the system frees at once.
        os._exit(status)
    return status


def _arguments_of(stem: str) -> Callable[[Parser], None]:
    """What declares the arguments of a command, which few completions need."""
    from pipenv.cli.dispatch import argument_adder

    return argument_adder(stem)


def _finish(status: int) -> int:
    """Flush, so that a reader who went away is noticed here and not in a traceback."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return status or 1
    return status
