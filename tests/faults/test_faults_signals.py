"""Ended by the user or the system while another process changes the project."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipenv.filesystem.locks import FileLock
from pipenv.operations.project import Project
from pipenv.operations.unfinished_change import project_key

if TYPE_CHECKING:
    from support.command_line import CommandLine


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("words", [("install", "loner"), ("remove",), ("--python", "3")])
def test_who_waits_for_its_turn_can_be_ended(
    pipenv: CommandLine, number: signal.Signals, status: int, words: tuple[str, ...]
) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    pipenv.ok("install")
    before = pipenv.snapshot()
    key = project_key(Project(str(pipenv.pipfile)))
    lock = Path(pipenv.environ["PIPENV_CACHE_DIR"]) / "locks" / f"{key}.project.lock"
    with (
        FileLock(str(lock)),
        subprocess.Popen(
            [sys.executable, "-m", "pipenv", *words],
            cwd=pipenv.root,
            env=pipenv.environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        ) as waiting,
    ):
        assert waiting.stderr is not None
        assert "waiting" in waiting.stderr.readline()
        assert pipenv("verify").status == 0  # who only reads does not wait
        waiting.send_signal(number)
        _, talk = waiting.communicate(timeout=60)
    assert waiting.returncode == status, talk
    assert len(talk.splitlines()) == 1
    assert pipenv.snapshot() == before
