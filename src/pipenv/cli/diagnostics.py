"""Errors become text and an exit status here, and nowhere else."""

from __future__ import annotations

import sys

from pipenv.errors import PipenvError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.console import Console

INTERRUPTED = 130
LOG_MARK = "ResolutionFailure:"
"""Begins a line of details that is there for programs; people at a terminal are spared it."""


def report_failure(error: BaseException, console: Console) -> int:
    """Explain `error` on stderr; returns the exit status.

    On a terminal the label is ``error:``; elsewhere it is ``ERROR:``, which log readers look for.
    A traceback is shown only with ``--verbose``.
    """
    console.end_live()
    if isinstance(error, KeyboardInterrupt):
        console.complain("interrupted")
        return INTERRUPTED
    if isinstance(error, UsageError):
        _usage(error, console)
        return error.exit_status
    if console.verbosity > 0:
        # As the interpreter would, which spares loading `traceback`.
        sys.__excepthook__(type(error), error, error.__traceback__)
    if isinstance(error, PipenvError):
        _write(console, error.message, error.details, error.hints)
        return error.exit_status
    if isinstance(error, OSError):
        subject = f" `{error.filename}`" if error.filename else ""
        reason = error.strerror or str(error)
        _write(console, f"the operating system refused{subject}: {reason}", "", ())
        return 1
    _write(
        console,
        f"Pipenv itself failed: {type(error).__name__}: {error}",
        "",
        ("run the command again with --verbose and report what it shows",),
    )
    return 1


def _usage(error: UsageError, console: Console) -> None:
    if error.details:
        console.complain(error.details)
    console.complain(f"pipenv: error: {printable(error.message)}")
    for hint in error.hints:
        console.complain(f"{console.styled('hint:', 'cyan')} {hint}")


def _write(console: Console, message: str, details: str, hints: tuple[str, ...]) -> None:
    label = console.styled("error:", "red") if console.is_terminal else "ERROR:"
    console.complain(f"{label} {printable(message)}")
    if console.is_terminal and console.verbosity <= 0:
        details = "".join(
            line for line in details.splitlines(keepends=True) if not line.startswith(LOG_MARK)
        )
    if details.strip():
        console.complain(printable(details.rstrip()))
    for hint in hints:
        console.complain(f"{console.styled('hint:', 'cyan')} {printable(hint)}")


def printable(text: str) -> str:
    """`text` without control characters, which a server could use to repaint a terminal."""
    return "".join(
        character for character in text if character in "\n\t" or character.isprintable()
    )
