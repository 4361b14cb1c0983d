"""A command at a terminal, with somebody who answers what it asks."""

from __future__ import annotations

import os
import pty
import select
import subprocess
from typing import TYPE_CHECKING, NamedTuple

from support.command_line import PIPENV_PROCESS

if TYPE_CHECKING:
    from support.command_line import CommandLine

_PATIENCE_SECONDS = 60


class Seen(NamedTuple):
    """How a command ended, and what the terminal showed."""

    status: int
    text: str


def answered(pipenv: CommandLine, *words: str, question: str, answer: str) -> Seen:
    """Carry out ``pipenv WORDS`` and type `answer` when the terminal shows `question`."""
    controller, terminal = pty.openpty()
    with subprocess.Popen(
        [*PIPENV_PROCESS, *words],
        cwd=pipenv.root,
        env={**pipenv.environ, "TERM": "dumb"},
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
    ) as process:
        os.close(terminal)
        text = _read_until(controller, question)
        os.write(controller, f"{answer}\n".encode())
        text += _read_until(controller, None)
        process.wait(_PATIENCE_SECONDS)
    os.close(controller)
    return Seen(process.returncode, text)


def _read_until(controller: int, text: str | None) -> str:
    """What the terminal shows, up to `text` or to the end."""
    seen = b""
    while text is None or text.encode() not in seen:
        if not select.select([controller], [], [], _PATIENCE_SECONDS)[0]:
            break
        try:
            data = os.read(controller, 4096)
        except OSError:  # how Linux says that the other end is closed
            break
        if not data:
            break
        seen += data
    return seen.decode()
