"""Environments that somebody else has damaged: repaired, or told how; never "up to date"."""

from __future__ import annotations

import shutil
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.command_line import CommandLine

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX")


@pytest.fixture
def root(pipenv: CommandLine) -> Path:
    """The environment of a project that has been installed."""
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    pipenv.ok("install")
    return Path(pipenv.ok("--venv").stdout.strip())


def site_of(root: Path) -> Path:
    return next(root.glob("lib/python*/site-packages"))


def insist_on_repair_or_advice(pipenv: CommandLine, *words: str) -> None:
    """The command puts things in order, or fails with a message that says how to."""
    before = pipenv.snapshot()
    result = pipenv(*words)
    assert "Traceback" not in result.stderr
    if result.status:
        assert result.stderr.count("ERROR:") == 1
        assert "`pipenv remove`" in result.stderr
        pipenv.ok("remove")
        pipenv.ok(*words)
    assert pipenv.snapshot() == before
    outside = Path(sysconfig.get_path("purelib", vars={"base": sys.base_prefix}))
    assert not [*outside.glob("trunk*")]
    assert pipenv.installed() == {"trunk": "1.0", "leaf": "1.1"}
    assert pipenv.spawn("run", "python", "-c", "import leaf, trunk").status == 0


@pytest.mark.parametrize("words", [("sync",), ("install",)])
def test_an_interpreter_that_is_gone(
    pipenv: CommandLine, root: Path, words: tuple[str, ...], tmp_path: Path
) -> None:
    for link in (root / "bin").glob("python*"):
        link.unlink()
        link.symlink_to(tmp_path / "gone" / "python")
    insist_on_repair_or_advice(pipenv, *words)


@pytest.mark.parametrize("words", [("sync",), ("install",)])
def test_a_configuration_that_is_gone(
    pipenv: CommandLine, root: Path, words: tuple[str, ...]
) -> None:
    (root / "pyvenv.cfg").unlink()
    insist_on_repair_or_advice(pipenv, *words)


@pytest.mark.parametrize("words", [("sync",), ("install",)])
def test_a_program_folder_that_is_gone(
    pipenv: CommandLine, root: Path, words: tuple[str, ...]
) -> None:
    shutil.rmtree(root / "bin")
    insist_on_repair_or_advice(pipenv, *words)


def test_an_empty_folder_in_the_project_becomes_the_environment(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    (pipenv.root / ".venv").mkdir()
    pipenv.ok("install")
    assert pipenv.installed() == {"trunk": "1.0", "leaf": "1.1"}


@pytest.mark.parametrize("text", ["\0\x01nonsense\0", "", "/\n" * 3000, "../../../etc"])
def test_a_file_with_nonsense_in_place_of_the_environment(pipenv: CommandLine, text: str) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    (pipenv.root / ".venv").write_text(text, encoding="utf-8")
    result = pipenv("install")
    assert "Traceback" not in result.stderr
    assert "Unexpected" not in result.stderr
    if result.status:
        assert ".venv" in result.stderr
    assert (pipenv.root / ".venv").read_text(encoding="utf-8") == text


def test_debris_of_other_tools_is_no_package(pipenv: CommandLine, root: Path) -> None:
    site = site_of(root)
    for name in ("~eaf", "~eaf-1.0.dist-info", "-eaf", ".pip-half", "leaf-1.0.dist-info"):
        (site / name).mkdir()
    (site / "~eaf-1.0.dist-info" / "METADATA").write_text("Name: leaf\nVersion: 1.0\n")
    (site / "broken-1.0.dist-info").mkdir()
    (site / "broken-1.0.dist-info" / "METADATA").write_bytes(b"\xff\0\n\n")
    (site / "old-1.0.egg-info").write_bytes(b"")
    for words in (("sync",), ("graph",), ("install", "loner"), ("uninstall", "loner")):
        result = pipenv.ok(*words)
        assert "Traceback" not in result.stderr
    assert pipenv.installed()["leaf"] == "1.1"
    assert pipenv.spawn("run", "python", "-c", "import leaf, trunk").status == 0
