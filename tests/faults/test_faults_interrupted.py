"""Interrupted, terminated or killed at a known point: no orphan, nothing half done."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.command_line import PIPENV_PROCESS
from support.consistency import insist_on_consistency

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.command_line import CommandLine
    from support.loopback_index import LoopbackIndex

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")

ENDINGS = [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)]
LIMIT_SECONDS = 60
"""So long until a test fails that would wait for ever."""

PAUSE = """
import os, sys
def look(event, arguments):
    if event not in {"open", "os.link", "os.symlink"} or paused:
        return
    if event == "open" and not arguments[2] & 3:
        return
    if any(isinstance(each, str) and os.environ["PAUSE_AT"] in each + "|" for each in arguments):
        paused.append(1)
        os.write(2, b"paused\\n")
        os.close(os.open(os.environ["PAUSE_UNTIL"], os.O_RDONLY))
paused = []
sys.addaudithook(look)
"""
"""Waits for somebody to write to a pipe before it opens a file for writing, or links to one.

The path of that, and ``|`` at its end, has ``PAUSE_AT`` in it.
"""

WAITING = """
import os, subprocess, sys
from factory_backend import *

def build_wheel(*_, **__):
    alive = os.open(%r, os.O_WRONLY)
    wait = "import sys; sys.stdin.read()"
    child = subprocess.Popen([sys.executable, "-c", wait], stdin=subprocess.PIPE, pass_fds=[alive])
    os.write(alive, b"x")
    child.wait()
"""
"""A build backend that waits for ever, with a child that does, too."""


class Alive:
    """A pipe that others keep open while they live."""

    def __init__(self, path: Path) -> None:
        os.mkfifo(path)
        self.path = path
        self._descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)

    def next(self) -> bytes:
        """Wait for a byte; ``b""`` when the last one has ended."""
        poll = select.poll()
        poll.register(self._descriptor, select.POLLIN | select.POLLHUP)
        assert poll.poll(LIMIT_SECONDS * 1000), "nothing happens"
        return os.read(self._descriptor, 1)

    def close(self) -> None:
        os.close(self._descriptor)


@pytest.fixture
def alive(tmp_path: Path) -> Iterator[Alive]:
    made = Alive(tmp_path / "alive")
    yield made
    made.close()


@pytest.fixture
def temporary(pipenv: CommandLine, tmp_path: Path) -> Path:
    """The folder of temporary files, of its own."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    pipenv.environ["TMPDIR"] = str(folder)
    return folder


def start(pipenv: CommandLine, *words: str, **variables: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*PIPENV_PROCESS, *words],
        cwd=pipenv.root,
        env={**pipenv.environ, **variables},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def insist_on_the_end(
    pipenv: CommandLine, process: subprocess.Popen[str], number: signal.Signals, status: int
) -> None:
    """End the process; no child of it goes on, and the files are as before."""
    before = pipenv.snapshot()
    process.send_signal(number)
    _, talk = process.communicate(timeout=LIMIT_SECONDS)  # to the end of the last child
    assert process.returncode == status, talk
    assert "Traceback" not in talk
    said = {signal.SIGINT: "interrupted", signal.SIGTERM: "terminated"}.get(number, "")
    assert talk.rstrip().endswith(said), talk
    assert pipenv.snapshot() == before


def debris(pipenv: CommandLine) -> list[Path]:
    cache = Path(pipenv.environ["PIPENV_CACHE_DIR"])
    return [one for one in cache.rglob("*") if one.parent.name == ".unfinished"]


@pytest.mark.parametrize("ended", ENDINGS)
@pytest.mark.parametrize("ending", ["simple/trunk/", "trunk-1.0-py3-none-any.whl"])
@pytest.mark.parametrize("words", [("install",), ("install", "trunk")])
def test_while_something_is_downloaded(
    pipenv: CommandLine,
    index: LoopbackIndex,
    temporary: Path,
    words: tuple[str, ...],
    ending: str,
    ended: tuple[signal.Signals, int],
) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n' if len(words) == 1 else "")
    hold = index.hold(ending, 7)
    with start(pipenv, *words) as process:
        assert hold.reached.wait(LIMIT_SECONDS)
        insist_on_the_end(pipenv, process, *ended)
    hold.go_on.set()
    if ended[0] != signal.SIGKILL:
        assert not [*temporary.iterdir()]
    index.held.clear()
    pipenv.ok(*words)
    insist_on_consistency(pipenv)
    assert pipenv.installed() == {"trunk": "1.0", "leaf": "1.1"}


@pytest.fixture
def pausing(pipenv: CommandLine, tmp_path: Path) -> Path:
    """The pipe on which a run waits when it comes to the place called ``PAUSE_AT``."""
    (tmp_path / "pausing").mkdir()
    (tmp_path / "pausing" / "sitecustomize.py").write_text(PAUSE, encoding="utf-8")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    pipenv.environ["PYTHONPATH"] += os.pathsep + str(tmp_path / "pausing")
    pipenv.environ["PAUSE_UNTIL"] = str(pipe)
    return pipe


@pytest.mark.parametrize(("number", "status"), ENDINGS)
@pytest.mark.parametrize(
    ("place", "mode"),
    [
        (".unfinished", "hardlink"),
        ("site-packages/trunk-1.0.dist-info/RECORD", "hardlink"),
        ("site-packages/trunk/__init__.py|", "hardlink"),
        ("site-packages/trunk/__init__.py|", "copy"),
        ("site-packages/trunk|", "symlink"),
        ("site-packages/trunk-1.0.dist-info/INSTALLER|", "hardlink"),
    ],
)
def test_while_something_is_unpacked_or_placed(
    pipenv: CommandLine, pausing: Path, place: str, mode: str, number: signal.Signals, status: int
) -> None:
    pipenv.environ["PIPENV_LINK_MODE"] = mode
    pipenv.write_pipfile('[packages]\ntrunk = "*"\nloner = "*"\nthird = "*"\nfourth = "*"\n')
    pipenv.ok("lock")
    with start(pipenv, "sync", PAUSE_AT=place) as process:
        assert process.stderr is not None
        while "paused" not in (line := process.stderr.readline()):
            assert line, "it has ended"
        if number == signal.SIGKILL:
            process.kill()
            process.wait()
            # A child that waits goes on now, and finds that it is alone.
            pipe = os.open(pausing, os.O_RDWR | os.O_NONBLOCK)
            insist_on_the_end(pipenv, process, number, status)
            os.close(pipe)
        else:
            insist_on_the_end(pipenv, process, number, status)
            assert not debris(pipenv)
    del pipenv.environ["PAUSE_UNTIL"]
    pipenv.ok("sync")
    insist_on_consistency(pipenv)
    assert set(pipenv.installed()) == {"trunk", "leaf", "loner", "third", "fourth"}


@pytest.mark.parametrize(("number", "status"), ENDINGS)
def test_while_something_is_built(
    pipenv: CommandLine,
    index: LoopbackIndex,
    alive: Alive,
    temporary: Path,
    number: signal.Signals,
    status: int,
) -> None:
    pyproject = (
        '[build-system]\nrequires = []\nbuild-backend = "waiting"\nbackend-path = ["backend"]\n'
    )
    members = {"backend/waiting.py": WAITING % str(alive.path)}
    index.add_sdist("slow", "1.0", pyproject=pyproject, extra_members=members)
    pipenv.write_pipfile('[packages]\nslow = "*"\n')
    with start(pipenv, "install") as process:
        assert alive.next() == b"x"
        insist_on_the_end(pipenv, process, number, status)
    assert alive.next() == b""  # backend and child have ended
    if number != signal.SIGKILL:
        assert not [*temporary.iterdir()]
    index.remove("slow-1.0.tar.gz")
    index.add_sdist("slow", "1.1")
    pipenv.environ["PIPENV_CLEAR"] = "1"
    pipenv.ok("install")
    insist_on_consistency(pipenv)
    assert pipenv.installed() == {"slow": "1.1"}
