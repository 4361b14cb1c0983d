"""What is too much: ``clean``, ``sync --clean`` and ``--exact``, orphans of ``uninstall``."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.command_line import CommandLine

TWO = '[packages]\ntrunk = "*"\n\n[dev-packages]\nloner = "*"\n'
TRUNK = '[packages]\ntrunk = "*"\n'


@pytest.fixture
def crowded(pipenv: CommandLine) -> CommandLine:
    """A project whose environment has one package more than its lock."""
    pipenv.write_pipfile(TWO)
    pipenv.ok("install", "--dev")
    pipenv.write_pipfile(TRUNK)
    pipenv.ok("lock")
    return pipenv


def test_clean_removes_what_no_category_lists(crowded: CommandLine) -> None:
    before = crowded.snapshot()
    result = crowded.ok("clean")
    assert " - loner 0.5 (not locked)" in result.stderr
    assert set(crowded.installed()) == {"trunk", "leaf"}
    assert crowded.snapshot() == before
    assert "nothing to remove" in crowded.ok("clean").stderr
    assert crowded.spawn("run", "python", "-m", "pip", "--version").status == 0


def test_clean_names_what_it_would_remove(crowded: CommandLine) -> None:
    assert crowded.ok("clean", "--dry-run").stdout == "loner\n"
    assert "loner" in crowded.installed()


def test_clean_keeps_every_category(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(TWO)
    pipenv.ok("install", "--dev")
    pipenv.ok("clean")
    assert set(pipenv.installed()) == {"trunk", "leaf", "loner"}


def test_clean_goes_by_a_stale_lock_and_says_so(crowded: CommandLine) -> None:
    crowded.write_pipfile('[packages]\nleaf = "*"\n')
    assert "out of date" in crowded.ok("clean").stderr
    assert set(crowded.installed()) == {"trunk", "leaf"}


def test_clean_without_a_lock_touches_nothing(crowded: CommandLine) -> None:
    crowded.lockfile.unlink()
    result = crowded("clean")
    assert result.status == 1
    assert "Pipfile.lock" in result.stderr
    assert "loner" in crowded.installed()


@pytest.mark.parametrize("line", [["sync"], ["install"]])
def test_what_is_too_much_is_told_in_one_line(crowded: CommandLine, line: list[str]) -> None:
    for _ in range(2):
        told = [text for text in crowded.ok(*line).stderr.splitlines() if "loner" in text]
        assert len(told) == 1
        assert "`pipenv clean` removes it" in told[0]
    assert "loner" not in crowded.ok(*line, "--quiet").stderr


def test_sync_can_clean(crowded: CommandLine) -> None:
    crowded.ok("sync", "--clean")
    assert set(crowded.installed()) == {"trunk", "leaf"}


def test_sync_can_be_exact(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(TWO)
    pipenv.ok("install", "--dev")
    pipenv.ok("sync", "--clean")
    assert "loner" in pipenv.installed()
    pipenv.ok("sync", "--exact")
    assert set(pipenv.installed()) == {"trunk", "leaf"}


@pytest.mark.parametrize("switch", ["--clean", "--exact"])
def test_the_system_is_not_cleaned(crowded: CommandLine, switch: str) -> None:
    result = crowded("sync", switch, "--system")
    assert result.status == 1
    assert switch in result.stderr


def test_uninstall_collects_what_nobody_needs_any_more(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\nloner = "*"\n')
    pipenv.ok("install")
    result = pipenv.ok("uninstall", "trunk")
    assert " - leaf 1.1 (nothing else needs it)" in result.stderr
    assert set(pipenv.installed()) == {"loner"}


def test_uninstall_leaves_what_the_lock_never_had(crowded: CommandLine) -> None:
    crowded.ok("uninstall", "trunk")
    assert set(crowded.installed()) == {"loner"}


# --deploy and hashes


def without_hashes(pipenv: CommandLine) -> None:
    lock = json.loads(pipenv.lockfile.read_text())
    del lock["default"]["leaf"]["hashes"]
    pipenv.lockfile.write_text(json.dumps(lock, indent=4, sort_keys=True) + "\n")


@pytest.mark.parametrize("line", [["sync"], ["install"]])
def test_unchecked_packages_are_not_deployed(pipenv: CommandLine, line: list[str]) -> None:
    pipenv.write_pipfile(TRUNK)
    pipenv.ok("lock")
    without_hashes(pipenv)
    result = pipenv(*line, "--deploy")
    assert result.status == 1
    assert "no hashes for `leaf`" in result.stderr
    assert pipenv.installed() == {}
    assert "no hashes for `leaf`" in pipenv.ok(*line).stderr
    assert set(pipenv.installed()) == {"trunk", "leaf"}


def test_sync_deploy_refuses_a_stale_lock(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(TRUNK)
    pipenv.ok("lock")
    pipenv.ok("sync", "--deploy")
    pipenv.write_pipfile(TWO)
    assert pipenv("sync", "--deploy").status == 1
    assert pipenv("sync").status == 0


# --dry-run


def tree(pipenv: CommandLine) -> dict[str, bytes]:
    root = Path(pipenv.ok("--venv").stdout.strip())
    return {
        str(path): path.read_bytes()
        for folder in (root, pipenv.root)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (["install", "leaf==1.0"], " ~ leaf 1.1 -> 1.0"),
        (["install"], " + loner 0.5"),
        (["uninstall", "trunk"], " - leaf 1.1 (nothing else needs it)"),
        (["sync"], " + loner 0.5"),
        (["sync", "--exact"], " + loner 0.5"),
        (["lock"], ""),
        (["upgrade", "trunk==1.0"], " ~ trunk 1.2 -> 1.0"),
        (["clean"], ""),
        (["remove"], "Removing virtualenv"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_dry_run_tells_and_touches_nothing(
    pipenv: CommandLine, line: list[str], told: str
) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\nloner = "*"\n')
    pipenv.ok("install")
    pipenv.ok("uninstall", "--all")
    pipenv.ok("install", "trunk")
    root = Path(pipenv.ok("--venv").stdout.strip())
    for path in root.rglob("loner*"):
        for file in path.rglob("*") if path.is_dir() else [path]:
            file.unlink()
        if path.is_dir():
            path.rmdir()
    before = tree(pipenv)
    result = pipenv.ok(*line, "--dry-run")
    assert told in result.stdout
    assert tree(pipenv) == before


def test_a_dry_run_in_an_empty_folder_makes_nothing(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(TRUNK)
    result = pipenv.ok("install", "--dry-run")
    assert " + trunk 1.2" in result.stdout
    assert not pipenv.lockfile.exists()
    assert pipenv("--venv").status == 1
    pipenv.pipfile.unlink()
    pipenv("install", "--dry-run", "--pypi-mirror", pipenv.index.url)
    assert not pipenv.pipfile.exists()


def test_an_orphan_that_something_unlocked_needs_stays(pipenv: CommandLine) -> None:
    pipenv.index.add_wheel("guest", "1.0", requires=["leaf"])
    pipenv.write_pipfile('[packages]\ntrunk = "*"\nguest = "*"\nloner = "*"\n')
    pipenv.ok("install")
    pipenv.write_pipfile('[packages]\ntrunk = "*"\nloner = "*"\n')
    pipenv.ok("lock")
    pipenv.ok("uninstall", "trunk")
    assert set(pipenv.installed()) == {"guest", "leaf", "loner"}


def test_tools_of_the_environment_are_no_orphans(pipenv: CommandLine) -> None:
    pipenv.index.add_wheel("wheel", "0.1")
    pipenv.index.add_wheel("builder", "1.0", requires=["wheel"])
    pipenv.write_pipfile('[packages]\nbuilder = "*"\n')
    pipenv.ok("install")
    pipenv.ok("uninstall", "builder")
    environment = Path(pipenv.ok("--venv").stdout.strip())
    assert list(environment.glob("lib/*/site-packages/wheel-0.1.dist-info"))


@pytest.mark.parametrize("words", [("clean",), ("uninstall", "--all")])
def test_without_an_environment_there_is_nothing_to_remove(
    pipenv: CommandLine, words: tuple[str, ...]
) -> None:
    pipenv.write_pipfile(TRUNK)
    pipenv.ok("lock")
    pipenv.ok("remove")
    assert "nothing to remove" in pipenv.ok(*words).stderr
    assert pipenv("--venv").status == 1


def test_uninstalling_what_nothing_lists_asks_nobody(crowded: CommandLine) -> None:
    before = crowded.snapshot()
    asked = len(crowded.index.requests)
    result = crowded.ok("uninstall", "loner")
    assert " - loner 0.5 (uninstalled)" in result.stderr
    assert "loner" not in crowded.installed()
    assert crowded.snapshot() == before
    assert len(crowded.index.requests) == asked


def test_uninstall_skip_lock_leaves_the_lock(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(TWO)
    pipenv.ok("install", "--dev")
    _, lock = pipenv.snapshot()
    pipenv.ok("uninstall", "--dev", "--skip-lock", "loner")
    pipfile, after = pipenv.snapshot()
    assert lock == after
    assert b"loner" not in (pipfile or b"")
    assert set(pipenv.installed()) == {"trunk", "leaf"}


def test_each_change_is_told_once(pipenv: CommandLine) -> None:
    pipenv.write_pipfile()
    installed = pipenv.ok("install", "trunk").stderr
    assert [installed.count(f"+ {name} ") for name in ("trunk", "leaf")] == [1, 1]
    removed = pipenv.ok("uninstall", "trunk").stderr
    assert [removed.count(f"- {name} ") for name in ("trunk", "leaf")] == [1, 1]


def test_sync_is_strict_by_its_flag_alone(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(TRUNK)
    pipenv.ok("lock")
    pipenv.write_pipfile(TWO)
    assert pipenv("sync", "--deploy").status == 1
    assert pipenv("sync", PIPENV_DEPLOY="1").status == 0


@pytest.mark.parametrize("command", ["sync", "install"])
def test_a_module_that_was_deleted_comes_back(pipenv: CommandLine, command: str) -> None:
    pipenv.write_pipfile(TRUNK)
    pipenv.ok("install")
    found = list(Path(pipenv.ok("--venv").stdout.strip()).glob("lib/*/site-packages/leaf*"))
    [module] = [path for path in found if not path.name.endswith(".dist-info")]
    if module.is_dir():
        shutil.rmtree(module)
    else:
        module.unlink()
    result = pipenv.ok(command)
    assert f"`{module.name}` is missing" in result.stderr
    assert module.exists()
    assert "nothing to install" in pipenv.ok(command).stderr
