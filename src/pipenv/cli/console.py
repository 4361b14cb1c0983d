"""stdout is data, stderr is talk. The one place that writes to either."""

from __future__ import annotations

import os
import sys
import time
from _thread import allocate_lock  # `threading` is not needed by all commands

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TextIO

    from pipenv.cli.machine_form import MachineForm

STYLES = {"bold": "1", "red": "31", "green": "32", "yellow": "33", "cyan": "36", "dim": "2"}
_NO = frozenset({"", "0", "false", "no", "off"})
_REDRAW_SECONDS = 0.1
_LEAST_COLUMNS = 20
_USUAL_COLUMNS = 80


class ReaderGone(BaseException):
    """Whoever read our output has stopped, as ``head`` does."""


class Console:
    """Writes lines; knows whether somebody looks at a terminal and whether marks are wanted.

    `verbosity` is -1, 0 or 1.  At -1 only `data` and `complain` write.
    """

    def __init__(self, environ: Mapping[str, str], verbosity: int = 0) -> None:
        self._environ = environ
        self.verbosity = verbosity
        self.machine_form: MachineForm | None = None
        """Set where stdout is to get one JSON document."""
        self._lock = allocate_lock()
        self._live = 0
        """Columns that the live line takes."""
        self._drawn_at = 0.0
        self._is_still = False
        """Nothing more is drawn: somebody is asked something, or the run is over."""
        self.wants_progress = True
        """Whether a terminal is to see what is going on (``PIPENV_NOSPIN``)."""
        self._shows_progress: bool | None = None
        self._began = time.monotonic()
        self.is_rehearsal = False
        """``--dry-run``: changes are told and not made."""
        self.has_written = False
        """Something was said or written that stays."""

    @property
    def is_terminal(self) -> bool:
        """Whether talk goes to a terminal that understands control codes."""
        return sys.stderr.isatty() and self._environ.get("TERM") != "dumb"

    @property
    def has_colour(self) -> bool:
        """Whether talk may be coloured, or in a rehearsal what is told on stdout.

        ``NO_COLOR`` and ``CLICOLOR=0`` say no, ``FORCE_COLOR`` and ``CLICOLOR_FORCE`` yes, and in
        this order; else it takes a terminal.
        """
        get = self._environ.get
        if get("NO_COLOR") or get("PIPENV_COLORBLIND"):
            return False
        if get("FORCE_COLOR") or get("CLICOLOR_FORCE", "0") not in {"", "0"}:
            return True
        stream = sys.stdout if self.is_rehearsal else sys.stderr
        return get("CLICOLOR") != "0" and get("TERM") != "dumb" and stream.isatty()

    @property
    def has_marks(self) -> bool:
        """Whether ✔ and ✘ may stand before a line."""
        hidden = self._environ.get("PIPENV_HIDE_EMOJIS", "").lower() not in _NO
        encoding = (getattr(sys.stderr, "encoding", None) or "ascii").lower()
        return not hidden and not self._in_ci and sys.platform != "win32" and "utf" in encoding

    @property
    def _in_ci(self) -> bool:
        return any(self._environ.get(name, "").lower() not in _NO for name in ("CI", "TF_BUILD"))

    def data(self, text: str) -> None:
        """Write what was asked for, as it is, to stdout."""
        with self._lock:
            self.has_written = True
            self._clear_live()
            _write(sys.stdout, text + "\n")

    def say(self, text: str, *, wraps: bool = True) -> None:
        """Tell the user something; silent when quiet."""
        if self.verbosity >= 0:
            self.complain(text, wraps=wraps)

    def announce(self, text: str) -> None:
        """Tell of a change: what was asked for where nothing is really changed, else talk."""
        (self.data if self.is_rehearsal else self.say)(text)

    def log(self, text: str) -> None:
        """Tell what is going on, of which nothing needs to be told again; silent when quiet."""
        if self.verbosity >= 0:
            with self._lock:
                _write(sys.stderr, text + "\n")

    def elapsed(self) -> str:
        """How long this run has taken, for the end of a line."""
        return f" in {time.monotonic() - self._began:.2f} s"

    def detail(self, text: str) -> None:
        """Tell something that only ``--verbose`` wants."""
        if self.verbosity > 0:
            self.complain(text, wraps=False)

    def complain(self, text: str, *, wraps: bool = True) -> None:
        """Write to stderr whatever the verbosity; a terminal gets lines broken between words."""
        if wraps and len(text) >= _LEAST_COLUMNS and self.is_terminal:
            # Late, for logs and for the quick answers, which are short.
            from pipenv.cli.word_lines import wrapped  # noqa: PLC0415

            text = wrapped(text, self.width)
        with self._lock:
            self.has_written = True
            self._clear_live()
            _write(sys.stderr, text + "\n")

    @property
    def shows_progress(self) -> bool:
        """Whether there is a live line: at a terminal, unless quiet or unwanted or in CI."""
        if self._shows_progress is None:
            self._shows_progress = self.wants_progress and not self._in_ci and self.is_terminal
        return self._shows_progress and self.verbosity >= 0

    def ask(self, question: str) -> bool | None:
        """Ask the user; `None` where there is no terminal to ask on."""
        streams = (sys.stdin, sys.stderr)
        if not all(stream is not None and stream.isatty() for stream in streams):
            return None
        with self._lock:
            self._clear_live()
            was_still, self._is_still = self._is_still, True
            sys.stderr.write(f"{question} [y/N] ")
            sys.stderr.flush()
        try:
            return sys.stdin.readline().strip().lower() in {"y", "yes"}
        finally:
            self._is_still = was_still

    def live(self, line: Callable[[int], str], *, at_once: bool = False) -> None:
        """Replace the live line of a terminal, ten times a second at most.

        Args:
            line: gives the text, of one line, that fits in so many columns.
            at_once: draw it however young the last one is.
        """
        if not self.shows_progress:
            return
        now = time.monotonic()
        if not at_once and now - self._drawn_at < _REDRAW_SECONDS:
            return
        with self._lock:
            if self._is_still:
                return
            self._drawn_at = now
            erasing = self._erasing()
            # The last column stays free: a cursor behind it would be in the next row.
            text = line(_terminal_columns() - 1)
            self._live = len(text)
            if erasing or text:
                _write(sys.stderr, erasing + text)

    def end_live(self) -> None:
        """Remove the live line, and let none come after it: threads may go on for a while."""
        with self._lock:
            self._is_still = True
            self._clear_live()

    def _clear_live(self) -> None:
        if self._live:
            _write(sys.stderr, self._erasing())

    def _erasing(self) -> str:
        """What takes the live line away.

        A terminal that has become narrower since has broken the line, all but xterm.
        """
        drawn, self._live = self._live, 0
        if not drawn:
            return ""
        above = 0 if self._environ.get("XTERM_VERSION") else (drawn - 1) // _terminal_columns()
        return f"\x1b[{above}A\r\x1b[J" if above else "\r\x1b[K"

    @property
    def width(self) -> int:
        """Columns to write in."""
        columns = self._environ.get("COLUMNS", "")
        if columns.isdecimal() and int(columns) > 0:
            return int(columns)
        return max(_LEAST_COLUMNS, _terminal_columns())

    @property
    def page_width(self) -> int | None:
        """Columns of the terminal that data goes to; `None` where it goes elsewhere."""
        if not sys.stdout.isatty():
            return None
        columns = self._environ.get("COLUMNS", "")
        if columns.isdecimal() and int(columns) > 0:
            return int(columns)
        return max(_LEAST_COLUMNS, _columns_of(sys.stdout))

    def styled(self, text: str, style: str) -> str:
        """`text` in `style` (a key of `STYLES`) where colour is allowed."""
        return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if self.has_colour else text

    def success(self, text: str) -> str:
        """`text` with the mark of success where marks are wanted."""
        return self.styled(f"✔ {text}" if self.has_marks else text, "green")


def _terminal_columns() -> int:
    return _columns_of(sys.stderr)


def _columns_of(stream: TextIO) -> int:
    """The columns of a terminal; those of the classic one where it does not know."""
    try:
        return os.get_terminal_size(stream.fileno()).columns or _USUAL_COLUMNS
    except (OSError, ValueError):
        return _USUAL_COLUMNS


def _write(stream: TextIO, text: str) -> None:
    """Write, replacing what the stream's encoding cannot say."""
    try:
        try:
            stream.write(text)
        except UnicodeEncodeError:
            encoding = stream.encoding or "ascii"
            stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()
    except BrokenPipeError:
        raise ReaderGone from None
