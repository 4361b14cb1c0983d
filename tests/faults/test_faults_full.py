"""Real disks that are full, and folders that another user may not write to."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import pipenv as package
from support.command_line import PIPENV_PROCESS, Result
from support.consistency import insist_on_consistency

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.command_line import CommandLine
    from support.loopback_index import LoopbackIndex

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="mounts file systems as Linux does")

NOBODY = 65534
LARGE = {"large/__init__.py": "", "large/data.bin": os.urandom(3_000_000)}


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with two megabytes."""
    place = tmp_path / "small"
    place.mkdir()
    mount = shutil.which("mount")
    words = [str(mount), "-t", "tmpfs", "-o", "size=2m", "none", str(place)]
    if mount is None or subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("no file system may be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def grow(place: Path) -> None:
    words = ["mount", "-o", "remount,size=400m", str(place)]
    subprocess.run(words, check=True, capture_output=True)


def fill(place: Path) -> None:
    """Leave no byte."""
    try:
        with (place / "filling").open("wb", buffering=0) as file:
            for size in (65536, 4096, 1):
                while file.write(bytes(size)) == size:
                    pass
    except OSError:
        return


def insist_on_a_clear_refusal(result: Result, *named: str) -> None:
    assert result.status == 1, result.stderr
    assert "Traceback" not in result.stderr
    assert "Pipenv itself failed" not in result.stderr
    assert result.stderr.count("ERROR:") == 1, result.stderr
    assert "hint: " in result.stderr, result.stderr
    for each in named:
        assert each in result.stderr


def test_no_room_for_the_cache(pipenv: CommandLine, index: LoopbackIndex, small: Path) -> None:
    index.add_wheel("large", "1.0", files=LARGE)
    pipenv.environ["PIPENV_CACHE_DIR"] = str(small / "cache")
    pipenv.write_pipfile('[packages]\ntrunk = "*"\nlarge = "*"\n')
    result = pipenv.spawn("install")
    assert result.status == 0, result.stderr
    assert pipenv.installed() == {"trunk": "1.0", "leaf": "1.1", "large": "1.0"}
    fill(small)
    pipenv.ok("install", "loner")
    pipenv.ok("uninstall", "loner")
    (small / "filling").unlink()
    grow(small)
    pipenv.ok("remove")
    pipenv.ok("sync")
    assert pipenv.installed() == {"trunk": "1.0", "leaf": "1.1", "large": "1.0"}


def test_no_room_for_the_environment(
    pipenv: CommandLine, index: LoopbackIndex, small: Path
) -> None:
    index.add_wheel("large", "1.0", files=LARGE)
    pipenv.write_pipfile('[packages]\nlarge = "*"\ntrunk = "*"\n')
    pipenv.ok("lock")
    pipenv.ok("remove")
    pipenv.environ["WORKON_HOME"] = str(small)
    before = pipenv.snapshot()
    insist_on_a_clear_refusal(pipenv.spawn("sync"), "no space left", str(small))
    assert pipenv.snapshot() == before
    grow(small)
    pipenv.ok("sync")
    insist_on_consistency(pipenv)
    assert pipenv.installed() == {"trunk": "1.0", "leaf": "1.1", "large": "1.0"}


@pytest.mark.parametrize("words", [("install", "large"), ("uninstall", "trunk"), ("update",)])
def test_no_room_left_in_the_environment(
    pipenv: CommandLine, index: LoopbackIndex, small: Path, words: tuple[str, ...]
) -> None:
    grow(small)
    pipenv.environ["WORKON_HOME"] = str(small)
    pipenv.write_pipfile('[packages]\ntrunk = "*"\nleaf = "==1.0"\n')
    pipenv.ok("install")
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    pipenv.ok("install")
    index.add_wheel("large", "1.0", files=LARGE)
    before, installed = pipenv.snapshot(), pipenv.installed()
    fill(small)
    result = pipenv.spawn(*words)
    if result.status:
        insist_on_a_clear_refusal(result, "no space left", str(small))
        assert pipenv.snapshot() == before
        assert pipenv.installed() == installed
    else:
        assert words[0] == "uninstall"  # needs next to no room
    (small / "filling").unlink()
    pipenv.ok(*words)
    pipenv.ok("sync")
    insist_on_consistency(pipenv)


@pytest.mark.parametrize("words", [("lock",), ("install", "loner"), ("update",)])
def test_no_room_in_the_project(pipenv: CommandLine, small: Path, words: tuple[str, ...]) -> None:
    pipenv.root = small / "project"
    pipenv.root.mkdir()
    pipenv.write_pipfile('[packages]\ntrunk = "*"\nleaf = "==1.0"\n')
    pipenv.ok("install")
    pipenv.write_pipfile('[packages]\ntrunk = "*"\nthird = "*"\n')
    before, installed = pipenv.snapshot(), pipenv.installed()
    fill(small)
    insist_on_a_clear_refusal(pipenv.spawn(*words), "no space left", str(pipenv.root))
    assert pipenv.snapshot() == before
    assert pipenv.installed() == installed
    (small / "filling").unlink()
    pipenv.ok(*words)
    pipenv.ok("sync")
    assert not [*pipenv.root.glob(".*")]


def test_a_cache_on_another_file_system(pipenv: CommandLine, small: Path) -> None:
    grow(small)
    pipenv.environ["PIPENV_CACHE_DIR"] = str(small / "cache")
    for mode in ("", "hardlink", "copy", "symlink"):
        pipenv.environ["PIPENV_LINK_MODE"] = mode
        pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
        pipenv.ok("install")
        assert pipenv.installed() == {"trunk": "1.0", "leaf": "1.1"}
        assert pipenv.spawn("run", "python", "-c", "import leaf, trunk").status == 0
        pipenv.ok("remove")


# Another user


PYTHONS = [f"/usr/bin/python3.{minor}" for minor in range(10, 20)]
"""Of the system, which everybody may use."""


def may_use(python: str) -> bool:
    """Tell whether another user may run this Pipenv with `python`."""
    source = str(Path(package.__file__).parent.parent)
    code = f"import sys; sys.path.insert(0, {source!r}); import pipenv.cli.main"
    try:
        completed = subprocess.run(
            [python, "-c", code],
            capture_output=True,
            check=False,
            user=NOBODY,
            group=NOBODY,
            extra_groups=[],
        )
    except OSError:
        return False
    return completed.returncode == 0


class Stranger:
    """Calls the product as a user to whom nothing here belongs."""

    def __init__(self, pipenv: CommandLine, folder: Path) -> None:
        self._pipenv = pipenv
        self._python = next(filter(may_use, (sys.executable, *PYTHONS)), "")
        if not self._python:
            pytest.skip("another user may not read this Python or these sources")
        self.home = folder / "stranger"
        self.home.mkdir()
        os.chown(self.home, NOBODY, NOBODY)
        if self._python != sys.executable:
            pipenv.environ["PIPENV_DEFAULT_PYTHON_VERSION"] = self._python
        pipenv.environ["HOME"] = str(self.home)
        pipenv.environ["TMPDIR"] = str(self.home)

    def __call__(self, *words: str, **variables: str) -> Result:
        completed = subprocess.run(
            [self._python, *PIPENV_PROCESS[1:], *words],
            cwd=self._pipenv.root,
            env={**self._pipenv.environ, **variables},
            capture_output=True,
            text=True,
            check=False,
            user=NOBODY,
            group=NOBODY,
            extra_groups=[],
        )
        return Result(completed.returncode, completed.stdout, completed.stderr)

    def ok(self, *words: str, **variables: str) -> Result:
        result = self(*words, **variables)
        assert result.status == 0, result.stderr
        assert "Traceback" not in result.stderr
        return result

    def takes(self, *paths: Path) -> None:
        """Make everything in these folders the stranger's own."""
        for path in paths:
            path.mkdir(exist_ok=True)
            for one in (path, *path.rglob("*")):
                os.chown(one, NOBODY, NOBODY, follow_symlinks=False)


@pytest.fixture
def stranger(pipenv: CommandLine, tmp_path: Path) -> Stranger:
    if os.getuid():
        pytest.skip("only root can be another user")
    for folder in (tmp_path, *tmp_path.parents):
        if not folder.stat().st_mode & 0o001:
            folder.chmod(folder.stat().st_mode | 0o011)
        if folder.name.startswith("pytest-of"):
            break
    made = Stranger(pipenv, tmp_path)
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    return made


def places(pipenv: CommandLine) -> tuple[Path, Path]:
    return Path(pipenv.environ["PIPENV_CACHE_DIR"]), Path(pipenv.environ["WORKON_HOME"])


def test_a_project_of_somebody_else(pipenv: CommandLine, stranger: Stranger) -> None:
    stranger.takes(*places(pipenv))
    insist_on_a_clear_refusal(stranger("lock"), str(pipenv.root), "permission denied")
    pipenv.ok("lock")
    stranger.takes(*places(pipenv))
    before = pipenv.snapshot()
    stranger.ok("sync")
    assert stranger.ok("run", "python", "-c", "import leaf, trunk")
    stranger.ok("verify")
    for words in (("install", "loner"), ("uninstall", "trunk"), ("upgrade", "leaf==1.0")):
        insist_on_a_clear_refusal(stranger(*words), str(pipenv.root), "permission denied")
        assert pipenv.snapshot() == before
        stranger.ok("sync")


@pytest.mark.parametrize("mode", [0o755, 0o700])
def test_a_cache_of_somebody_else(
    pipenv: CommandLine, stranger: Stranger, tmp_path: Path, mode: int
) -> None:
    cache, homes = places(pipenv)
    pipenv.ok("install")  # leaves a cache, with locks, that is root's own
    pipenv.ok("remove")
    cache.chmod(mode)
    stranger.takes(pipenv.root, homes)
    for words in (("sync",), ("install", "loner"), ("lock",), ("uninstall", "loner"), ("verify",)):
        stranger.ok(*words)
    assert all(one.stat().st_uid == 0 for one in cache.rglob("*"))
    assert stranger.ok("run", "python", "-c", "import leaf, trunk")
    assert not [*(tmp_path / "stranger").glob("pipenv-*")]


def test_an_environment_of_somebody_else(pipenv: CommandLine, stranger: Stranger) -> None:
    cache, homes = places(pipenv)
    pipenv.ok("install")
    stranger.takes(pipenv.root, cache)
    before = pipenv.snapshot()
    for words in (("install", "loner"), ("uninstall", "trunk"), ("remove",)):
        insist_on_a_clear_refusal(stranger(*words), str(homes), "permi")
        assert pipenv.snapshot() == before
    stranger.ok("sync")
    assert stranger.ok("run", "python", "-c", "import leaf, trunk")
    assert pipenv.installed() == {"trunk": "1.0", "leaf": "1.1"}


@pytest.mark.parametrize("is_there", [True, False])
def test_a_home_that_cannot_be_written(
    pipenv: CommandLine, stranger: Stranger, tmp_path: Path, *, is_there: bool
) -> None:
    home = tmp_path / "locked" / "home"
    home.parent.mkdir()
    if is_there:
        home.mkdir()
    stranger.takes(pipenv.root)
    variables = {"HOME": str(home), "PIPENV_CACHE_DIR": "", "WORKON_HOME": ""}
    insist_on_a_clear_refusal(stranger("install", **variables), str(home), "permission denied")
    stranger.ok("install", **variables, PIPENV_VENV_IN_PROJECT="1")
    assert not pipenv.lockfile.is_symlink()


def test_a_temporary_folder_that_cannot_be_written(
    pipenv: CommandLine, index: LoopbackIndex, stranger: Stranger, tmp_path: Path
) -> None:
    index.add_sdist("built", "1.0")
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    stranger.takes(pipenv.root, *places(pipenv))
    locked = tmp_path / "locked"
    locked.mkdir()
    stranger.ok("install", TMPDIR=str(locked))
    result = stranger("install", "built", TMPDIR=str(locked))
    if result.status:
        insist_on_a_clear_refusal(result, "TMPDIR")
    assert not [*locked.iterdir()]
