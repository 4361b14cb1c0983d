"""Where packages are installed: active environments, prefixes, the user's folder."""

from __future__ import annotations

import os
import shutil
import sys
import venv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.git_repository import GitRepository
from support.package_factory import make_sdist, write_source_tree

if TYPE_CHECKING:
    from support.command_line import CommandLine

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="the layout of the folders is that of POSIX"
)
requires_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def make_environment(folder: Path) -> Path:
    venv.create(folder, with_pip=False, symlinks=True)
    return folder


def names_in(folder: Path) -> set[str]:
    """Names of the distributions below a folder."""
    return {path.name.partition("-")[0] for path in folder.rglob("*.dist-info")}


def on_path(pipenv: CommandLine, folder: Path) -> str:
    return os.pathsep.join([str(folder / "bin"), pipenv.environ["PATH"]])


@pytest.fixture
def locked(pipenv: CommandLine) -> CommandLine:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    pipenv.ok("lock")
    pipenv.ok("remove")
    return pipenv


@pytest.fixture
def active(tmp_path: Path) -> Path:
    return make_environment(tmp_path / "active")


def test_the_active_environment_wins_and_is_told(locked: CommandLine, active: Path) -> None:
    result = locked.ok("install", "--deploy", VIRTUAL_ENV=str(active), PIPENV_VENV_IN_PROJECT="1")
    assert names_in(active) == {"leaf", "trunk"}
    assert "Courtesy Notice" in result.stderr
    assert not (locked.root / ".venv").exists()
    quiet = locked.ok("install", VIRTUAL_ENV=str(active), PIPENV_VERBOSITY="-1")
    assert quiet.stderr == ""
    locked.ok("install", VIRTUAL_ENV=str(active), PIPENV_IGNORE_VIRTUALENVS="1")
    assert locked.installed() == {"leaf": "1.1", "trunk": "1.2"}


def test_requirements_go_into_the_active_environment(locked: CommandLine, active: Path) -> None:
    (locked.root / "requirements.txt").write_text("loner\n")
    locked.ok("install", "-r", "requirements.txt", VIRTUAL_ENV=str(active))
    assert names_in(active) == {"leaf", "loner", "trunk"}


def test_system_prefers_the_active_environment(
    locked: CommandLine, active: Path, tmp_path: Path
) -> None:
    other = make_environment(tmp_path / "other")
    path = on_path(locked, other)
    locked.ok("install", "--system", VIRTUAL_ENV=str(active), PATH=path, PIP_USER="1")
    assert names_in(active) == {"leaf", "trunk"}
    assert not names_in(other)
    assert not names_in(tmp_path / "home")


def test_system_takes_what_is_locked_even_when_it_is_stale(
    locked: CommandLine, tmp_path: Path
) -> None:
    path = on_path(locked, make_environment(tmp_path / "python"))
    locked.write_pipfile('[packages]\nleaf = "*"\n')
    before = locked.snapshot()
    result = locked("install", "--system", "--deploy", PATH=path)
    assert result.status == 1
    assert not names_in(tmp_path / "python")
    result = locked.ok("install", "--system", PATH=path)
    assert "out of date" in result.stderr
    assert locked.snapshot() == before
    assert names_in(tmp_path / "python") == {"leaf", "trunk"}


def test_system_without_a_lock(pipenv: CommandLine, tmp_path: Path) -> None:
    path = on_path(pipenv, make_environment(tmp_path / "python"))
    pipenv.write_pipfile('[packages]\nleaf = "*"\n\n[dev-packages]\nloner = "*"\n')
    result = pipenv("install", "--system", PATH=path)
    assert result.status == 1
    assert "Pipfile.lock not found" in result.stderr
    pipenv.ok("install", "--system", "--skip-lock", "--dev", PATH=path)
    assert names_in(tmp_path / "python") == {"leaf", "loner"}
    assert not pipenv.lockfile.exists()


def test_system_with_named_packages_records_them(pipenv: CommandLine, tmp_path: Path) -> None:
    path = on_path(pipenv, make_environment(tmp_path / "python"))
    pipenv.write_pipfile("[packages]\n")
    pipenv.ok("install", "--system", "leaf", PATH=path)
    assert names_in(tmp_path / "python") == {"leaf"}
    assert pipenv.locked_versions() == {"leaf": "2.0"}


def test_what_is_installed_may_be_installed_again(
    locked: CommandLine, active: Path, tmp_path: Path
) -> None:
    path = on_path(locked, make_environment(tmp_path / "python"))
    locked.ok("install", "--system", PATH=path)
    spoilt = next((tmp_path / "python").rglob("leaf*/**/METADATA")).parent / "spoilt"
    spoilt.touch()
    assert "nothing to install" in locked.ok("install", "--system", PATH=path).stderr
    result = locked.ok("install", "--system", PATH=path, PIP_IGNORE_INSTALLED="1")
    assert "installed 2 packages" in result.stderr
    # Without --system the variable means nothing; as an argument it does.
    locked.ok("install", VIRTUAL_ENV=str(active))
    result = locked.ok("install", VIRTUAL_ENV=str(active), PIP_IGNORE_INSTALLED="1")
    assert "nothing to install" in result.stderr
    again = locked.ok("install", "--extra-pip-args=-I", VIRTUAL_ENV=str(active))
    assert "installed 2 packages" in again.stderr


def test_pip_user_means_nothing_to_environments(locked: CommandLine, tmp_path: Path) -> None:
    locked.ok("install", "--deploy", PIP_USER="1", PIP_IGNORE_INSTALLED="1")
    assert locked.installed() == {"leaf": "1.1", "trunk": "1.2"}
    assert not names_in(tmp_path / "home")


@requires_git
def test_checkouts_go_where_pip_src_says_and_follow_it(pipenv: CommandLine, tmp_path: Path) -> None:
    repository = GitRepository(tmp_path / "repository")
    tree = write_source_tree(tmp_path / "made", make_sdist("ours", "1.0"))
    shutil.copytree(tree, repository.folder, dirs_exist_ok=True)
    repository.commit()
    pipenv.write_pipfile("[packages]\n")
    pipenv.ok("install", "-e", f"git+{repository.url}#egg=ours", PIP_SRC=str(tmp_path / "one"))
    assert (tmp_path / "one" / "ours" / "pyproject.toml").is_file()
    same = pipenv.ok("install", PIP_SRC=str(tmp_path / "one"))
    assert "nothing to install" in same.stderr
    pipenv.ok("install", "--deploy", PIP_SRC=str(tmp_path / "two"))
    root = pipenv.ok("--venv").stdout.strip()
    (link,) = (path.read_text() for path in Path(root).rglob("ours*.pth"))
    assert link.startswith(str(tmp_path / "two"))
    shutil.rmtree(tmp_path / "two")
    pipenv.ok("install", PIP_SRC=str(tmp_path / "two"))
    assert (tmp_path / "two" / "ours" / "pyproject.toml").is_file()


@pytest.mark.parametrize("words", [("install",), ("run", "true"), ("graph",), ("--venv",)])
def test_an_active_environment_that_is_gone_is_named(
    locked: CommandLine, tmp_path: Path, words: tuple[str, ...]
) -> None:
    locked.lockfile.unlink()
    gone = str(tmp_path / "gone")
    before = locked.snapshot()
    result = locked(*words, VIRTUAL_ENV=gone)
    assert (result.status, result.stdout) == (1, "")
    assert f"VIRTUAL_ENV says that `{gone}` is active, and there is nothing" in result.stderr
    assert "unset VIRTUAL_ENV" in result.stderr
    assert locked.snapshot() == before
    assert "is gone  -> deactivate" in locked.ok("status", VIRTUAL_ENV=gone).stdout
