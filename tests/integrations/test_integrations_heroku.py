"""The Python buildpack: a Python of its own is filled, which is no virtual environment."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from support.git_repository import GitRepository
from support.package_factory import make_sdist, write_source_tree

if TYPE_CHECKING:
    from pathlib import Path

    from support.command_line import CommandLine, Result
    from support.loopback_index import LoopbackIndex
    from support.python_homes import PythonHome

VERSION = re.compile(r"^[0-9]+\.[0-9]+(\.[0-9]+)?$")


class Build:
    """The step of a build that calls Pipenv, with the variables it sets."""

    def __init__(self, pipenv: CommandLine, home: PythonHome, tmp_path: Path) -> None:
        self.pipenv = pipenv
        self.sources = tmp_path / "src"
        self.variables: dict[str, Any] = {
            "PATH": home.path(pipenv.environ["PATH"]),
            "PIPENV_NOSPIN": "1",
            "PIPENV_SYSTEM": "1",
            "PIPENV_VERBOSITY": "-1",
            "PIP_SRC": str(self.sources),
            "VIRTUAL_ENV": str(home.folder),
        }

    def __call__(self, *words: str, **variables: str) -> Result:
        return self.pipenv.spawn(*words, **{**self.variables, **variables})


@pytest.fixture
def build(pipenv: CommandLine, python_home: PythonHome, tmp_path: Path) -> Build:
    return Build(pipenv, python_home, tmp_path)


def test_the_version_of_python_is_read_from_the_lock(locked: CommandLine) -> None:
    requires = locked.locked()["_meta"]["requires"]
    assert VERSION.match(requires.get("python_full_version") or requires["python_version"])


@pytest.mark.parametrize(
    ("words", "installed"),
    [
        (("install", "--deploy"), {"trunk-1.2", "leaf-1.1"}),
        (("install", "--deploy", "--dev"), {"trunk-1.2", "leaf-1.1", "loner-0.5"}),
    ],
)
def test_a_build(
    locked: CommandLine,
    build: Build,
    python_home: PythonHome,
    words: tuple[str, ...],
    installed: set[str],
) -> None:
    before = locked.snapshot()
    result = build(*words)
    assert result.status == 0, result.stderr
    assert not re.search(r"[\x00-\x08\x0b-\x1f]", result.stdout + result.stderr)
    assert python_home.holds() == installed
    assert not (python_home.folder / "pyvenv.cfg").exists()
    assert not list((locked.root.parent / "virtualenvs").glob("*"))
    assert locked.snapshot() == before


def test_a_second_build_from_a_cache_has_nothing_to_do(
    locked: CommandLine, build: Build, index: LoopbackIndex
) -> None:
    assert build("install", "--deploy").status == 0
    index.forget_requests()
    assert build("install", "--deploy").status == 0
    assert index.total() == 0


def test_a_lock_out_of_date_stops_the_build(
    locked: CommandLine, build: Build, python_home: PythonHome
) -> None:
    locked.write_pipfile('[packages]\nloner = "*"\n', python=True)
    result = build("install", "--deploy")
    assert result.status == 1
    assert re.search(r"^Your Pipfile\.lock \(\w+\) is out of date", result.stdout, re.MULTILINE)
    assert re.search(r"^ERROR: .*Pipfile\.lock", result.stderr, re.MULTILINE)
    assert python_home.holds() == set()


def test_packages_that_pipenv_itself_has_are_installed(
    pipenv: CommandLine, build: Build, python_home: PythonHome, index: LoopbackIndex
) -> None:
    for name in ("certifi", "packaging", "typing_extensions"):
        index.add_wheel(name, "1.0")
    pipenv.write_pipfile('[packages]\ncertifi = "*"\npackaging = "*"\ntyping-extensions = "*"\n')
    pipenv.ok("lock")
    result = build("install", "--deploy")
    assert result.status == 0, result.stderr
    assert python_home.holds() == {"certifi-1.0", "packaging-1.0", "typing_extensions-1.0"}


def test_another_index_from_a_variable_does_not_disturb(
    locked: CommandLine, build: Build, python_home: PythonHome, index: LoopbackIndex
) -> None:
    result = build("install", "--deploy", PIP_EXTRA_INDEX_URL=index.url)
    assert result.status == 0, result.stderr
    assert python_home.holds() == {"trunk-1.2", "leaf-1.1"}


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_editable_repositories_follow_the_folder_of_sources(
    pipenv: CommandLine, build: Build, python_home: PythonHome, tmp_path: Path
) -> None:
    package = make_sdist(
        "rooted", "1.0", files={}, extra_members={"rooted/__init__.py": "VERSION = '1.0'\n"}
    )
    tree = write_source_tree(tmp_path / "unpacked", package)
    repository = GitRepository(tmp_path / "repository")
    shutil.copytree(tree, repository.folder, dirs_exist_ok=True)
    commit = repository.commit()
    pipenv.write_pipfile(
        f'[packages]\nrooted = {{git = "{repository.url}", ref = "{commit}", editable = true}}\n'
    )
    pipenv.ok("lock")
    for sources in (build.sources, tmp_path / "moved"):
        result = build("install", "--deploy", PIP_SRC=str(sources))
        assert result.status == 0, result.stderr
        assert (sources / "rooted" / "rooted" / "__init__.py").is_file()
        where = build("run", "python", "-c", "import rooted; print(rooted.__file__)")
        assert where.stdout == f"{sources}/rooted/rooted/__init__.py\n"
        if sources == build.sources:
            shutil.rmtree(sources)


def test_clean_removes_what_left_the_lock(
    locked: CommandLine, build: Build, python_home: PythonHome
) -> None:
    assert build("install", "--deploy", "--dev").status == 0
    locked.write_pipfile('[packages]\nloner = "*"\n', python=True)
    locked.ok("lock")
    result = build("clean", "--system")
    assert result.status == 0, result.stderr
    assert python_home.holds() == {"loner-0.5"}


@pytest.mark.parametrize(
    "message",
    [
        "Could not find gdal-config",
        "sqlite3.h: No such file or directory",
        "Please use pip<24.1 if you need to use this version.",
    ],
)
def test_what_a_build_backend_says_is_in_the_log(
    pipenv: CommandLine, build: Build, index: LoopbackIndex, message: str
) -> None:
    index.add(make_sdist("unbuilt", "1.0", static=True, fails_with=message))
    pipenv.write_pipfile('[packages]\nunbuilt = "*"\n')
    pipenv.ok("lock")
    result = build("install", "--deploy")
    assert result.status == 1
    log = result.stdout + result.stderr
    assert [line for line in log.splitlines() if message in line]


def test_a_process_runs_in_the_python_that_was_filled(
    locked: CommandLine, build: Build, python_home: PythonHome
) -> None:
    assert build("install", "--deploy").status == 0
    ran = build("run", "python", "-c", "import sys, trunk; print(sys.prefix)")
    assert (ran.status, ran.stdout) == (0, f"{python_home.folder}\n"), ran.stderr
