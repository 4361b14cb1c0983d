"""Completion: the protocol, and the shells themselves."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.command_line import PIPENV_PROCESS

if TYPE_CHECKING:
    from support.command_line import CommandLine

PIPFILE = """
[packages]
leaf = "*"

[docs]
loner = "*"

[scripts]
serve = "python app.py"
"""


@pytest.fixture
def project(pipenv: CommandLine) -> CommandLine:
    pipenv.write_pipfile(PIPFILE)
    pipenv.ok("lock")
    return pipenv


def asked(pipenv: CommandLine, line: str, point: int | None = None) -> list[str]:
    """What argcomplete's registration would be answered."""
    answers = pipenv.root.parent / "answers"
    result = pipenv(
        _ARGCOMPLETE="1",
        _ARGCOMPLETE_IFS="\n",
        _ARGCOMPLETE_SHELL="zsh",
        _ARGCOMPLETE_STDOUT_FILENAME=str(answers),
        COMP_LINE=line,
        COMP_POINT=str(len(line.encode()) if point is None else point),
    )
    assert result == (0, "", "")
    return answers.read_text(encoding="utf-8").split("\n")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("pipenv uni", ["uninstall"]),
        ("pipenv --wh", ["--where"]),
        ("pipenv -v --python 3.12 syn", ["sync"]),
        ("pipenv install --cat", ["--categories"]),
        ("pipenv install --categories ", ["packages", "docs"]),
        ("pipenv install --categories=d", ["--categories=docs"]),
        ("pipenv run ", ["serve"]),
        ("pipenv run serve --v", [""]),
        ("pipenv uninstall l", ["leaf", "loner"]),
        ("pipenv uninstall leaf l", ["loner"]),
        ("pipenv cache p", ["prune"]),
        ("pipenv help wh", ["why"]),
        ("pipenv nonsense ", [""]),
        ("pipenv --python ", [""]),
    ],
)
def test_what_could_come_next(project: CommandLine, line: str, expected: list[str]) -> None:
    assert asked(project, line) == expected


def test_the_cursor_counts(project: CommandLine) -> None:
    line = "pipenv uninstall"
    assert asked(project, line, len("pipenv uninst")) == ["uninstall"]


def test_every_command_is_offered(project: CommandLine) -> None:
    assert {"install", "lock", "sync", "run", "shell"} <= set(asked(project, "pipenv "))


def test_without_a_project_there_are_no_names(pipenv: CommandLine) -> None:
    assert asked(pipenv, "pipenv run ") == [""]


def test_nothing_is_made_and_nobody_asked(project: CommandLine) -> None:
    project.ok("remove")
    before, requests = project.snapshot(), len(project.index.requests)
    asked(project, "pipenv uninstall ")
    assert project.snapshot() == before
    assert len(project.index.requests) == requests
    assert project("--venv").status == 1


def test_descriptor_eight_and_the_space_of_bash(project: CommandLine) -> None:
    read, write = os.pipe()
    script = "import os, sys; os.dup2(int(sys.argv[1]), 8); os.execv(sys.argv[2], sys.argv[2:])"
    subprocess.run(
        [sys.executable, "-c", script, str(write), *PIPENV_PROCESS],
        cwd=project.root,
        env={
            **project.environ,
            "_ARGCOMPLETE": "1",
            "COMP_LINE": "pipenv uninstall lea",
            "COMP_POINT": "20",
        },
        pass_fds=(write,),
        check=True,
    )
    os.close(write)
    with os.fdopen(read, "rb") as stream:
        assert stream.read() == b"leaf "


def test_the_old_mechanism_says_what_to_do(pipenv: CommandLine) -> None:
    result = pipenv(_PIPENV_COMPLETE="bash_source")
    assert (result.status, result.stdout) == (1, "")
    assert "pipenv completion" in result.stderr


def test_scripts(pipenv: CommandLine) -> None:
    for shell in ("bash", "zsh", "fish", "powershell"):
        assert "_ARGCOMPLETE" in pipenv.ok("completion", shell).stdout
    assert pipenv.ok("completion", SHELL="/usr/bin/fish").stdout.startswith("function")
    assert pipenv("completion", "tin").status == 2


def _quoted(word: str) -> str:
    return "'" + word.replace("'", "'\"'\"'") + "'"


@pytest.fixture
def with_program(project: CommandLine, tmp_path: Path) -> CommandLine:
    """The project, and ``pipenv`` on PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "pipenv"
    words = " ".join(map(_quoted, PIPENV_PROCESS))
    program.write_text(f'#!/bin/sh\nexec {words} "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    project.environ["PATH"] = f"{folder}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    return project


def shell(pipenv: CommandLine, *words: str) -> str:
    completed = subprocess.run(
        words, cwd=pipenv.root, env=pipenv.environ, capture_output=True, text=True, check=False
    )
    assert completed.returncode == 0, completed.stderr
    return completed.stdout


@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")
def test_in_bash(with_program: CommandLine) -> None:
    script = (
        'eval "$(pipenv completion bash)"; COMP_LINE="pipenv uninstall l"; '
        'COMP_POINT=${#COMP_LINE}; _pipenv_completion; printf "%s|" "${COMPREPLY[@]}"'
    )
    assert shell(with_program, "bash", "--norc", "-c", script) == "leaf|loner|"


@pytest.mark.skipif(not shutil.which("fish"), reason="fish is not installed")
def test_in_fish(with_program: CommandLine) -> None:
    script = 'pipenv completion fish | source; complete -C "pipenv uninstall l"'
    assert shell(with_program, "fish", "--no-config", "-c", script).split() == ["leaf", "loner"]


@pytest.mark.skipif(not shutil.which("zsh"), reason="zsh is not installed")
def test_in_zsh(with_program: CommandLine) -> None:
    script = (
        "compdef() { : }; compadd() { shift; print -l -- $@ }; "
        'eval "$(pipenv completion zsh)"; '
        'BUFFER="pipenv uninstall l"; CURSOR=${#BUFFER}; _pipenv_completion'
    )
    assert shell(with_program, "zsh", "-f", "-c", script).split() == ["leaf", "loner"]
