"""Source distributions: what their builds need, what they are told, and how they fail."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.git_repository import GitRepository
from support.package_factory import make_sdist, write_source_tree

if TYPE_CHECKING:
    from support.command_line import CommandLine
    from support.loopback_index import LoopbackIndex

requires_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

TELLING = """
import json, sys
from factory_backend import *
from factory_backend import _declaration, _pack

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    found = _declaration()
    name = found["stem"].partition("-")[0]
    told = json.dumps(config_settings, sort_keys=True)
    files = {name + ".py": "TOLD = %r\\nBUILT_IN = %r\\n" % (told, sys.prefix)}
    return _pack(found, files, wheel_directory)
"""
"""A backend that writes into the wheel what it was told, and where it was at work."""


def add_telling(index: LoopbackIndex, name: str, requires: str = "[]") -> None:
    pyproject = (
        f"[build-system]\nrequires = {requires}\n"
        'build-backend = "telling"\nbackend-path = ["backend"]\n'
    )
    members = {"backend/telling.py": TELLING}
    index.add_sdist(name, "1.0", pyproject=pyproject, extra_members=members)


def told(pipenv: CommandLine, name: str) -> object:
    result = pipenv.spawn("run", "python", "-c", f"import {name}; print({name}.TOLD)")
    assert result.status == 0, result.stderr
    return json.loads(result.stdout)


# What backends are told


def test_settings_of_single_packages(pipenv: CommandLine, index: LoopbackIndex) -> None:
    add_telling(index, "first")
    add_telling(index, "second")
    add_telling(index, "third")
    pipenv.write_pipfile(
        '[packages]\nfirst = "*"\nsecond = "*"\n'
        'third = {version = "*", pip_args = ["-C", "c=3", "--config-settings=d=4"]}\n'
        '\n[pipenv.config-settings]\nFirst = {a = "1", b = ["2", "3"]}\n'
    )
    pipenv.ok("install")
    assert told(pipenv, "first") == {"a": "1", "b": ["2", "3"]}
    assert told(pipenv, "second") is None
    assert told(pipenv, "third") == {"c": "3", "d": "4"}


def test_what_was_built_before_is_built_again_when_it_is_told_something_else(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    add_telling(index, "first")
    pipenv.write_pipfile('[packages]\nfirst = "*"\n')
    pipenv.ok("install")
    assert told(pipenv, "first") is None
    for value in ("1", "2", "1"):
        pipenv.pipfile.write_text(
            pipenv.pipfile.read_text().partition("\n[pipenv")[0]
            + f'\n[pipenv.config-settings]\nfirst = {{a = "{value}"}}\n'
        )
        pipenv.ok("uninstall", "--all")
        pipenv.ok("install")
        assert told(pipenv, "first") == {"a": value}
    pipenv.ok("uninstall", "--all")
    pipenv.ok("install", "--config-settings", "a=9", "--config-settings", "z=1")
    assert told(pipenv, "first") == {"a": "9", "z": "1"}


@pytest.mark.parametrize(
    "written",
    ['config-settings = "a=1"', "config-settings = {first = 1}", "config-settings.a.b = 1"],
)
def test_settings_that_are_none(pipenv: CommandLine, written: str) -> None:
    pipenv.write_pipfile(f'[packages]\nleaf = "*"\n\n[pipenv]\n{written}\n')
    before = pipenv.snapshot()
    result = pipenv("lock")
    assert result.status != 0
    assert "`config-settings`" in result.stderr
    assert "must be a table of" in result.stderr
    assert pipenv.snapshot() == before


# What builds need


def test_builds_with_the_same_needs_share_an_environment(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    for number in range(4):
        add_telling(index, f"seedling{number}", requires='["leaf", "loner"]')
    names = "".join(f'seedling{number} = "*"\n' for number in range(4))
    pipenv.write_pipfile(f"[packages]\n{names}")
    pipenv.ok("install")
    modules = ", ".join(f"seedling{number}" for number in range(4))
    code = f"import {modules}; print(*{{each.BUILT_IN for each in ({modules})}})"
    built_in = pipenv.spawn("run", "python", "-c", code).stdout.split()
    assert len(built_in) == 1
    assert not Path(built_in[0]).exists()


def test_a_circle_of_builds_is_told(pipenv: CommandLine, index: LoopbackIndex) -> None:
    index.add_sdist("hen", "1.0", build_requires=["egg"])
    index.add_sdist("egg", "1.0", build_requires=["hen"])
    pipenv.write_pipfile("[packages]\n")
    before = pipenv.snapshot()
    result = pipenv("install", "hen")
    assert result.status == 1
    assert "hen → egg → hen" in result.stderr
    assert "Traceback" not in result.stderr
    assert pipenv.snapshot() == before


@requires_git
@pytest.mark.parametrize("suffix", ["", "@v1"])
def test_a_repository_as_build_requirement(
    pipenv: CommandLine, index: LoopbackIndex, tmp_path: Path, suffix: str
) -> None:
    repository = GitRepository(tmp_path / "repository")
    helper = make_sdist("helper", "3.0", requires=["loner"])
    tree = write_source_tree(tmp_path / "trees", helper)
    shutil.copytree(tree, repository.folder, dirs_exist_ok=True)
    repository.commit("v1")
    backend = (
        "import helper, loner\nassert helper.VERSION == '3.0'\nfrom factory_backend import *\n"
    )
    requirement = f"helper @ git+{repository.url}{suffix}"
    pyproject = (
        f'[build-system]\nrequires = ["{requirement}"]\n'
        'build-backend = "helped"\nbackend-path = ["backend"]\n'
    )
    index.add_sdist(
        "seedling", "1.0", pyproject=pyproject, extra_members={"backend/helped.py": backend}
    )
    pipenv.write_pipfile('[packages]\nseedling = "*"\n')
    pipenv.ok("install")
    assert pipenv.installed() == {"seedling": "1.0"}


def test_the_compilers_words_are_shown_as_they_are(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    words = "pair.c:3:10: fatal error: ffi.h: No such file or directory\n    3 | #include <ffi.h>"
    pyproject = (
        '[build-system]\nrequires = []\nbuild-backend = "compiling"\nbackend-path = ["backend"]\n'
    )
    backend = (
        "import subprocess, sys\nfrom factory_backend import *\n"
        "def build_wheel(*_, **__):\n"
        f"    code = 'import sys; sys.stderr.write({words!r}); sys.exit(1)'\n"
        "    subprocess.run([sys.executable, '-c', code], check=True)\n"
    ).replace(repr(words), repr(words).replace("\\", "\\\\").replace("'", '"'))
    index.add_sdist(
        "pair", "1.0", pyproject=pyproject, extra_members={"backend/compiling.py": backend}
    )
    pipenv.write_pipfile('[packages]\npair = "*"\n')
    result = pipenv("install")
    assert result.status == 1
    assert words in result.stderr
    assert "`pair` 1.0" in result.stderr or "`pair`" in result.stderr
