"""Killed at any moment: the next run brings files and environment to a consistent state."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.consistency import insist_on_consistency

if TYPE_CHECKING:
    from support.command_line import CommandLine

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills as POSIX does")

BOMB = """
import os, sys
left = int(os.environ["KILL_AFTER"])
def count(event, arguments):
    global left
    if event in EVENTS and (event != "open" or arguments[2] & 3):
        left -= 1
        if left < 0:
            os.kill(os.getpid(), 9)
EVENTS = {"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.symlink"}
sys.addaudithook(count)
"""
"""Ends the process by itself at its n-th change of the file system."""

MOST_CHANGES = 4000
ROUNDS = 22


def run_until(pipenv: CommandLine, bomb: Path, changes: int, *words: str) -> int:
    completed = subprocess.run(
        [sys.executable, "-m", "pipenv", *words],
        cwd=pipenv.root,
        env={
            **pipenv.environ,
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": os.pathsep.join([str(bomb), pipenv.environ["PYTHONPATH"]]),
            "KILL_AFTER": str(changes),
        },
        capture_output=True,
        check=False,
    )
    return completed.returncode


@pytest.fixture
def bomb(tmp_path: Path) -> Path:
    folder = tmp_path / "bomb"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(BOMB, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("words", "mode"),
    [
        (("install", "loner"), ""),
        (("uninstall", "trunk"), ""),
        (("update",), ""),
        (("sync",), ""),
        (("install", "loner"), "symlink"),
        (("sync",), "symlink"),
    ],
)
def test_a_killed_change_is_undone_or_complete(
    pipenv: CommandLine, bomb: Path, words: tuple[str, ...], mode: str
) -> None:
    pipenv.environ["PIPENV_LINK_MODE"] = mode
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    pipenv.ok("install")
    first = pipenv.pipfile.read_bytes()
    old = pipenv.snapshot()
    dice = random.Random(7)
    needed = 0
    for number in range(ROUNDS + 6):
        if words[0] == "sync":
            pipenv.ok("uninstall", "--all")
        # The first rounds feel their way to how many changes there are.
        changes = 4**number if not needed else dice.randrange(needed)
        status = run_until(pipenv, bomb, min(changes, MOST_CHANGES), *words)
        if status == 0:
            needed = min(needed or changes, changes)
        else:
            assert status == -9
        pipenv.ok("sync")
        insist_on_consistency(pipenv)
        assert pipenv("verify").status == 0
        if pipenv.pipfile.read_bytes() == first:
            assert pipenv.snapshot() == old
        if status == 0 and words[0] == "install":
            pipenv.ok("uninstall", "loner")
        elif pipenv.pipfile.read_bytes() != first and words[0] == "uninstall":
            pipenv.ok("install", "trunk")
    assert needed


def test_an_environment_whose_maker_was_killed_is_made_anew(
    pipenv: CommandLine, bomb: Path
) -> None:
    pipenv.write_pipfile('[packages]\nloner = "*"\n')
    pipenv.ok("lock")
    for changes in (3, 10, 20, 30, 60, 120, 240, 480):
        pipenv.ok("remove")
        status = run_until(pipenv, bomb, changes, "sync")
        shown = pipenv("--venv")
        if shown.status == 0:
            site = next(Path(shown.stdout.strip()).glob("lib/python*/site-packages"))
            assert [*site.glob("pip-*.dist-info/RECORD")]
        assert status in {0, -9}
        pipenv.ok("sync")
        insist_on_consistency(pipenv)


LOOPS = {
    "install": ("install",),
    "requirements": ("install", "-r", "asked.txt"),
    "upgrade": ("upgrade", "leaf==1.1"),
    "clean": ("sync", "--clean"),
    "remove": ("remove",),
}


@pytest.mark.parametrize("loop", LOOPS)
def test_the_same_command_once_more_completes_what_was_killed(
    pipenv: CommandLine, bomb: Path, loop: str
) -> None:
    words = LOOPS[loop]
    (pipenv.root / "asked.txt").write_text("trunk\nloner\n", encoding="utf-8")
    pipenv.write_pipfile('[packages]\ntrunk = "*"\nloner = "*"\nthird = "*"\n')
    pipenv.ok("install")
    more = pipenv.snapshot()
    pipenv.write_pipfile('[packages]\ntrunk = "*"\nloner = "*"\n')
    pipenv.ok("lock")
    pipenv.ok("upgrade", "leaf==1.0")
    less = pipenv.snapshot()
    pipenv.ok("sync", "--clean")

    def restore(files: tuple[bytes | None, bytes | None]) -> None:
        for path, data in zip((pipenv.pipfile, pipenv.lockfile), files, strict=True):
            path.write_bytes(data or b"")

    dice = random.Random(11)
    needed = 0
    for number in range(ROUNDS // 2):
        if loop == "install":
            pipenv("remove")
            restore(less)
            pipenv.lockfile.unlink()
        elif loop == "requirements":
            pipenv.write_pipfile()
            pipenv.ok("install")
            pipenv.ok("clean")
        elif loop == "clean":
            restore(more)
            pipenv.ok("sync")
            restore(less)
        else:
            restore(less)
            pipenv.ok("sync")
        changes = 4**number if not needed else dice.randrange(needed)
        status = run_until(pipenv, bomb, min(changes, MOST_CHANGES), *words)
        if status == 0:
            needed = min(needed or changes, changes)
        else:
            assert status == -9
        again = pipenv(*words)
        if loop == "remove":
            assert "Traceback" not in again.stderr
            assert pipenv("--venv").status == 1
            home = Path(pipenv.environ["WORKON_HOME"])
            assert not home.exists() or not [*home.iterdir()]
            assert pipenv.snapshot() == less
            continue
        assert again.status == 0, again.stderr
        pipenv.ok("sync")
        insist_on_consistency(pipenv)
        assert pipenv("verify").status == 0
        leaf = "1.0" if loop in {"clean", "install"} else "1.1"
        assert pipenv.installed() == {"trunk": "1.0", "loner": "1.1", "leaf": leaf}
    assert needed
