"""PyCharm: makes the environment, lists, adds and removes packages from its windows."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.command_line import CommandLine


def environment_of(pipenv: CommandLine) -> Path | None:
    """The environment, as the settings find it."""
    answer = pipenv.spawn("--venv")
    folder = Path(answer.stdout.strip())
    return folder if answer.status == 0 and folder.is_dir() else None


def packages(pipenv: CommandLine) -> dict[str, str]:
    """What the list of packages shows."""
    answer = pipenv.spawn("graph", "--json")
    assert answer.status == 0, answer.stderr
    return {
        entry["package"]["package_name"]: entry["package"]["installed_version"]
        for entry in json.loads(answer.stdout)
    }


def ours(pipenv: CommandLine) -> dict[str, str]:
    tools = {"pip", "setuptools", "wheel"}
    return {name: version for name, version in packages(pipenv).items() if name not in tools}


@pytest.mark.parametrize("words", [("install", "--dev"), ()])
def test_an_environment_for_a_chosen_python(locked: CommandLine, words: tuple[str, ...]) -> None:
    assert environment_of(locked) is None
    base = os.path.join(sys.base_prefix, "bin", "python3")
    made = locked.spawn("--python", base, *words)
    assert made.status == 0, made.stderr
    environment = environment_of(locked)
    assert environment is not None
    assert (environment / "bin" / "python").exists()
    assert ours(locked) == ({"leaf": "1.1", "trunk": "1.2", "loner": "0.5"} if words else {})


def test_running_python_makes_the_environment(locked: CommandLine) -> None:
    said = locked.spawn("run", "python", "-V")
    version = ".".join(map(str, sys.version_info[:2]))
    assert said.status == 0, said.stderr
    assert said.stdout.startswith(f"Python {version}.")
    assert said.stdout.count("\n") == 1
    assert environment_of(locked) is not None


def test_the_windows_of_packages(locked: CommandLine) -> None:
    assert locked.spawn("install", "--dev").status == 0
    assert ours(locked) == {"leaf": "1.1", "trunk": "1.2", "loner": "0.5"}
    assert locked.spawn("install", "trunk==1.0").status == 0
    assert ours(locked)["trunk"] == "1.0"
    assert 'trunk = "==1.0"' in locked.pipfile.read_text()
    removed = locked.spawn("uninstall", "trunk", "loner")
    assert removed.status == 0, removed.stderr
    assert "trunk" not in ours(locked)
    assert locked.spawn("lock").status == 0
    assert locked.spawn("update", "--dev").status == 0
    assert locked.locked()["default"] == {}


def test_a_failure_is_told_on_stderr(locked: CommandLine) -> None:
    failed = locked.spawn("install", "nothing-of-that-name")
    assert failed.status != 0
    assert "nothing-of-that-name" in failed.stderr


def test_installing_after_somebody_elses_change(locked: CommandLine) -> None:
    assert locked.spawn("install", "--dev").status == 0
    locked.write_pipfile('[packages]\nleaf = "==1.0"\n', python=True)
    assert locked.spawn("install", "--dev").status == 0
    assert locked.locked_versions() == {"leaf": "1.0"}
    assert ours(locked)["leaf"] == "1.0"
