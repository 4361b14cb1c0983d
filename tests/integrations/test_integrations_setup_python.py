"""actions/setup-python: keeps the default folder of environments, and nothing else."""

from __future__ import annotations

import hashlib
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipenv.pipfile.toml_documents import read_toml

if TYPE_CHECKING:
    from support.command_line import CommandLine
    from support.loopback_index import LoopbackIndex


class Runner:
    """A machine that is fresh for each job: a home, a checkout, a cache between jobs."""

    def __init__(self, pipenv: CommandLine, tmp_path: Path) -> None:
        self.pipenv = pipenv
        for name in ("WORKON_HOME", "PIPENV_CACHE_DIR"):
            del pipenv.environ[name]
        self.home = Path(pipenv.environ["HOME"])
        self.environments = self.home / ".local" / "share" / "virtualenvs"
        self._kept = tmp_path / "kept"

    def key(self) -> str:
        return hashlib.sha256(self.pipenv.lockfile.read_bytes()).hexdigest()

    def keep(self) -> None:
        shutil.copytree(self.environments, self._kept / self.key(), symlinks=True)

    def begin(self) -> bool:
        """Start a job with an empty home; true if the cache had its environments."""
        shutil.rmtree(self.home)
        self.home.mkdir()
        kept = self._kept / self.key()
        if kept.is_dir():
            shutil.copytree(kept, self.environments, symlinks=True)
        return kept.is_dir()


@pytest.fixture
def runner(locked: CommandLine, tmp_path: Path) -> Runner:
    return Runner(locked, tmp_path)


def test_a_restored_environment_is_complete(
    locked: CommandLine, runner: Runner, index: LoopbackIndex
) -> None:
    assert not runner.begin()
    assert locked.spawn("install", "--deploy", "--dev").status == 0
    runner.keep()
    assert runner.begin()
    index.forget_requests()
    ran = locked.spawn("run", "python", "-c", "import loner, trunk; print(trunk.VERSION)")
    assert (ran.status, ran.stdout) == (0, "1.2\n"), ran.stderr
    again = locked.spawn("install", "--deploy", "--dev")
    assert again.status == 0
    assert "nothing to install" in again.stderr
    assert index.total() == 0


def test_another_lock_is_another_key(locked: CommandLine, runner: Runner) -> None:
    assert locked.spawn("install", "--deploy").status == 0
    runner.keep()
    locked.write_pipfile('[packages]\nleaf = "<1.1"\n', python=True)
    locked.ok("lock")
    assert not runner.begin()
    assert locked.spawn("install", "--deploy").status == 0


@pytest.mark.parametrize("name", ["python_full_version", "python_version"])
def test_the_version_comes_from_the_pipfile(pipenv: CommandLine, name: str) -> None:
    parts = sys.version_info[: 3 if name == "python_full_version" else 2]
    version = ".".join(map(str, parts))
    pipenv.write_pipfile(f'[packages]\nloner = "*"\n\n[requires]\n{name} = "{version}"\n')
    pipenv.ok("lock")
    pipenv.ok("install", "leaf")
    requires = read_toml(pipenv.pipfile.read_text())["requires"]
    assert (requires.get("python_full_version") or requires.get("python_version")) == version
