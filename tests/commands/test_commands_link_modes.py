"""``PIPENV_LINK_MODE`` and ``link-mode``: how files get into environments."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.command_line import CommandLine
    from support.loopback_index import LoopbackIndex


def site(pipenv: CommandLine) -> Path:
    (found,) = Path(pipenv.ok("--venv").stdout.strip()).glob("lib/python*/site-packages")
    return found


def cached_module(pipenv: CommandLine) -> Path:
    (found,) = Path(pipenv.environ["PIPENV_CACHE_DIR"]).glob("wheels-v1/*/*/tree/leaf/__init__.py")
    return found


def answer(pipenv: CommandLine) -> str:
    code = "import leaf; print(leaf.VERSION)"
    return pipenv.spawn("run", "python", "-B", "-c", code).stdout.strip()


@pytest.mark.parametrize("written", [True, False])
@pytest.mark.parametrize("mode", ["clone", "hardlink", "copy", "symlink"])
def test_each_mode_from_installing_to_removing(
    pipenv: CommandLine, mode: str, written: bool
) -> None:
    pipenv.environ["PIPENV_LINK_MODE"] = "" if written else mode
    setting = f'\n[pipenv]\nlink-mode = "{mode}"\n' if written else ""
    pipenv.write_pipfile(f'[packages]\nleaf = "==1.1"\n{setting}')
    pipenv.ok("install")
    folder = site(pipenv) / "leaf"
    assert answer(pipenv) == "1.1"
    assert folder.is_symlink() is (mode == "symlink")
    shares = os.path.samefile(folder / "__init__.py", cached_module(pipenv))
    if mode in {"copy", "symlink"}:
        assert shares is (mode == "symlink")
    pipenv.pipfile.write_text(pipenv.pipfile.read_text().replace("1.1", "2.0"))
    pipenv.ok("install")
    assert answer(pipenv) == "2.0"
    pipenv.ok("uninstall", "leaf")
    assert pipenv.installed() == {}
    assert not os.path.lexists(folder)


@pytest.mark.parametrize("written", [True, False])
def test_a_mode_that_is_none(pipenv: CommandLine, written: bool) -> None:
    setting = '\n[pipenv]\nlink-mode = "reflink"\n' if written else ""
    pipenv.write_pipfile(f'[packages]\nleaf = "*"\n{setting}')
    before = pipenv.snapshot()
    pipenv.environ["PIPENV_LINK_MODE"] = "" if written else "reflink"
    result = pipenv("install")
    pipenv.environ["PIPENV_LINK_MODE"] = ""
    assert result.status == 1
    name = "`link-mode` in the Pipfile" if written else "PIPENV_LINK_MODE"
    assert f"{name} is `reflink`, which means nothing" in result.stderr
    assert "the choices are clone, hardlink, copy, symlink" in result.stderr
    assert pipenv.snapshot() == before
    assert not [*Path(pipenv.environ["WORKON_HOME"]).glob("*")]


def test_what_cannot_be_is_told_once(pipenv: CommandLine) -> None:
    """Most file systems cannot clone; those that can say nothing."""
    pipenv.write_pipfile('[packages]\nleaf = "*"\nloner = "*"\n')
    told = pipenv.ok("install", PIPENV_LINK_MODE="clone").stderr
    assert told.count("are made instead of clones") in {0, 1}
    assert "instead of" not in pipenv.ok("install", "trunk").stderr
    pipenv.ok("remove")
    told = pipenv.ok(
        "sync", "--extra-pip-args", "--no-cache-dir", PIPENV_LINK_MODE="symlink"
    ).stderr
    assert told.count("instead of symbolic links: the cache does not outlive this run") == 1
    assert answer(pipenv)


def test_the_cache_keeps_what_environments_are_links_to(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    index.add_wheel("next", "1.0", files={"leaf_two/__init__.py": ""})
    pipenv.write_pipfile('[packages]\nleaf = "*"\nnext = "*"\n\n[pipenv]\nlink-mode = "symlink"\n')
    pipenv.ok("install")
    told = pipenv.ok("cache", "prune", "--older-than", "0")
    assert answer(pipenv) == "2.0"
    for words in (("clear",), ("clear", "leaf")):
        told = pipenv.ok("cache", *words)
        assert "kept: environments have links to what is in the cache" in told.stderr
        assert answer(pipenv) == "2.0"
    pipenv.ok("--clear")
    assert answer(pipenv) == "2.0"
    pipenv.ok("remove")
    assert "kept" not in pipenv.ok("cache", "clear").stderr
    assert not [*Path(pipenv.environ["PIPENV_CACHE_DIR"]).glob("wheels-v1/*/*/tree")]


def test_an_environment_whose_cache_is_gone_is_mended(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    pipenv.ok("install", PIPENV_LINK_MODE="symlink")
    shutil.rmtree(pipenv.environ["PIPENV_CACHE_DIR"])
    assert answer(pipenv) == ""
    pipenv.ok("sync")
    assert answer(pipenv) == "2.0"
    assert not (site(pipenv) / "leaf").is_symlink()


def test_pip_removes_the_link_and_not_the_cache(pipenv: CommandLine) -> None:
    pytest.importorskip("pip")
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    pipenv.ok("install", PIPENV_LINK_MODE="symlink")
    folder = site(pipenv) / "leaf"
    python = folder.parents[3] / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", str(python))
    checked = subprocess.run([*pip, "check"], check=True, capture_output=True, text=True)
    assert "No broken requirements found." in checked.stdout
    subprocess.run([*pip, "uninstall", "--yes", "--quiet", "leaf"], check=True)
    assert not os.path.lexists(folder)
    assert cached_module(pipenv).read_text() == "VERSION = '2.0'\n"
    pipenv.ok("sync", PIPENV_LINK_MODE="symlink")
    assert folder.is_symlink()
