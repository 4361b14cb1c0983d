"""stdout is data, stderr is talk. The one place that writes to either."""

from __future__ import annotations

import os
import sys
import time
from _thread import allocate_lock  # `threading` is not needed by all commands

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

    from pipenv.cli.machine_form import MachineForm

STYLES = {"bold": "1", "red": "31", "green": "32", "yellow": "33", "cyan": "36", "dim": "2"}


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
        self._live = ""
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
        """Whether talk may be coloured (``NO_COLOR``, ``FORCE_COLOR``)."""
        if self._environ.get("NO_COLOR") or self._environ.get("PIPENV_COLORBLIND"):
            return False
        return self.is_terminal or bool(self._environ.get("FORCE_COLOR"))

    @property
    def has_marks(self) -> bool:
        """Whether ✔ and ✘ may stand before a line."""
        hidden = self._environ.get("PIPENV_HIDE_EMOJIS", "").lower() not in {"", "0", "false"}
        in_ci = any(self._environ.get(name) for name in ("CI", "TF_BUILD"))
        encoding = (getattr(sys.stderr, "encoding", None) or "ascii").lower()
        return not hidden and not in_ci and sys.platform != "win32" and "utf" in encoding

    def data(self, text: str) -> None:
        """Write what was asked for, as it is, to stdout."""
        with self._lock:
            self.has_written = True
            self._clear_live()
            _write(sys.stdout, text + "\n")

    def say(self, text: str) -> None:
        """Tell the user something; silent when quiet."""
        if self.verbosity >= 0:
            self.complain(text)

    def announce(self, text: str) -> None:
        """Tell of a change: what was asked for where nothing is really changed, else talk."""
        (self.data if self.is_rehearsal else self.say)(text)

    def elapsed(self) -> str:
        """How long this run has taken, for the end of a line."""
        return f" in {time.monotonic() - self._began:.2f} s"

    def detail(self, text: str) -> None:
        """Tell something that only ``--verbose`` wants."""
        if self.verbosity > 0:
            self.complain(text)

    def complain(self, text: str) -> None:
        """Write to stderr whatever the verbosity."""
        with self._lock:
            self.has_written = True
            self._clear_live()
            _write(sys.stderr, text + "\n")

    def ask(self, question: str) -> bool | None:
        """Ask the user; `None` where there is no terminal to ask on."""
        streams = (sys.stdin, sys.stderr)
        if not all(stream is not None and stream.isatty() for stream in streams):
            return None
        with self._lock:
            self._clear_live()
            sys.stderr.write(f"{question} [y/N] ")
            sys.stderr.flush()
        return sys.stdin.readline().strip().lower() in {"y", "yes"}

    def live(self, text: str) -> None:
        """Replace the one live line of a terminal; nothing happens elsewhere."""
        if self.verbosity < 0 or not self.is_terminal:
            return
        with self._lock:
            self._clear_live()
            width = self.width
            self._live = text[: width - 1]
            sys.stderr.write(self._live)
            sys.stderr.flush()

    def end_live(self) -> None:
        """Remove the live line."""
        with self._lock:
            self._clear_live()
            sys.stderr.flush()

    def _clear_live(self) -> None:
        if self._live:
            sys.stderr.write("\r\x1b[K")
            self._live = ""

    @property
    def width(self) -> int:
        """Columns to write in."""
        columns = self._environ.get("COLUMNS", "")
        if columns.isdecimal() and int(columns) > 0:
            return int(columns)
        try:
            return max(20, _terminal_columns())
        except OSError:
            return 80

    @property
    def page_width(self) -> int | None:
        """Columns of the terminal that data goes to; `None` where it goes elsewhere."""
        if not sys.stdout.isatty():
            return None
        columns = self._environ.get("COLUMNS", "")
        if columns.isdecimal() and int(columns) > 0:
            return int(columns)
        try:
            return max(20, os.get_terminal_size(sys.stdout.fileno()).columns)
        except OSError:
            return 80

    def styled(self, text: str, style: str) -> str:
        """`text` in `style` (a key of `STYLES`) where colour is allowed."""
        return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if self.has_colour else text

    def success(self, text: str) -> str:
        """`text` with the mark of success where marks are wanted."""
        return self.styled(f"✔ {text}" if self.has_marks else text, "green")


def _terminal_columns() -> int:
    return os.get_terminal_size(sys.stderr.fileno()).columns


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
