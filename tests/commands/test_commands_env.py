"""``pipenv env`` and ``pipenv python``: what there is on this machine."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.command_line import CommandLine


@pytest.fixture
def several(pipenv: CommandLine) -> CommandLine:
    """Environments of this project, of one that is gone, and what only looks like some."""
    pipenv.write_pipfile()
    pipenv.ok("install")
    gone = pipenv.root.parent / "gone"
    gone.mkdir()
    (gone / "Pipfile").write_text(pipenv.pipfile.read_text(encoding="utf-8"), encoding="utf-8")
    pipenv.ok("install", cwd=gone)
    shutil.rmtree(gone)
    home = Path(pipenv.environ["WORKON_HOME"])
    (home / "no-environment").mkdir()
    precious = pipenv.root.parent / "precious"
    shutil.copytree(next(home.glob("gone-*")), precious, symlinks=True)
    (home / "link").symlink_to(precious)
    return pipenv


def names(pipenv: CommandLine) -> list[str]:
    document = json.loads(pipenv.ok("env", "list", "--json").stdout)
    return [each["name"][: -len("-12345678")] for each in document["environments"]]


def test_list(several: CommandLine) -> None:
    version = ".".join(map(str, sys.version_info[:3]))
    lines = several.ok("env", "list").stdout.splitlines()
    assert [line.split("-")[0] for line in lines] == ["gone", "project"]
    assert lines[0].endswith(f"  {version}  {several.root.parent / 'gone'} (gone)")
    assert lines[1].endswith(f"  {version}  {several.root}")


def test_prune_deletes_those_of_gone_projects_only(several: CommandLine) -> None:
    result = several.ok("env", "prune", "--yes")
    assert f"of {several.root.parent / 'gone'}, which is gone" in result.stderr
    assert names(several) == ["project"]
    assert (several.root.parent / "precious" / "pyvenv.cfg").exists()
    assert "nothing to prune" in several.ok("env", "prune").stderr


def test_prune_needs_a_yes(several: CommandLine) -> None:
    result = several.spawn("env", "prune")
    assert result.status == 1
    assert "add --yes" in result.stderr
    assert names(several) == ["gone", "project"]
    several.ok("env", "prune", PIPENV_YES="1")
    assert names(several) == ["project"]


def test_prune_rehearsed(several: CommandLine) -> None:
    result = several.ok("env", "prune", "--dry-run")
    assert str(several.root.parent / "gone") in result.stdout
    assert names(several) == ["gone", "project"]


def test_without_environments(pipenv: CommandLine) -> None:
    assert pipenv.ok("env", "list").stdout == ""


@pytest.mark.parametrize("words", [("env",), ("env", "burn"), ("python",), ("python", "eat")])
def test_an_unknown_action_is_a_usage_error(pipenv: CommandLine, words: tuple[str, ...]) -> None:
    assert pipenv(*words).status == 2


def pythons(pipenv: CommandLine, *words: str) -> list[dict[str, object]]:
    document = json.loads(pipenv.ok("python", "list", "--json", *words).stdout)
    found: list[dict[str, object]] = document["pythons"]
    return found


def test_the_running_python_is_taken_where_nothing_is_asked_for(pipenv: CommandLine) -> None:
    chosen = [each for each in pythons(pipenv) if each["is_chosen"]]
    assert [os.path.realpath(str(each["path"])) for each in chosen] == [
        os.path.realpath(sys.executable)
    ]
    assert "nothing asks for another" in str(chosen[0]["reason"])


def test_who_asks_is_told(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(python=True)
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    [chosen] = [each for each in pythons(pipenv) if each["is_chosen"]]
    assert chosen["reason"] == f"[requires] python_version asks for {version}"
    [chosen] = [each for each in pythons(pipenv, "--python", version) if each["is_chosen"]]
    assert chosen["reason"] == f"--python asks for {version}"
    lines = pipenv.ok("python", "list").stdout.splitlines()
    assert sum(line.startswith("* ") for line in lines) == 1


def test_nothing_fits(pipenv: CommandLine) -> None:
    found = pythons(pipenv, "--python", "3.99")
    assert found
    assert not any(each["is_chosen"] for each in found)


def test_a_python_of_pyenv_is_found(pipenv: CommandLine, tmp_path: Path) -> None:
    version = ".".join(map(str, sys.version_info[:3]))
    place = tmp_path / "pyenv" / "versions" / version / "bin"
    place.mkdir(parents=True)
    (place / "python").symlink_to(sys.executable)
    pipenv.environ.update(PYENV_ROOT=str(tmp_path / "pyenv"), PATH=str(tmp_path))
    document = json.loads(pipenv.ok("python", "list", "--json").stdout)
    assert "pyenv" in {each["source"] for each in document["pythons"]}


def test_each_has_a_reason(pipenv: CommandLine, tmp_path: Path) -> None:
    """What is taken comes first, then what would do as well, then the rest, unusable ones last."""
    versions = tmp_path / "pyenv" / "versions"
    model = pythons(pipenv)[0]
    for name, status in (("3.95.1", 1), ("3.94.2", 0)):
        (versions / name / "bin").mkdir(parents=True)
        broken = versions / name / "bin" / "python"
        broken.write_text(f"#!/bin/sh\nexit {status}\n")
        broken.chmod(0o755)
    pipenv.environ.update(PYENV_ROOT=str(tmp_path / "pyenv"))
    found = pythons(pipenv, "--python", str(model["version"]))
    assert [each["is_chosen"] for each in found] == [True] + [False] * (len(found) - 1)
    assert all(each["reason"] for each in found)
    assert [each["version"] for each in found[-2:]] == ["", ""]
    assert "does not work as a Python" in str(found[-1]["reason"])
    assert pipenv("python", "list", "--python", "3.x").status == 2
