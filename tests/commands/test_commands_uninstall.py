"""``pipenv uninstall``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from support.command_line import CommandLine


def test_a_package_leaves_pipfile_lock_and_environment(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\n# the leaf\nleaf = "*"\nloner = "*"  # alone\n')
    pipenv.ok("install")
    result = pipenv.ok("uninstall", "loner")
    assert result.stdout == "Removed loner from Pipfile.\n"
    assert "loner" not in pipenv.pipfile.read_text()
    assert "# the leaf" in pipenv.pipfile.read_text()
    assert pipenv.locked_versions() == {"leaf": "2.0"}
    assert pipenv.installed() == {"leaf": "2.0"}
    assert pipenv.ok("verify").status == 0


def test_what_others_need_stays_installed(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "*"\ntrunk = "*"\n')
    pipenv.ok("install")
    result = pipenv.ok("uninstall", "leaf")
    assert "leaf stays installed" in result.stderr
    assert pipenv.installed() == {"leaf": "1.1", "trunk": "1.2"}


def test_dev_packages(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "*"\n\n[dev-packages]\nloner = "*"\n')
    pipenv.ok("install", "--dev")
    pipenv.ok("uninstall", "--dev", "loner")
    assert pipenv.locked()["develop"] == {}
    assert pipenv.installed() == {"leaf": "2.0"}


def test_all_dev(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "*"\n\n[dev-packages]\nloner = "*"\nleaf = "*"\n')
    pipenv.ok("install", "--dev")
    pipenv.ok("uninstall", "--all-dev")
    assert pipenv.locked()["develop"] == {}
    assert pipenv.installed() == {"leaf": "2.0"}


def test_all_empties_the_environment_only(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    pipenv.ok("install")
    before = pipenv.snapshot()
    pipenv.ok("uninstall", "--all")
    assert pipenv.installed() == {}
    assert pipenv.snapshot() == before
    assert pipenv.spawn("run", "python", "-m", "pip", "--version").status == 0


def test_an_unknown_package_is_no_error(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    pipenv.ok("install")
    assert pipenv("uninstall", "loner").status == 0
    assert pipenv.installed() == {"leaf": "2.0"}


def test_nothing_named(pipenv: CommandLine) -> None:
    pipenv.write_pipfile("[packages]\n")
    result = pipenv("uninstall")
    assert result.status == 1
    assert "No package provided!" in result.stderr


def test_without_an_environment_the_files_are_edited(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "*"\nloner = "*"\n')
    pipenv.ok("uninstall", "loner")
    assert pipenv.locked_versions() == {"leaf": "2.0"}
    assert pipenv("--venv").status == 1
