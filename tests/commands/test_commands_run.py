"""``run``: what stands before the program, and where it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.command_line import CommandLine


@pytest.fixture
def project(pipenv: CommandLine) -> CommandLine:
    pipenv.write_pipfile('[scripts]\npwd = "sh -c pwd"\nshow = "A=1 B=\'x y\' printenv A B"\n')
    pipenv.ok("--python", "3")
    return pipenv


def test_unknown_options_before_the_program_go_behind_it(project: CommandLine) -> None:
    assert project.spawn("run", "--odd", "echo", "a", "-v").stdout == "a -v --odd\n"
    assert project.spawn("run", "--", "echo", "--odd").stdout == "--odd\n"


def test_verbose_shows_the_line(project: CommandLine) -> None:
    result = project.spawn("-v", "run", "echo", "a b")
    assert (result.stdout, result.stderr) == ("a b\n", "$ echo 'a b'\n")


def test_the_folder_of_the_caller_is_kept_for_scripts_too(project: CommandLine) -> None:
    below = project.root / "below"
    below.mkdir()
    assert project.spawn("run", "pwd", cwd=below).stdout == f"{below}\n"
    assert project.spawn("run", "sh", "-c", "pwd", cwd=below).stdout == f"{below}\n"


def test_assignments_in_scripts(project: CommandLine) -> None:
    assert project.spawn("run", "show").stdout == "1\nx y\n"


def test_a_script_wins_over_a_program(project: CommandLine) -> None:
    with project.pipfile.open("a") as file:
        file.write('python = "echo not python"\n')
    assert project.spawn("run", "python", "-V").stdout == "not python -V\n"


def test_system_leaves_the_path_alone(pipenv: CommandLine) -> None:
    pipenv.write_pipfile()
    words = ("sh", "-c", 'echo "$PATH ${VIRTUAL_ENV-none} $PIPENV_ACTIVE"')
    expected = f"{pipenv.environ['PATH']} none 1\n"
    assert pipenv.spawn("run", "--system", *words).stdout == expected
    assert pipenv.spawn("run", *words, PIPENV_SYSTEM="1").stdout == expected
    assert pipenv("--venv").status == 1


def test_run_makes_the_environment_and_keeps_stdout_clean(pipenv: CommandLine) -> None:
    pipenv.write_pipfile()
    result = pipenv.spawn("run", "python", "-c", "print(1)")
    assert (result.status, result.stdout) == (0, "1\n")
    assert "creating a virtualenv" in result.stderr


def test_the_child_is_told_nothing_of_ours(project: CommandLine) -> None:
    listed = project.spawn("run", "printenv").stdout
    assert "PYTHONDONTWRITEBYTECODE" not in listed
    assert "PIP_" not in listed.replace("PIP_CONFIG_FILE=", "")


def test_the_courtesy_notice(project: CommandLine) -> None:
    root = project.ok("--venv").stdout.rstrip("\n")
    project.pipfile.write_text(project.pipfile.read_text() + "\n[packages]\n")
    told = project("install", VIRTUAL_ENV=root)
    assert told.stderr.count("Courtesy Notice") == 1
    project.environ["VIRTUAL_ENV"] = root
    for silent in (
        project("install", PIPENV_VERBOSITY="-1"),
        project("install", PIPENV_ACTIVE="1"),
        project("install", PIPENV_IGNORE_VIRTUALENVS="1"),
    ):
        assert "Courtesy" not in silent.stderr


def test_options_before_the_program_are_the_programs(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[scripts]\nsay = "echo hi"\n')
    pipenv.ok("install")
    words = ("run", "-q", "--verbose", "--foo=1", "--clear", "say", "a", "--python", "3")
    given = pipenv.spawn(*words).stdout
    assert given == "hi a --python 3 -q --verbose --foo=1 --clear\n"
    assert "Missing argument 'command'" in pipenv("run", "-v").stderr
