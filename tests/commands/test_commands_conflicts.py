"""``Pipfile.lock`` with the marks of an unfinished merge."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from support.command_line import CommandLine
    from support.loopback_index import LoopbackIndex

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="merges with git")


def merged(folder: Path, base: str, ours: str, theirs: str, *options: str) -> str:
    """What ``git merge`` leaves of three texts."""
    for name, text in (("base", base), ("ours", ours), ("theirs", theirs)):
        (folder / name).write_text(text, encoding="utf-8")
    words = ["git", "merge-file", "-p", *options, "-L", "HEAD", "-L", "base", "-L", "feature"]
    completed = subprocess.run(
        [*words, "ours", "base", "theirs"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "<<<<<<< HEAD" in completed.stdout
    return completed.stdout


@pytest.fixture
def conflict(pipenv: CommandLine, index: LoopbackIndex, tmp_path: Path) -> str:
    """A lock whose sides have leaf 1.0 and 1.1; their change of loner to 0.4 was merged."""
    index.add_wheel("loner", "0.4")
    locks = []
    for leaf, loner in (("==2.0", "==0.5"), ("==1.0", "==0.5"), ("==1.1", "==0.4")):
        pipenv.write_pipfile(f'[packages]\nleaf = "{leaf}"\nloner = "{loner}"\n')
        pipenv.ok("lock")
        locks.append(pipenv.lockfile.read_text(encoding="utf-8"))
    pipenv.write_pipfile('[packages]\nleaf = "*"\nloner = "*"\n')
    text = merged(tmp_path, *locks)
    pipenv.lockfile.write_text(text, encoding="utf-8")
    return text


@needs_git
@pytest.mark.usefixtures("conflict")
def test_lock_keeps_what_it_can_of_both_sides(pipenv: CommandLine) -> None:
    result = pipenv.ok("lock")
    assert pipenv.locked_versions() == {"leaf": "1.1", "loner": "0.4"}
    assert "Pipfile.lock has merge conflict markers; it is locked again" in result.stderr
    assert "leaf 1.0 (ours) / 1.1 (theirs) -> 1.1" in result.stderr
    assert "loner" not in result.stderr
    assert pipenv.ok("verify")


@needs_git
@pytest.mark.usefixtures("conflict")
def test_the_version_that_the_pipfile_allows_wins(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "<1.1"\nloner = "*"\n')
    result = pipenv.ok("lock")
    assert pipenv.locked_versions()["leaf"] == "1.0"
    assert "leaf 1.0 (ours) / 1.1 (theirs) -> 1.0" in result.stderr


@needs_git
@pytest.mark.parametrize("style", ["--diff3", "--zdiff3"])
def test_the_common_ancestor_is_left_out(
    pipenv: CommandLine, conflict: str, tmp_path: Path, style: str
) -> None:
    del conflict
    texts = [(tmp_path / name).read_text(encoding="utf-8") for name in ("base", "ours", "theirs")]
    text = merged(tmp_path, *texts, style)
    assert "||||||| base" in text
    pipenv.lockfile.write_text(text, encoding="utf-8")
    pipenv.ok("lock")
    assert pipenv.locked_versions() == {"leaf": "1.1", "loner": "0.4"}


@needs_git
@pytest.mark.usefixtures("conflict")
def test_install_heals_and_installs(pipenv: CommandLine) -> None:
    result = pipenv.ok("install")
    assert "leaf 1.0 (ours) / 1.1 (theirs) -> 1.1" in result.stderr
    assert pipenv.installed() == {"leaf": "1.1", "loner": "0.4"}


@needs_git
@pytest.mark.usefixtures("conflict")
def test_sync_heals_and_installs(pipenv: CommandLine) -> None:
    result = pipenv.ok("sync")
    assert "Pipfile.lock has merge conflict markers; it is locked again" in result.stderr
    assert pipenv.locked_versions() == {"leaf": "1.1", "loner": "0.4"}
    assert pipenv.installed() == {"leaf": "1.1", "loner": "0.4"}
    assert result.stdout == ""


@needs_git
def test_deploy_refuses(pipenv: CommandLine, conflict: str) -> None:
    result = pipenv("install", "--deploy")
    assert result.status == 1
    assert "ERROR: `Pipfile.lock` has merge conflict markers, the first in line" in result.stderr
    assert pipenv.lockfile.read_text(encoding="utf-8") == conflict


@needs_git
def test_verify_says_what_is_wrong(pipenv: CommandLine, conflict: str) -> None:
    result = pipenv("verify")
    assert result.status == 1
    assert "Pipfile.lock has merge conflict markers, the first in line" in result.stderr
    assert pipenv.lockfile.read_text(encoding="utf-8") == conflict


@needs_git
def test_a_conflict_in_the_pipfile_is_for_people(pipenv: CommandLine, conflict: str) -> None:
    text = pipenv.pipfile.read_text(encoding="utf-8")
    pipenv.pipfile.write_text(
        text.replace('leaf = "*"', '<<<<<<< HEAD\nleaf = "*"\n=======\nleaf = "1.1"\n>>>>>>> x'),
        encoding="utf-8",
    )
    for command in ("lock", "sync"):
        result = pipenv(command)
        assert result.status == 1
        assert "merge conflict markers, the first in line" in result.stderr
        assert "Pipfile` has" in result.stderr
    assert pipenv.lockfile.read_text(encoding="utf-8") == conflict


def test_a_side_that_cannot_be_read_is_reported(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "<2"\n')
    pipenv.ok("lock")
    good = pipenv.lockfile.read_text(encoding="utf-8")
    pipenv.lockfile.write_text(f"<<<<<<< HEAD\n{good}=======\n[\n>>>>>>> feature\n", "utf-8")
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    result = pipenv.ok("lock")
    assert "their side (feature) of the conflict in Pipfile.lock cannot be read" in result.stderr
    assert pipenv.locked_versions() == {"leaf": "1.1"}


@needs_git
@pytest.mark.usefixtures("conflict")
def test_the_healed_lock_for_programs(pipenv: CommandLine) -> None:
    result = pipenv.ok("lock", "--json")
    assert json.loads(result.stdout)["lock"]["changed"] is True
