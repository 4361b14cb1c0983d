"""Completion: the protocol, and the shells themselves."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipenv.cli import main
from pipenv.cli.completing import split_line
from pipenv.cli.registry import COMMANDS
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
"test:unit" = "pytest"
"""


@pytest.fixture
def project(pipenv: CommandLine) -> CommandLine:
    pipenv.write_pipfile(PIPFILE)
    pipenv.ok("lock")
    return pipenv


def raw(pipenv: CommandLine, line: str, shell: str, **variables: str) -> str:
    """What a shell would be answered."""
    answers = pipenv.root.parent / "answers"
    protocol = {
        "_ARGCOMPLETE": "1",
        "_ARGCOMPLETE_IFS": "\n",
        "_ARGCOMPLETE_SHELL": shell,
        "_ARGCOMPLETE_STDOUT_FILENAME": str(answers),
        "COMP_LINE": line,
        "COMP_POINT": str(len(line.encode())),
    }
    assert pipenv(**{**protocol, **variables}) == (0, "", "")  # type: ignore[arg-type]
    return answers.read_text(encoding="utf-8")


def asked(pipenv: CommandLine, line: str, point: int | None = None) -> list[str]:
    """The words that could come next."""
    at = {} if point is None else {"COMP_POINT": str(point)}
    return raw(pipenv, line, "powershell", **at).split("\n")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("pipenv uni", ["uninstall"]),
        ("pipenv --wh", ["--where"]),
        ("pipenv -v --python 3.12 syn", ["sync"]),
        ("pipenv install --cat", ["--categories"]),
        ("pipenv install --categories ", ["packages", "docs"]),
        ("pipenv install --categories=d", ["--categories=docs"]),
        ("pipenv run s", ["serve"]),
        ("pipenv run test:u", ["test:unit"]),
        ("pipenv run -v s", ["serve"]),
        ("pipenv run -- s", ["serve"]),
        ("pipenv run python3.", [f"python3.{sys.version_info[1]}"]),
        ("pipenv install -i lo", ["loopback"]),
        ("pipenv lock --categories packages,d", ["packages,docs"]),
        ("pipenv lock --categories 'packages d", ["packages docs"]),
        ("pipenv lock --resolution lowest-", ["lowest-direct"]),
        ("pipenv install -r Pipfile.", ["Pipfile.lock"]),
        ("pipenv install -e ./Pipfile.", ["./Pipfile.lock"]),
        ("pipenv lock --nothing-like-it", [""]),
        ("pipenv lock --backe", [""]),
        ("pipenv why leaf l", ["loner"]),
        ("pipenv run serve --v", [""]),
        ("pipenv uninstall l", ["leaf", "loner"]),
        ("pipenv uninstall leaf l", ["loner"]),
        ("pipenv cache p", ["prune"]),
        ("pipenv help wh", ["why"]),
        ("pipenv nonsense ", [""]),
        ("pipenv --pypi-mirror ", [""]),
        ("pipenv --python Pipfile.", ["Pipfile.lock"]),
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
    assert result.status == 1
    assert "`pipenv completion bash`" in result.stderr
    assert result.stdout == pipenv.ok("completion", "bash").stdout
    result = pipenv(_PIPENV_COMPLETE="bash_complete")
    assert (result.status, result.stdout) == (1, "")
    assert "pipenv completion" in result.stderr


def test_scripts(pipenv: CommandLine) -> None:
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


MARK = "ready to complete"
SILENCE_SECONDS = 30
MOST_READS = 4000
STARTS = {
    "bash": (("bash", "--norc", "--noprofile"), 'eval "$(pipenv completion bash)"'),
    "zsh": (
        ("zsh", "-f"),
        'autoload -Uz compinit && compinit -u -D; eval "$(pipenv completion zsh)"',
    ),
    "fish": (("fish", "--no-config"), "pipenv completion fish | source"),
    "tcsh": (("tcsh", "-f"), "set autolist; pipenv completion tcsh > c.tcsh; source c.tcsh"),
}
"""How a shell is started, and what a user writes to have completion."""
IN_SHELLS = [
    pytest.param(
        shell,
        marks=pytest.mark.skipif(not shutil.which(shell), reason=f"{shell} is not installed"),
    )
    for shell in STARTS
]


class Terminal:
    """A shell at work on a terminal of its own."""

    def __init__(self, pipenv: CommandLine, words: tuple[str, ...]) -> None:
        self._master, slave = pty.openpty()
        self._process = subprocess.Popen(
            [sys.executable, "-c", AS_TERMINAL, *words],
            cwd=pipenv.root,
            env={**pipenv.environ, "TERM": "vt100", "COLUMNS": "200"},
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def wait_for(self, text: str) -> None:
        """Read until `text` was shown."""
        seen = b""
        for _ in range(MOST_READS):
            if text.encode() in seen:
                return
            assert select.select([self._master], [], [], SILENCE_SECONDS)[0], seen
            seen += os.read(self._master, 4096)
        raise AssertionError(seen)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._master)


AS_TERMINAL = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "os.execvp(sys.argv[1], sys.argv[1:])"
)


@pytest.mark.parametrize("shell", IN_SHELLS)
@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("pipenv unins", "uninstall"),
        ("pipenv uninstall lea", "leaf"),
        ("pipenv run se", "serve"),
        ("pipenv lock --categories d", "docs"),
        ("pipenv lock --resolu", "--resolution"),
    ],
)
def test_in_a_real_shell(with_program: CommandLine, shell: str, typed: str, shown: str) -> None:
    words, setup = STARTS[shell]
    terminal = Terminal(with_program, words)
    try:
        terminal.type(f"{setup}; echo ready to comp''lete\n")
        terminal.wait_for(MARK)
        terminal.type(f"{typed}\t")
        # What is typed is shown, too; the rest of the word is Pipenv's.
        terminal.wait_for(shown[len(typed.rpartition(" ")[2]) :])
    finally:
        terminal.close()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_scripts_are_understood_by_their_shells(pipenv: CommandLine, shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    script = pipenv.root / "script"
    script.write_text(pipenv.ok("completion", shell).stdout, encoding="utf-8")
    completed = subprocess.run([shell, "-n", str(script)], capture_output=True, check=False)
    assert (completed.returncode, completed.stderr) == (0, b"")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "tcsh", "powershell"])
def test_commands_and_options_stand_in_the_script(pipenv: CommandLine, shell: str) -> None:
    script = pipenv.ok("completion", shell).stdout
    for entry in COMMANDS:
        assert entry.name in script
    for flag in ("categories", "dry-run", "resolution", "config-settings"):
        assert flag in script
    assert "dev_only" not in script
    assert "--backend" not in script


def test_names_for_shells_that_ask_by_words(project: CommandLine) -> None:
    assert project.ok("completion", "--names", "scripts").stdout == "serve\ntest:unit\n"
    assert project.ok("completion", "--names", "packages").stdout == "leaf\nloner\n"
    assert project.ok("completion", "--names", "categories").stdout == "packages\ndocs\n"
    assert project("completion", "--names", "nonsense").status == 2


def test_bash_breaks_words_at_some_signs(project: CommandLine) -> None:
    for line, expected in (
        ("pipenv lock --categories=do", "docs "),
        ("pipenv run test:u", "unit "),
        ("pipenv uninstall 'lea", "leaf' "),
    ):
        told = raw(project, line, "bash", _ARGCOMPLETE_COMP_WORDBREAKS=" \t=:")
        assert told == expected, line
    assert raw(project, "pipenv uninstall lea", "bash", _ARGCOMPLETE_SUPPRESS_SPACE="1") == "leaf"


def test_zsh_and_fish_are_told_what_a_word_means(project: CommandLine) -> None:
    assert raw(project, "pipenv veri", "zsh").startswith("verify:check that")
    assert raw(project, "pipenv run test", "zsh") == "test\\:unit:pytest"
    told = raw(project, "pipenv run ser", "fish", _ARGCOMPLETE_DFS="\t")
    assert told == "serve\tpython app.py"


def test_programs_that_are_started_by_an_interpreter(project: CommandLine) -> None:
    line = "python pipenv uninstall lea"
    assert raw(project, line, "powershell", _ARGCOMPLETE="2") == "leaf"


@pytest.mark.parametrize(
    ("line", "words", "prefix"),
    [
        ("pipenv run  a", ["pipenv", "run"], "a"),
        ("pipenv run 'a b' c\\ d", ["pipenv", "run", "a b"], "c d"),
        ('pipenv "run', ["pipenv"], "run"),
        ("pipenv run '' ", ["pipenv", "run", ""], ""),
        ("", [], ""),
        ("pipenv \\", ["pipenv"], ""),
    ],
)
def test_lines_are_split_as_shells_do(line: str, words: list[str], prefix: str) -> None:
    assert split_line(line)[:2] == (words, prefix)


def test_argcompletes_global_registration_finds_its_mark() -> None:
    """It looks for it among the first kilobyte of the module that the program starts in."""
    with open(main.__file__, "rb") as source:
        assert b"PYTHON_ARGCOMPLETE_OK" in source.read(1024)
