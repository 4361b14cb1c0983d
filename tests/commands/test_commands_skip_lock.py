"""``pipenv install --skip-lock``: what the Pipfile says, and no lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.command_line import CommandLine
    from support.loopback_index import LoopbackIndex


def test_the_pipfile_alone_decides(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "<1.2"\n\n[dev-packages]\nloner = "*"\n')
    result = pipenv.ok("install", "--skip-lock")
    assert not pipenv.lockfile.exists()
    assert pipenv.installed() == {"leaf": "1.1", "trunk": "1.0"}
    assert "installed 2 packages from Pipfile" in result.stderr
    pipenv.ok("install", "--skip-lock", "--dev")
    assert pipenv.installed() == {"leaf": "1.1", "trunk": "1.0", "loner": "0.5"}


def test_a_lock_is_neither_read_nor_written(pipenv: CommandLine, index: LoopbackIndex) -> None:
    pipenv.write_pipfile('[packages]\nloner = "*"\n')
    pipenv.ok("lock")
    index.add_wheel("loner", "0.6")
    before = pipenv.snapshot()
    pipenv.ok("install", "--clear", PIPENV_SKIP_LOCK="1")
    assert pipenv.installed() == {"loner": "0.6"}
    assert pipenv.snapshot() == before
    pipenv.lockfile.write_text("{damaged")
    pipenv.ok("install", "--skip-lock")
    assert pipenv.lockfile.read_text() == "{damaged"


def test_the_variable_has_an_opposite(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nloner = "*"\n')
    pipenv.ok("install", PIPENV_NO_SKIP_LOCK="1")
    assert pipenv.lockfile.exists()


def test_only_what_is_installed_has_to_be_found(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(
        '[packages]\nloner = "*"\nnobody = {version = "*", os_name = "== \'dos\'"}\n\n'
        '[docs]\nnobody-wrote-this = "*"\n\n[tests]\nleaf = "<2"\n'
    )
    pipenv.ok("install", "--skip-lock", "--categories", "tests packages")
    assert pipenv.installed() == {"leaf": "1.1", "loner": "0.5"}
    result = pipenv("install", "--skip-lock", "--all")
    assert result.status == 1
    assert "nobody-wrote-this" in result.stderr


def test_named_packages_are_written_to_the_pipfile(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nloner = "*"\n')
    pipenv.ok("install", "--skip-lock", "--dev", "trunk<1.2")
    assert 'trunk = "<1.2"' in pipenv.pipfile.read_text()
    assert not pipenv.lockfile.exists()
    assert pipenv.installed() == {"leaf": "1.1", "loner": "0.5", "trunk": "1.0"}
    before = pipenv.snapshot()
    assert pipenv("install", "--skip-lock", "--dev", "leaf>=2").status == 1
    assert pipenv.snapshot() == before


def test_requirements_are_imported_and_nothing_is_locked(pipenv: CommandLine) -> None:
    pipenv.write_pipfile("[packages]\n")
    (pipenv.root / "wanted.txt").write_text("leaf==1.0\n")
    pipenv.ok("install", "--skip-lock", "-r", "wanted.txt")
    assert pipenv.installed() == {"leaf": "1.0"}
    assert not pipenv.lockfile.exists()


@pytest.mark.parametrize("has_pipfile", [True, False])
def test_with_deploy_there_is_nothing_to_compare(
    pipenv: CommandLine,
    has_pipfile: bool,
) -> None:
    if has_pipfile:
        pipenv.write_pipfile('[packages]\nloner = "*"\n')
    result = pipenv("install", "--deploy", "--skip-lock")
    assert result.status == (0 if has_pipfile else 1)
    assert pipenv.pipfile.exists() == has_pipfile
    assert not pipenv.lockfile.exists()
