"""Where Pipenv starts and ends: here alone ``argv`` and the environment are read."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out one command line; returns the exit status.

    The plain forms of the questions that prompts and editors ask are answered first, by a module
    that loads almost nothing; everything else goes to `pipenv.cli.dispatch`.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    from pipenv.cli import quick
    from pipenv.errors import PipenvError

    try:
        status = quick.answer(arguments, os.environ)
    except (PipenvError, OSError):
        status = None
    if status is None:
        from pipenv.cli.dispatch import dispatch

        status = dispatch(arguments, dict(os.environ), os.getcwd())
    return _finish(status)


def _finish(status: int) -> int:
    """Flush, so that a reader who went away is noticed here and not in a traceback."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return status or 1
    return status
