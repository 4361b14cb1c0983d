"""Odd places and odd settings of the machine: everything works as elsewhere."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.command_line import CommandLine

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX")


@pytest.mark.parametrize("name", ["with space", "ünï çødé 例", "x" * 200, "quote'\"$&;"])
@pytest.mark.parametrize("inside", ["", "1"])
def test_odd_project_folders(pipenv: CommandLine, name: str, inside: str) -> None:
    pipenv.root = pipenv.root / name
    pipenv.root.mkdir()
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    pipenv.environ["PIPENV_VENV_IN_PROJECT"] = inside
    pipenv.ok("install")
    assert set(pipenv.installed()) == {"trunk", "leaf"}
    assert pipenv.spawn("run", "python", "-c", "import leaf, trunk").status == 0


def test_an_ascii_locale(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('# ünï例\n[packages]\ntrunk = "*"\n[scripts]\nsay = "echo ünï"\n')
    pipenv.environ.update(LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    for words in (("install",), ("install", "loner"), ("verify",), ("scripts",), ("graph",)):
        result = pipenv.spawn(*words)
        assert result.status == 0, result.stderr
    assert "ünï例" in pipenv.pipfile.read_text(encoding="utf-8")


def test_links_and_modes_are_kept(pipenv: CommandLine, tmp_path: Path) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    pipenv.ok("lock")
    elsewhere = tmp_path / "elsewhere"
    pipenv.pipfile.rename(elsewhere)
    pipenv.pipfile.symlink_to(elsewhere)
    elsewhere.chmod(0o640)
    pipenv.lockfile.chmod(0o600)
    pipenv.ok("install", "loner")
    assert pipenv.pipfile.is_symlink()
    assert "loner" in elsewhere.read_text(encoding="utf-8")
    assert elsewhere.stat().st_mode & 0o777 == 0o640
    assert pipenv.lockfile.stat().st_mode & 0o777 == 0o600


def test_files_from_the_future(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    pipenv.ok("install")
    ahead = pipenv.pipfile.stat().st_mtime + 10_000_000
    for folder in (pipenv.root, Path(pipenv.environ["PIPENV_CACHE_DIR"])):
        for path in folder.rglob("*"):
            os.utime(path, (ahead, ahead), follow_symlinks=False)
    pipenv.ok("install", "loner")
    pipenv.ok("remove")
    pipenv.ok("sync")
    assert set(pipenv.installed()) == {"trunk", "leaf", "loner"}


@pytest.mark.parametrize("home", ["", "/dev/null/home", "relative"])
def test_an_odd_home(pipenv: CommandLine, home: str) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    result = pipenv.spawn("install", HOME=home)
    assert result.status == 0, result.stderr


def test_a_failed_installation_takes_back_the_lock(pipenv: CommandLine) -> None:
    pipenv.write_pipfile()
    pipenv.ok("install")
    site = next(Path(pipenv.ok("--venv").stdout.strip()).glob("lib/python*/site-packages"))
    (site / "trunk" / "__init__.py" / "in the way").mkdir(parents=True)
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    before = pipenv.snapshot()
    result = pipenv("install")
    assert result.status != 0
    assert result.stderr.count("ERROR:") == 1
    assert pipenv.snapshot() == before
    assert pipenv.installed() == {}
