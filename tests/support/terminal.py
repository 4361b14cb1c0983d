"""A command at a terminal, with somebody who answers what it asks."""

from __future__ import annotations

import os
import pty
import select
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from support.command_line import PIPENV_PROCESS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from support.command_line import CommandLine

PATIENCE_SECONDS = 60


class Seen(NamedTuple):
    """How a command ended, and what the terminal showed."""

    status: int
    text: str


def answered(pipenv: CommandLine, *words: str, question: str, answer: str) -> Seen:
    """Carry out ``pipenv WORDS`` and type `answer` when the terminal shows `question`."""
    environ = {**pipenv.environ, "TERM": "dumb"}
    with started(words, cwd=pipenv.root, environ=environ) as (controller, process):
        seen = read_while(controller, lambda seen: question.encode() not in seen)
        os.write(controller, f"{answer}\n".encode())
        seen += read_while(controller, lambda _: True)
        process.wait(PATIENCE_SECONDS)
    return Seen(process.returncode, seen.decode())


@contextmanager
def started(
    words: Sequence[str],
    *,
    cwd: Path,
    environ: Mapping[str, str],
    program: Sequence[str] = PIPENV_PROCESS,
    prepare: Callable[[int], None] = lambda _: None,
) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """Start ``pipenv WORDS`` at a new terminal; lend our end of it, and the process.

    Args:
        words: the line.
        cwd: the folder to be in.
        environ: all of the variables.
        program: what the words are given to.
        prepare: given our end of the terminal before anything is started.
    """
    controller, terminal = pty.openpty()
    prepare(controller)
    with subprocess.Popen(
        [*program, *words],
        cwd=cwd,
        env=dict(environ),
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
    ) as process:
        os.close(terminal)
        yield controller, process
    os.close(controller)


def read_while(controller: int, goes_on: Callable[[bytes], bool]) -> bytes:
    """What the terminal shows, to the end, or until `goes_on` has enough of all that was shown."""
    seen = b""
    while goes_on(seen) and select.select([controller], [], [], PATIENCE_SECONDS)[0]:
        try:
            data = os.read(controller, 65536)
        except OSError:  # how Linux says that the other end is closed
            break
        if not data:
            break
        seen += data
    return seen
