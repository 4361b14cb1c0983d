"""``pipenv upgrade`` and ``update``: what was named moves, the rest stays, with reasons."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.command_line import CommandLine
    from support.loopback_index import LoopbackIndex

PIPFILE = '[packages]\nloner = "*"\ntrunk = "*"  # the trunk\n'


@pytest.fixture
def project(pipenv: CommandLine, index: LoopbackIndex) -> CommandLine:
    """Locked before newer releases came."""
    pipenv.write_pipfile(PIPFILE)
    pipenv.ok("lock")
    index.add_wheel("loner", "0.6")
    index.add_wheel("trunk", "1.3", requires=["leaf>=1.1,<3"])
    return pipenv


def test_upgrade_moves_what_is_named(project: CommandLine) -> None:
    result = project.ok("upgrade", "trunk", "--clear")
    assert project.locked_versions() == {"leaf": "1.1", "loner": "0.5", "trunk": "1.3"}
    assert "~ trunk 1.2 -> 1.3 (asked for)" in result.stderr
    assert "# the trunk" in project.pipfile.read_text()
    assert result.stdout == ""
    assert project("verify").status == 0


def test_upgrade_writes_the_version_that_is_named(project: CommandLine) -> None:
    project.ok("upgrade", "loner==0.6", "--verbose", "--clear")
    assert project.locked_versions()["loner"] == "0.6"
    assert 'loner = "==0.6"' in project.pipfile.read_text()
    assert project.locked_versions()["trunk"] == "1.2"


def test_upgrade_of_the_lock_only(project: CommandLine) -> None:
    before = project.pipfile.read_bytes()
    project.ok("upgrade", "leaf==1.0", "--lock-only", "--clear")
    assert project.pipfile.read_bytes() == before
    assert project.locked_versions() == {"leaf": "1.0", "loner": "0.5", "trunk": "1.0"}


def test_upgrade_of_what_others_need(project: CommandLine) -> None:
    project.ok("upgrade", "leaf", "--clear")
    assert "leaf" not in project.pipfile.read_text()
    assert project.locked_versions() == {"leaf": "1.1", "loner": "0.5", "trunk": "1.2"}


def test_a_failed_upgrade_changes_nothing(project: CommandLine) -> None:
    before = project.snapshot()
    result = project("upgrade", "leaf==9", "--clear")
    assert result.status == 1
    assert project.snapshot() == before


def test_upgrade_elsewhere_than_asked(pipenv: CommandLine, index: LoopbackIndex) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "*"\n\n[dev-packages]\nloner = "*"\n')
    pipenv.ok("lock")
    index.add_wheel("loner", "0.6")
    result = pipenv.ok("upgrade", "loner", "--clear")
    assert "loner is listed in [dev-packages]" in result.stderr
    assert pipenv.locked_versions("develop") == {"loner": "0.6"}


def test_a_new_package_and_a_removed_one_have_their_reasons(
    project: CommandLine, index: LoopbackIndex
) -> None:
    index.add_wheel("loner", "0.7", requires=["company"])
    index.add_wheel("company", "1.0")
    result = project.ok("upgrade", "loner", "--clear")
    assert "+ company 1.0 (needed by loner)" in result.stderr
    index.add_wheel("loner", "0.8")
    result = project.ok("upgrade", "loner", "--clear")
    assert "- company 1.0 (no longer needed)" in result.stderr


def test_update_moves_all_and_installs(project: CommandLine) -> None:
    result = project.ok("update", "--clear")
    assert project.locked_versions() == {"leaf": "2.0", "loner": "0.6", "trunk": "1.3"}
    assert project.installed() == {"leaf": "2.0", "loner": "0.6", "trunk": "1.3"}
    assert "~ loner 0.5 -> 0.6 (newer release)" in result.stderr


def test_update_of_one_package(project: CommandLine) -> None:
    project.ok("update", "loner", "--clear")
    assert project.locked_versions() == {"leaf": "1.1", "loner": "0.6", "trunk": "1.2"}
    assert project.installed() == {"leaf": "1.1", "loner": "0.6", "trunk": "1.2"}


@pytest.mark.parametrize("flag", ["--outdated", "--dry-run"])
def test_what_an_update_would_do(project: CommandLine, flag: str) -> None:
    project.ok("sync")
    before = project.snapshot()
    result = project("update", flag, "--clear")
    assert result.status == 1
    assert "Package 'loner' out-of-date: '0.5' installed, '0.6' available." in result.stdout
    assert project.snapshot() == before
    project.ok("update")
    result = project.ok("update", flag)
    assert result.stdout == "All packages are up to date!\n"


@pytest.mark.parametrize("flag", ["--outdated", "--dry-run"])
def test_what_an_update_would_do_makes_nothing(pipenv: CommandLine, flag: str) -> None:
    assert pipenv("update", flag).status == 1
    assert not pipenv.pipfile.exists()
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    before = pipenv.snapshot()
    result = pipenv.ok("update", flag)
    assert result.stdout == "All packages are up to date!\n"
    assert "there is no virtualenv" in result.stderr
    assert pipenv.snapshot() == before
    assert pipenv("--venv").status == 1


def test_a_bound_that_moves_a_package_is_the_reason(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    pipenv.ok("lock")
    result = pipenv.ok("install", "trunk")
    assert "~ leaf 2.0 -> 1.1 (trunk 1.2 needs leaf >=1.1,<2)" in result.stderr


def test_programs_are_told_what_moved(project: CommandLine) -> None:
    document = json.loads(project.ok("upgrade", "loner", "--clear", "--json").stdout)
    assert document["lock"]["changed"] is True
    assert [(each["name"], each["from"], each["to"]) for each in document["lock"]["changes"]] == [
        ("loner", "0.5", "0.6")
    ]
