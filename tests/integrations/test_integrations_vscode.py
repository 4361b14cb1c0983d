"""Visual Studio Code: finds environments by looking at files, and calls a few commands."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from support.command_line import CommandLine


def environments_below(folder: Path) -> dict[Path, str]:
    """Project → name of its environment, for all children of a folder of environments."""
    found = {}
    for child in folder.iterdir() if folder.is_dir() else ():
        note = child / ".project"
        if (child / "bin" / "python").exists() and note.is_file():
            project = Path(note.read_text(encoding="utf-8"))
            if (project / "Pipfile").is_file():
                found[project] = child.name
    return found


@pytest.mark.parametrize(
    ("variables", "place"),
    [
        ({}, "home/.local/share/virtualenvs"),
        ({"XDG_DATA_HOME": "data"}, "data/virtualenvs"),
        ({"WORKON_HOME": "work"}, "work"),
    ],
)
def test_an_environment_is_found_by_its_files(
    locked: CommandLine, tmp_path: Path, variables: dict[str, str], place: str
) -> None:
    del locked.environ["WORKON_HOME"]
    absolute: dict[str, Any] = {name: str(tmp_path / value) for name, value in variables.items()}
    assert locked.spawn("install", **absolute).status == 0
    ((project, name),) = environments_below(tmp_path / place).items()
    assert project == locked.root
    assert re.fullmatch(re.escape(locked.root.name) + r"-[\w-]{8}", name)


def test_an_environment_in_the_project(locked: CommandLine) -> None:
    assert locked.spawn("install", PIPENV_VENV_IN_PROJECT="1").status == 0
    assert (locked.root / ".venv" / "bin" / "python").exists()
    assert (locked.root / ".venv" / "pyvenv.cfg").is_file()
    assert locked.pipfile.is_file()


def test_a_pipfile_of_another_name(locked: CommandLine, tmp_path: Path) -> None:
    other = locked.pipfile.rename(locked.root / "Otherfile")
    locked.lockfile.rename(locked.root / "Otherfile.lock")
    assert locked.spawn("install", PIPENV_PIPFILE="Otherfile").status == 0
    (child,) = (tmp_path / "virtualenvs").iterdir()
    project = Path((child / ".project").read_text())
    assert (project / other.name).is_file()


def test_from_a_folder_deep_in_the_project(locked: CommandLine) -> None:
    deep = locked.root / "a" / "b"
    deep.mkdir(parents=True)
    assert locked.spawn("install").status == 0
    assert locked.spawn("--venv", cwd=deep).stdout == locked.spawn("--venv").stdout
    parentless = locked.spawn("--venv", cwd=deep, PIPENV_NO_INHERIT="1")
    assert (parentless.status, parentless.stdout) == (1, "")
    assert locked.spawn("--venv", cwd=deep, PIPENV_MAX_DEPTH="1").status == 1


def test_packages_are_added_and_moved(locked: CommandLine) -> None:
    assert locked.spawn("install", "leaf", "--dev").status == 0
    assert set(locked.locked()["develop"]) == {"leaf", "loner"}
    moved = locked.spawn("update", "leaf", "--dev")
    assert moved.status == 0, moved.stderr
    assert locked.installed()["leaf"] == "1.1"
