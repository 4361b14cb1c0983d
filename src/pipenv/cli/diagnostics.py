"""Errors become text and an exit status here, and nowhere else."""

from __future__ import annotations

import sys

from pipenv.errors import (
    BackendFailed,
    ConnectionFailed,
    InvalidSpecifier,
    LockfileNotFound,
    PipenvError,
    UsageError,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.console import Console

INTERRUPTED = 130
MOST_PHRASES = 4
RETRIES_PHRASE = "Max retries exceeded"
SPECIFIER_PHRASE = "Invalid specifier:"
NO_FILE_PHRASE = "FileNotFoundError:"
COLLECTING_PHRASE = "Collecting `"
LOG_MARKS = (
    *("ResolutionFailure:", RETRIES_PHRASE, SPECIFIER_PHRASE, NO_FILE_PHRASE),
    COLLECTING_PHRASE,
)
"""Begin lines that are there for programs; people at a terminal are spared them."""


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
        _write(console, error.message, _with_phrases(error), error.hints)
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
        console.complain(error.details, wraps=False)
    for line in _phrases(error) if not console.is_terminal else ():
        console.complain(printable(line))
    console.complain(f"pipenv: error: {printable(error.message)}")
    for hint in error.hints:
        console.complain(_hint(console, hint))


def _with_phrases(error: PipenvError) -> str:
    """The details, unless they say the same as the message, and the lines that programs want."""
    details = error.details if error.details.strip() != error.message else ""
    before = []
    if isinstance(error, BackendFailed) and error.package:
        # What a log reader finds before the output is what it takes the output to be of.
        before = [f"{COLLECTING_PHRASE}{error.package}` (from -r Pipfile)"]
    return "\n".join([*before, *([details.rstrip()] if details else []), *_phrases(error)])


def _phrases(error: BaseException | None) -> list[str]:
    """What programs look for, from the facts of an error and of those that caused it."""
    found: list[str] = []
    while error is not None and len(found) < MOST_PHRASES:
        if isinstance(error, InvalidSpecifier):
            found.append(f"{SPECIFIER_PHRASE} '{error.text}'")
        elif isinstance(error, ConnectionFailed) and error.attempts:
            found.append(f"{RETRIES_PHRASE}: {error.message}")
        elif isinstance(error, LockfileNotFound) and error.is_expected_by_programs:
            found.append(f"{NO_FILE_PHRASE} {error.message}")
        error = error.__cause__
    return [*dict.fromkeys(found)]


def _write(console: Console, message: str, details: str, hints: tuple[str, ...]) -> None:
    plain = "error:" if console.is_terminal else "ERROR:"
    label = console.styled(plain, "red") if console.is_terminal else plain
    console.complain(f"{label} {printable(message)}")
    if console.is_terminal and console.verbosity <= 0:
        details = "".join(
            line for line in details.splitlines(keepends=True) if not line.startswith(LOG_MARKS)
        )
    if details.strip():
        console.complain(printable(details.rstrip()))
    for hint in hints:
        console.complain(_hint(console, hint))


def _hint(console: Console, hint: str) -> str:
    return f"{console.styled('hint:', 'cyan')} {printable(hint)}"


def printable(text: str) -> str:
    """`text` without control characters, which a server could use to repaint a terminal."""
    return "".join(
        character for character in text if character in "\n\t" or character.isprintable()
    )
