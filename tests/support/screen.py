"""A terminal of so many columns: what it shows in the end, and what went wrong on the way.

Knows what Pipenv and its helpers write: text, line ends, carriage returns, erasing to the end of a
line or of the screen, cursor movements upwards, and colours. Anything else is an error.
"""

from __future__ import annotations

import fcntl
import re
import struct
import subprocess
import termios
from typing import TYPE_CHECKING

from support.command_line import PIPENV_PROCESS
from support.terminal import PATIENCE_SECONDS, read_while, started

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    React = Callable[[bytes, subprocess.Popen[bytes], int], None]

_CONTROL = re.compile(r"\x1b\[(\??[0-9;]*)([A-Za-z])")
ROWS = 50
BROKEN = "\\"
"""Ends a row that the terminal broke, and not the program."""


class Screen:
    """The rows that a terminal shows, and those that have left it at the top."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self._rows: list[list[str]] = [[]]
        self._broken: set[int] = set()
        self._row = 0
        self._column = 0
        self._colour = ""
        self.colours: set[str] = set()
        """The parameters of all changes of colour."""
        self.erased: list[str] = []
        """The rows that were taken away again, as they were."""

    def feed(self, text: str) -> None:
        """Take what a program writes."""
        position = 0
        while position < len(text):
            found = _CONTROL.match(text, position)
            if found is not None:
                self._control(found[1], found[2])
                position = found.end()
                continue
            self._put(text[position])
            position += 1

    def _put(self, character: str) -> None:
        if character == "\r":
            self._column = 0
        elif character == "\n":
            self._down()
        elif character.isprintable():
            if self._column == self.columns:
                self._broken.add(self._row)
                self._down()
                self._column = 0
            row = self._rows[self._row]
            row += [" "] * (self._column + 1 - len(row))
            row[self._column] = character
            self._column += 1
        else:
            raise AssertionError(f"the terminal got {character!r}")

    def _down(self) -> None:
        self._row += 1
        if self._row == len(self._rows):
            self._rows.append([])

    def _control(self, parameters: str, letter: str) -> None:
        if letter == "m":
            self.colours.add(parameters)
            self._colour = parameters
        elif letter == "K" and parameters in {"", "0"}:
            self._erase(self._row)
        elif letter == "J" and parameters in {"", "0"}:
            for row in range(len(self._rows) - 1, self._row, -1):
                self._erase(row)
                del self._rows[row]
            self._erase(self._row)
        elif letter == "A":
            self._row = max(0, self._row - int(parameters or 1))
        else:
            raise AssertionError(f"the terminal got the sequence {parameters}{letter}")

    def _erase(self, row: int) -> None:
        column = self._column if row == self._row else 0
        gone = "".join(self._rows[row][column:])
        del self._rows[row][column:]
        self._broken.discard(row)
        if gone:
            self.erased.append(gone)

    def resize(self, columns: int) -> None:
        """Have as many columns from now on; the row of the cursor is broken if it must be."""
        cells = self._rows.pop(self._row)
        position = self._column
        assert self._row == len(self._rows)
        self.columns = columns
        for start in range(0, max(len(cells), 1), columns):
            self._rows.append(cells[start : start + columns])
        self._row += max(position - 1, 0) // columns
        self._column = position - max(position - 1, 0) // columns * columns

    @property
    def text(self) -> str:
        """The rows, without what is blank at their ends."""
        lines = [
            "".join(row).rstrip() + (BROKEN if at in self._broken else "")
            for at, row in enumerate(self._rows)
        ]
        return "\n".join(lines).rstrip("\n") + "\n"

    @property
    def is_tidy(self) -> bool:
        """Whether the cursor begins a row below everything, in the usual colour."""
        is_below = self._row == len(self._rows) - 1 and not self._rows[-1]
        return is_below and self._column == 0 and self._colour in {"", "0"}


def watch(
    words: Sequence[str],
    *,
    cwd: Path,
    environ: Mapping[str, str],
    columns: int,
    react: React | None = None,
    program: Sequence[str] = PIPENV_PROCESS,
) -> tuple[int, str]:
    """Carry out ``pipenv WORDS`` at a terminal; returns the status and what it wrote.

    Args:
        words: the line.
        cwd: the folder to be in.
        environ: all of the variables.
        columns: of the terminal.
        react: told what has been written so far each time that there is more, the process, and
            the other end of its terminal.
        program: what the words are given to.
    """

    def go_on(seen: bytes) -> bool:
        if react is not None and seen:
            react(seen, process, controller)
        return True

    with started(
        words,
        cwd=cwd,
        environ=environ,
        program=program,
        prepare=lambda terminal: resize(terminal, columns),
    ) as (controller, process):
        seen = read_while(controller, go_on)
        status = process.wait(PATIENCE_SECONDS)
    return status, seen.decode()


def resize(terminal: int, columns: int) -> None:
    """Give a terminal so many columns."""
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, columns, 0, 0))
