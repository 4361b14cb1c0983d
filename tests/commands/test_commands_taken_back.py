"""A failing command leaves no Pipfile and no environment that were not there before."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipenv.filesystem.locks import FileLock
from pipenv.operations.project import Project
from pipenv.operations.unfinished_change import project_key
from pipenv.virtualenvs.interpreter_sources import Machine, all_candidates
from support.command_line import PIPENV_PROCESS

if TYPE_CHECKING:
    from support.command_line import CommandLine


def environments(pipenv: CommandLine) -> list[str]:
    home = Path(pipenv.environ["WORKON_HOME"])
    return sorted(os.listdir(home)) if home.exists() else []


@pytest.fixture
def offline(pipenv: CommandLine) -> CommandLine:
    """The first Pipfile names the default index, which nobody may ask here."""
    pipenv.environ["PIPENV_OFFLINE"] = "1"
    return pipenv


@pytest.mark.parametrize(
    "words",
    [("install", "no-such-package"), ("upgrade", "no-such-package"), ("update", "no-such-package")],
)
def test_a_first_command_that_fails_leaves_nothing(
    offline: CommandLine, words: tuple[str, ...]
) -> None:
    assert offline(*words).status == 1
    assert os.listdir(offline.root) == []
    assert environments(offline) == []


def test_a_pipfile_that_was_there_stays_and_the_environment_goes(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nno-such-package = "*"\n')
    before = pipenv.snapshot()
    for words in (("install",), ("lock",), ("install", "leaf"), ("install", "--skip-lock")):
        assert pipenv(*words).status == 1
        assert pipenv.snapshot() == before
        assert environments(pipenv) == []


def test_a_folder_of_its_own_is_left_as_it_was(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nno-such-package = "*"\n')
    assert pipenv("install", PIPENV_VENV_IN_PROJECT="1").status == 1
    assert os.listdir(pipenv.root) == ["Pipfile"]


def test_an_environment_that_was_there_stays(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    pipenv.ok("install")
    before = (environments(pipenv), pipenv.installed(), pipenv.snapshot())
    assert pipenv("install", "no-such-package").status == 1
    assert (environments(pipenv), pipenv.installed(), pipenv.snapshot()) == before


def other_python() -> str | None:
    """The path of another version of Python."""
    for candidate in all_candidates(Machine(dict(os.environ), os.getcwd())):
        fits = (3, 7) < candidate.hint[:2] != sys.version_info[:2]
        if candidate.is_usual and fits:
            return candidate.path
    return None


@pytest.mark.skipif(other_python() is None, reason="there is but one Python")
def test_an_environment_that_was_replaced_comes_back(pipenv: CommandLine) -> None:
    other = other_python()
    assert other is not None
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    pipenv.ok("install")
    root = Path(pipenv.ok("--venv").stdout.strip())
    mine = root / "mine"
    mine.write_text("")
    result = pipenv("install", "no-such-package", "--python", other)
    assert result.status == 1
    assert "made anew" in result.stderr
    assert mine.exists()
    assert pipenv.installed() == {"leaf": "2.0"}
    assert environments(pipenv) == [root.name]
    pipenv.ok("install", "--python", other)
    assert not mine.exists()
    assert pipenv.installed() == {"leaf": "2.0"}
    assert environments(pipenv) == [root.name]


@pytest.mark.parametrize("words", [("run", "python", "-V"), ("shell",), ("activate",)])
def test_an_environment_is_made_by_one_process_at_a_time(
    pipenv: CommandLine, words: tuple[str, ...]
) -> None:
    pipenv.write_pipfile()
    project = Project(str(pipenv.pipfile))
    folder = Path(pipenv.environ["PIPENV_CACHE_DIR"]) / "locks"
    folder.mkdir(parents=True)
    with (
        FileLock(str(folder / (project_key(project) + ".project.lock"))),
        subprocess.Popen(
            [*PIPENV_PROCESS, *words],
            cwd=pipenv.root,
            env={**pipenv.environ, "SHELL": "/bin/sh"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process,
    ):
        assert process.stderr is not None
        assert "another Pipenv is changing this project" in process.stderr.readline()
        assert environments(pipenv) == []
        process.terminate()
        process.communicate()
    assert environments(pipenv) == []
