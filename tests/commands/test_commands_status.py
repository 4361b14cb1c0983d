"""How the project is doing: ``status`` and ``outdated``."""

from __future__ import annotations

import json
import platform
import re
import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from pipenv.pipfile.document import parse_pipfile
from pipenv.pipfile.hashing import historic_hash

if TYPE_CHECKING:
    from support.command_line import CommandLine

PIPFILE = '[packages]\ntrunk = "*"\n\n[dev-packages]\nloner = "*"\n'


def lines(pipenv: CommandLine, *words: str) -> dict[str, str]:
    """The lines of ``status`` by their first column."""
    result = pipenv.ok("status", *words)
    found = {}
    for line in result.stdout.splitlines():
        name, text = re.split("  +", line, maxsplit=1)
        found[name] = text
    return found


def test_a_new_project(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(PIPFILE)
    found = lines(pipenv)
    place = found["environment"].removeprefix("none yet; it will be ").partition("  ")[0]
    assert found == {
        "project": str(pipenv.root),
        "Pipfile": "1 entry in [packages], 1 entry in [dev-packages]",
        "Pipfile.lock": "there is none  -> pipenv lock",
        "environment": f"none yet; it will be {place}  -> pipenv install",
    }
    assert not pipenv.lockfile.exists()
    assert pipenv("--venv").status == 1


def test_all_is_well(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(PIPFILE + '\n[scripts]\ngreet = "echo hello"\n')
    (pipenv.root / ".env").write_text("A=1\n", encoding="utf-8")
    pipenv.ok("install", "--dev")
    asked = len(pipenv.index.requests)
    before = pipenv.snapshot()
    assert lines(pipenv) == {
        "project": str(pipenv.root),
        "Pipfile": "1 entry in [packages], 1 entry in [dev-packages]",
        "Pipfile.lock": "up to date, 3 pins",
        "environment": pipenv.ok("--venv").stdout.strip(),
        "Python": platform.python_version(),
        "[packages]": "2 packages, all installed",
        "[dev-packages]": "1 package, all installed",
        "scripts": "greet",
        ".env": "read by `run` and `shell`",
    }
    assert len(pipenv.index.requests) == asked
    assert pipenv.snapshot() == before


def test_each_trouble_has_its_fix(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "==1.0"\nloner = "*"\n')
    pipenv.ok("install")
    pipenv.write_pipfile('[packages]\nleaf = "==1.1"\ntrunk = "*"\n')
    pipenv.ok("lock")
    found = lines(pipenv)
    assert found["[packages]"] == (
        "missing: trunk; leaf: 1.0 is installed, 1.1 is locked  -> pipenv sync"
    )
    assert found["not locked"] == "loner  -> pipenv clean"
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    assert lines(pipenv)["Pipfile.lock"] == "does not belong to the Pipfile, 2 pins  -> pipenv lock"
    pipenv.ok("remove")
    assert lines(pipenv)["environment"].endswith("-> pipenv sync")


def test_what_it_advises_helps(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(PIPFILE)
    pipenv.ok("lock")
    found = lines(pipenv)
    assert found["[packages]"] == "none of 2 packages installed  -> pipenv sync"
    assert found["[dev-packages]"] == "1 package, not installed"
    pipenv.ok("sync")
    assert "->" not in "".join(lines(pipenv).values())


def test_a_category_that_is_half_there(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "<2"\n\n[docs]\nloner = "*"\ntrunk = "*"\n')
    pipenv.ok("install")
    assert lines(pipenv)["[docs]"] == "3 packages, not installed"
    pipenv.ok("install", "--categories", "docs")
    assert lines(pipenv)["[docs]"] == "3 packages, all installed"
    pipenv.spawn("run", "pip", "uninstall", "--yes", "loner")
    assert lines(pipenv)["[docs]"] == "missing: loner  -> pipenv sync --categories docs"


def test_another_python_than_required(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(PIPFILE)
    pipenv.ok("install")
    pipenv.write_pipfile(PIPFILE + '\n[requires]\npython_version = "2.2"\n')
    assert lines(pipenv)["Python"].startswith("the Pipfile requires Python 2.2, but")
    assert "-> pipenv remove" in lines(pipenv)["Python"]


def test_a_lock_with_the_hash_of_older_releases(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(PIPFILE.replace("trunk", "Trunk"))
    pipenv.ok("lock")
    with_old_hash(pipenv)
    assert lines(pipenv)["Pipfile.lock"] == "up to date, 3 pins, with the hash of older releases"
    assert pipenv("verify").status == 0


def with_old_hash(pipenv: CommandLine) -> None:
    pipfile = parse_pipfile(pipenv.pipfile.read_text(encoding="utf-8"))
    lock = pipenv.locked()
    lock["_meta"]["hash"]["sha256"] = historic_hash(pipfile.data, tuple)
    pipenv.lockfile.write_text(json.dumps(lock), encoding="utf-8")


def test_a_lock_with_merge_conflicts(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(PIPFILE)
    pipenv.ok("lock")
    text = pipenv.lockfile.read_text(encoding="utf-8")
    pipenv.lockfile.write_text(f"<<<<<<< ours\n{text}=======\n{text}>>>>>>> theirs\n")
    assert lines(pipenv)["Pipfile.lock"] == (
        "has merge conflict markers, the first in line 1  -> pipenv lock"
    )


def test_a_broken_pipfile_hides_nothing_else(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(PIPFILE)
    pipenv.ok("install")
    root = pipenv.ok("--venv").stdout.strip()
    pipenv.pipfile.write_text("[packages\n", encoding="utf-8")
    found = lines(pipenv)
    assert "line 1" in found["Pipfile"]
    assert found["Pipfile"].endswith("  -> correct the file")
    assert found["Pipfile.lock"] == "3 pins, for the Pipfile as it was"
    assert found["environment"] == root


def test_a_broken_environment(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(PIPFILE)
    pipenv.ok("install")
    root = pipenv.ok("--venv").stdout.strip()
    shutil.move(f"{root}/pyvenv.cfg", f"{root}/elsewhere")
    assert "pyvenv.cfg" in lines(pipenv)["environment"]
    assert "pipenv remove" in lines(pipenv)["environment"]


def test_the_kind_of_environment(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(PIPFILE)
    found = pipenv.ok("status", PIPENV_VENV_IN_PROJECT="1").stdout
    assert f"{pipenv.root / '.venv'} (in the project)" in found
    found = pipenv.ok("status", VIRTUAL_ENV=sys.prefix).stdout
    assert f"{sys.prefix} (the active one)" in found


def test_status_as_json(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(PIPFILE)
    document = json.loads(pipenv.ok("status", "--json").stdout)
    assert document["version"] == 1
    assert document["project"] == str(pipenv.root)
    assert document["fine"] is False
    aspects = {each["name"]: each for each in document["aspects"]}
    assert aspects["Pipfile"]["fine"] is True
    assert aspects["Pipfile"]["facts"]["entries"] == {"packages": 1, "dev-packages": 1}
    assert aspects["Pipfile.lock"] == {
        "name": "Pipfile.lock",
        "state": "missing",
        "text": "there is none",
        "fix": "pipenv lock",
        "facts": {"path": str(pipenv.lockfile)},
        "fine": False,
    }


def test_json_tells_what_differs(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "==1.0"\n')
    pipenv.ok("install")
    pipenv.write_pipfile('[packages]\nleaf = "==1.1"\ntrunk = "*"\n')
    pipenv.ok("lock")
    document = json.loads(pipenv.ok("status", "--json").stdout)
    (packages,) = (each for each in document["aspects"] if each["name"] == "[packages]")
    assert (packages["state"], packages["facts"]) == (
        "incomplete",
        {
            "packages": 2,
            "missing": ["trunk"],
            "different": [
                {
                    "name": "leaf",
                    "installed": "1.0",
                    "locked": "1.1",
                    "reason": "1.0 is installed, 1.1 is locked",
                }
            ],
        },
    )


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
    headings, _, loner, trunk = (re.split("  +", line) for line in result.stdout.splitlines())
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
    assert rows[2].startswith("leaf     1.1      1.1     2.0")
    assert rows[2].endswith("trunk 1.0 needs >=1.0,<2")


def test_outdated_as_json(behind: CommandLine) -> None:
    document = json.loads(behind.ok("outdated", "--clear", "--json").stdout)
    trunk = document["outdated"][1]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", trunk.pop("released"))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", document["asked_at"])
    assert document["stale"] is False
    assert trunk == {
        "name": "trunk",
        "current": "1.0",
        "wanted": "1.0",
        "latest": "1.2",
        "categories": ["packages"],
        "blocked_by": ["[packages] ==1.0"],
    }


def test_outdated_offline_says_how_old_its_answers_are(behind: CommandLine) -> None:
    asked = len(behind.index.requests)
    result = behind.ok("outdated", "--offline")
    assert len(behind.index.requests) == asked
    assert "trunk" in result.stdout
    assert "nobody was asked: what counts is from the cache" in result.stderr
    shutil.rmtree(behind.environ["PIPENV_CACHE_DIR"])
    missing = behind("outdated", "--offline")
    assert (missing.status, missing.stdout) == (1, "")
    assert "loner" in missing.stderr


def test_outdated_with_a_stale_lock(behind: CommandLine) -> None:
    behind.write_pipfile('[packages]\ntrunk = "*"\n')
    result = behind.ok("outdated")
    assert "does not belong to the Pipfile" in result.stderr
    assert json.loads(behind.ok("outdated", "--json").stdout)["stale"] is True


def test_pre_releases_count_where_they_may_be_locked(behind: CommandLine) -> None:
    row = behind.ok("outdated", "--clear", "--pre").stdout.splitlines()[2]
    assert re.split("  +", row)[:4] == ["loner", "0.5", "0.7rc1", "0.7rc1"]


def test_the_newest_is_for_another_python(pipenv: CommandLine) -> None:
    pipenv.index.add_wheel("loner", "0.9", requires_python=">=4")
    pipenv.write_pipfile('[packages]\nloner = "*"\n')
    pipenv.ok("lock")
    row = pipenv.ok("outdated").stdout.splitlines()[2]
    assert row.endswith(f"packages  Python {platform.python_version()}: it needs >=4")


def test_the_newest_cannot_have_what_it_needs(pipenv: CommandLine) -> None:
    pipenv.index.add_wheel("loner", "0.9", requires=["leaf>=2"])
    pipenv.write_pipfile('[packages]\nloner = "*"\ntrunk = ">=1.2"\n')
    pipenv.ok("lock")
    row = pipenv.ok("outdated").stdout.splitlines()[2]
    assert re.split("  +", row)[:4] == ["loner", "0.5", "0.5", "0.9"]
    assert row.endswith("it needs leaf>=2, not 1.1")


def test_overrides_stand_in_the_way(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "*"\n\n[pipenv]\noverrides = {leaf = "<2"}\n')
    pipenv.ok("lock")
    row = pipenv.ok("outdated").stdout.splitlines()[2]
    assert row.endswith("[pipenv] overrides <2")


def test_update_outdated_keeps_its_status(behind: CommandLine) -> None:
    behind.ok("sync")
    assert behind("update", "--outdated", "--clear").status == 1
    assert behind("outdated").status == 0


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


def test_two_locks_that_disagree(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "<1.1"\n')
    pipenv.ok("install")
    pipenv.ok("pylock", "--generate")
    assert "pylock.toml" not in pipenv.ok("status").stdout
    pipenv.write_pipfile('[packages]\nleaf = "<2"\n')
    pipenv.ok("lock")
    line = next(each for each in pipenv.ok("status").stdout.splitlines() if "pylock.toml" in each)
    assert "contradicts Pipfile.lock (leaf), and is what is installed  -> delete" in line
    found = json.loads(pipenv.ok("status", "--json").stdout)
    aspect = next(each for each in found["aspects"] if each["name"] == "pylock.toml")
    assert (found["fine"], aspect["state"]) == (False, "contradicts")
    assert aspect["facts"]["packages"] == ["leaf"]
    (pipenv.root / "pylock.toml").write_text("[", encoding="utf-8")
    assert "pylock.toml" in pipenv.ok("status").stdout
    (pipenv.root / "pylock.toml").unlink()
    assert "pylock.toml" not in pipenv.ok("status").stdout
