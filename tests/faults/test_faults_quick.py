"""The short answers, that nothing is to be done, while something is still to be undone."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipenv.archives.reserved_folder import RESERVED_FOLDER
from pipenv.cli import quick_unchanged
from pipenv.operations.exclusive import replacing
from pipenv.operations.project import Project
from pipenv.operations.session import Session
from pipenv.operations.unfinished_change import note_of_change

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.command_line import CommandLine

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX")

LINES = (("lock",), ("verify",), ("install",), ("sync",), ("install", "--deploy"))


@pytest.fixture
def quick(pipenv: CommandLine, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int | None]:
    """A project with everything remembered; calls the short way."""
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    pipenv.ok("install")
    pipenv.age_environment()
    for line in LINES:
        pipenv.ok(*line)
    monkeypatch.chdir(pipenv.root)

    def answer(*line: str) -> int | None:
        return quick_unchanged.answer(line, pipenv.environ)

    return answer


def leave_a_change(pipenv: CommandLine, texts: dict[str, str]) -> Path:
    """Leave Pipfile and lock as a run does that is killed after it wrote them."""
    project = Project(str(pipenv.pipfile))
    note = Path(note_of_change(pipenv.environ["PIPENV_CACHE_DIR"], project))
    session = Session(
        project, flags={}, environ=pipenv.environ, report=lambda _: None, now=time.time()
    )
    with session, replacing(session, texts):
        kept = note.read_bytes()
    note.write_bytes(kept)
    return note


@pytest.mark.parametrize("line", LINES, ids=" ".join)
def test_a_pending_change_of_the_files(
    pipenv: CommandLine, quick: Callable[..., int | None], line: tuple[str, ...]
) -> None:
    assert quick(*line) == 0
    after = pipenv.snapshot()
    before = {
        str(pipenv.lockfile): pipenv.lockfile.read_text() + "\n",
        str(pipenv.pipfile): pipenv.pipfile.read_text().replace("trunk", "loner"),
    }
    for path, text in before.items():
        Path(path).write_text(text)
    old = pipenv.snapshot()
    texts = {
        path: (data or b"").decode() for path, data in zip(before, reversed(after), strict=True)
    }
    note = leave_a_change(pipenv, texts)
    assert pipenv.snapshot() == after
    assert quick(*line) is None
    result = pipenv(*line)
    if line == ("verify",):
        assert result.status == 0
        assert "interrupted" in result.stderr
        assert note.exists()
        assert pipenv.snapshot() == after
        return
    assert "an interrupted change of Pipfile and Pipfile.lock has been undone" in result.stderr
    assert not note.exists()
    assert pipenv.snapshot()[0] == old[0]


@pytest.mark.parametrize("name", [RESERVED_FOLDER, f"{RESERVED_FOLDER}.done"])
@pytest.mark.parametrize("line", [one for one in LINES if one[0] in {"install", "sync"}])
def test_a_pending_change_of_the_environment(
    pipenv: CommandLine, quick: Callable[..., int | None], line: tuple[str, ...], name: str
) -> None:
    assert quick(*line) == 0
    root = Path(pipenv.ok("--venv").stdout.strip())
    site = next(root.glob("lib/python*/site-packages"))
    times = site.stat()
    (site / name).mkdir()
    # Not even where the clock has gone back meanwhile.
    os.utime(site, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert quick(*line) is None
    assert "interrupted has been undone" in pipenv.ok(*line).stderr
    assert not (site / name).exists()
