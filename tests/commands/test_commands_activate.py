"""``activate``: one line for the user's shell."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from support.command_line import PIPENV_PROCESS

if TYPE_CHECKING:
    from support.command_line import CommandLine


@pytest.fixture
def made(pipenv: CommandLine) -> CommandLine:
    pipenv.write_pipfile()
    pipenv.ok("install")
    return pipenv


@pytest.mark.parametrize(
    ("shell", "line"),
    [
        ("bash", "source {}/bin/activate"),
        ("/usr/bin/fish", "source {}/bin/activate.fish"),
        ("tcsh", "source {}/bin/activate.csh"),
        ("xonsh", "source {}/bin/activate.xsh"),
        ("nu", "overlay use {}/bin/activate.nu"),
        ("pwsh", ". {}/bin/activate.ps1"),
    ],
)
def test_the_line_alone_is_on_stdout(made: CommandLine, shell: str, line: str) -> None:
    root = made.ok("--venv").stdout.rstrip("\n")
    assert made("activate", PIPENV_SHELL=shell) == (0, line.format(root) + "\n", "")


def test_an_unknown_shell(made: CommandLine) -> None:
    result = made("activate", PIPENV_SHELL="/opt/elvish")
    assert (result.status, result.stdout) == (1, "")
    assert "unknown shell elvish" in result.stderr


def test_it_makes_the_environment(pipenv: CommandLine) -> None:
    pipenv.write_pipfile()
    assert pipenv.ok("activate", PIPENV_SHELL="sh").stdout.startswith("source ")
    assert pipenv("--venv").status == 0


def test_without_a_pipfile_nothing_is_made(pipenv: CommandLine) -> None:
    assert pipenv("activate", PIPENV_SHELL="sh").status == 1
    assert list(pipenv.root.iterdir()) == []


@pytest.mark.parametrize("name", ["bash", "zsh", "ksh", "fish"])
def test_the_shell_that_asks_is_found_and_can_use_the_answer(made: CommandLine, name: str) -> None:
    shell = shutil.which(name)
    if shell is None:
        pytest.skip(f"{name} is not installed")
    root = made.ok("--venv").stdout.rstrip("\n")
    words = " ".join("'" + word.replace("'", "'\\''") + "'" for word in PIPENV_PROCESS)
    if name == "fish":
        words = " ".join(
            "'" + word.replace("\\", "\\\\").replace("'", "\\'") + "'" for word in PIPENV_PROCESS
        )
    asking = f"{words} activate"
    text = f"{asking} | source" if name == "fish" else f'eval "$({asking})"'
    text += '; echo "$VIRTUAL_ENV"; command -v python; true\n'
    done = subprocess.run(
        [shell, "-c", text],
        cwd=made.root,
        env={**made.environ, "SHELL": "/bin/other"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == f"{root}\n{root}/bin/python\n"
