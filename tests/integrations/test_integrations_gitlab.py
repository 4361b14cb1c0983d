"""GitLab's scanning of dependencies, which begins where there is a lock, Pipfile or not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.command_line import CommandLine


@pytest.fixture
def lock_alone(locked: CommandLine) -> CommandLine:
    locked.pipfile.unlink()
    return locked


@pytest.mark.parametrize("words", [("sync", "--dev"), ("install", "--dev", "--ignore-pipfile")])
def test_a_lock_without_its_pipfile_is_installed(
    lock_alone: CommandLine, words: tuple[str, ...]
) -> None:
    before = lock_alone.lockfile.read_bytes()
    result = lock_alone.spawn(*words)
    assert result.status == 0, result.stderr
    (environment,) = (lock_alone.root.parent / "virtualenvs").iterdir()
    found = {path.name for path in environment.glob("lib/python*/site-packages/*.dist-info")}
    assert found >= {"leaf-1.1.dist-info", "loner-0.5.dist-info", "trunk-1.2.dist-info"}
    assert lock_alone.lockfile.read_bytes() == before
    assert not lock_alone.pipfile.exists()
    assert lock_alone.spawn("--venv").stdout == f"{environment}\n"
    ran = lock_alone.spawn("run", "python", "-c", "import trunk; print(trunk.VERSION)")
    assert (ran.status, ran.stdout) == (0, "1.2\n")
    assert lock_alone.installed().keys() == {"leaf", "loner", "trunk"}
    assert lock_alone.spawn("remove").status == 0
    assert not environment.exists()
    assert lock_alone.spawn("--where").status == 1
    assert not lock_alone.pipfile.exists()


@pytest.mark.parametrize("words", [("sync", "--dev"), ("install", "--ignore-pipfile")])
def test_the_lock_says_which_python(lock_alone: CommandLine, words: tuple[str, ...]) -> None:
    lock = lock_alone.locked()
    lock["_meta"]["requires"] = {"python_version": "3.99"}
    lock_alone.lockfile.write_text(json.dumps(lock, indent=4) + "\n")
    result = lock_alone.spawn(*words)
    assert result.status == 1
    assert "3.99" in result.stderr
    assert not lock_alone.pipfile.exists()


def test_without_a_lock_it_installs(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    result = pipenv.spawn("install", "--dev")
    assert result.status == 0, result.stderr
    assert pipenv.locked_versions() == {"leaf": "1.1", "trunk": "1.2"}
