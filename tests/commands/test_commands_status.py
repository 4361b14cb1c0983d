"""How the project is doing: ``status`` and ``outdated``."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.command_line import CommandLine

PIPFILE = '[packages]\ntrunk = "*"\n\n[dev-packages]\nloner = "*"\n'


def lines(pipenv: CommandLine, *words: str) -> dict[str, str]:
    """The lines of ``status`` by their first column."""
    result = pipenv.ok("status", *words)
    names = ["project", "Pipfile.lock", "Pipfile", "environment", "Python", "packages"]
    names += ["[develop]", "not locked", "scripts", ".env"]
    found = {}
    for line in result.stdout.splitlines():
        name = next(each for each in names if line.startswith(each))
        found[name] = line.removeprefix(name).strip()
    return found


def test_a_new_project(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(PIPFILE)
    found = lines(pipenv)
    assert found["project"] == str(pipenv.root)
    assert found["Pipfile"] == "1 entry in [packages], 1 entry in [dev-packages]"
    assert found["Pipfile.lock"] == "there is none  -> pipenv lock"
    assert found["environment"].endswith("-> pipenv install")
    assert not pipenv.lockfile.exists()
    assert pipenv("--venv").status == 1


def test_all_is_well(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(PIPFILE + '\n[scripts]\ngreet = "echo hello"\n')
    (pipenv.root / ".env").write_text("A=1\n", encoding="utf-8")
    pipenv.ok("install", "--dev")
    asked = len(pipenv.index.requests)
    found = lines(pipenv)
    assert "->" not in "".join(found.values())
    assert found["Pipfile.lock"] == "up to date, 3 pins"
    assert found["environment"] == pipenv.ok("--venv").stdout.strip()
    assert found["packages"] == "all 2 of [default] are installed"
    assert found["[develop]"] == "1 of 1 are installed"
    assert found["scripts"] == "greet"
    assert ".env" in found
    assert len(pipenv.index.requests) == asked


def test_each_trouble_has_its_fix(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "==1.0"\nloner = "*"\n')
    pipenv.ok("install")
    pipenv.write_pipfile('[packages]\nleaf = "==1.1"\n')
    pipenv.ok("lock")
    found = lines(pipenv)
    assert found["packages"] == "installed otherwise: leaf 1.0, not 1.1  -> pipenv sync"
    assert found["not locked"] == "loner  -> pipenv clean"
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    assert lines(pipenv)["Pipfile.lock"] == "does not belong to the Pipfile  -> pipenv lock"


def test_a_broken_pipfile_hides_nothing_else(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(PIPFILE)
    pipenv.ok("install")
    pipenv.pipfile.write_text("[packages\n", encoding="utf-8")
    found = lines(pipenv)
    assert "line 1" in found["Pipfile"]
    assert found["environment"]


def test_a_broken_environment(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(PIPFILE)
    pipenv.ok("install")
    root = pipenv.ok("--venv").stdout.strip()
    shutil.move(f"{root}/pyvenv.cfg", f"{root}/elsewhere")
    assert "pyvenv.cfg" in lines(pipenv)["environment"]


def test_status_as_json(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(PIPFILE)
    document = json.loads(pipenv.ok("status", "--json").stdout)
    assert document["version"] == 1
    assert document["project"] == str(pipenv.root)
    aspects = {each["name"]: each for each in document["aspects"]}
    assert aspects["Pipfile"]["fine"] is True
    assert aspects["Pipfile.lock"] == {
        "name": "Pipfile.lock",
        "text": "there is none",
        "fix": "pipenv lock",
        "fine": False,
    }


def test_status_without_a_project(pipenv: CommandLine) -> None:
    result = pipenv("status")
    assert (result.status, result.stdout) == (1, "")


@pytest.fixture
def behind(pipenv: CommandLine) -> CommandLine:
    """A lock in which something is held back, and something is old."""
    pipenv.write_pipfile('[packages]\ntrunk = "==1.0"\nloner = "*"\n')
    pipenv.ok("lock")
    pipenv.index.add_wheel("loner", "0.6")
    pipenv.index.add_wheel("loner", "0.7rc1")
    return pipenv


def test_outdated_says_what_stands_in_the_way(behind: CommandLine) -> None:
    before = behind.snapshot()
    result = behind.ok("outdated", "--clear")
    headings, loner, trunk = (re.split("  +", line) for line in result.stdout.splitlines())
    assert " ".join(headings) == "package current wanted latest released section blocked by"
    assert (loner[:4], loner[5:]) == (["loner", "0.5", "0.6", "0.6"], ["packages"])
    assert (trunk[:4], trunk[5:]) == (
        ["trunk", "1.0", "1.0", "1.2"],
        ["packages", "[packages] ==1.0"],
    )
    assert trunk[4].endswith("years ago")
    assert behind.snapshot() == before


def test_outdated_of_everything(behind: CommandLine) -> None:
    rows = behind.ok("outdated", "--clear", "--all").stdout.splitlines()
    assert rows[1].startswith("leaf     1.1      1.1     2.0")
    assert rows[1].endswith("trunk 1.0 needs >=1.0,<2")


def test_outdated_as_json(behind: CommandLine) -> None:
    document = json.loads(behind.ok("outdated", "--clear", "--json").stdout)
    trunk = document["outdated"][1]
    assert isinstance(trunk.pop("released"), int)
    assert trunk == {
        "name": "trunk",
        "current": "1.0",
        "wanted": "1.0",
        "latest": "1.2",
        "categories": ["packages"],
        "blocked_by": ["[packages] ==1.0"],
    }


def test_nothing_is_outdated(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    pipenv.ok("lock")
    result = pipenv.ok("outdated")
    assert result.stdout == ""
    assert "up to date" in result.stderr


def test_outdated_without_a_lock(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(PIPFILE)
    assert pipenv("outdated").status == 1
    assert not pipenv.lockfile.exists()
