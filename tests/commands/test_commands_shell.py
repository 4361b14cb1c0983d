"""``shell`` and ``activate``, with the shells of this machine on a terminal of their own."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
from typing import TYPE_CHECKING, NamedTuple

import pytest

from support.command_line import PIPENV_PROCESS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.command_line import CommandLine

MOST_READS = 4000
SILENCE_SECONDS = 20

AS_TERMINAL = "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
"""Makes standard input the terminal that job control belongs to."""


class Seen(NamedTuple):
    """What a session on a terminal showed, and how it ended."""

    text: str
    status: int


class User:
    """Somebody at a terminal."""

    def __init__(self, pipenv: CommandLine, home: Path, scratch: Path) -> None:
        self.pipenv = pipenv
        self.home = home
        self.scratch = scratch
        self.root = pipenv.ok("--venv").stdout.rstrip("\n")

    def types(
        self, shell: str, lines: list[str], *words: str, prompt: str = "", **variables: str
    ) -> Seen:
        """Start ``pipenv shell`` and type `lines` into it, once `prompt` is there."""
        master, slave = pty.openpty()
        environ = {
            **self.pipenv.environ,
            "TERM": "dumb",
            "TMPDIR": str(self.scratch),
            "PIPENV_SHELL": shell,
            **variables,
        }
        process = subprocess.Popen(
            [*PIPENV_PROCESS[:2], AS_TERMINAL + PIPENV_PROCESS[2], "shell", *words],
            cwd=self.pipenv.root,
            env=environ,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)
        waiting = "".join(line + "\n" for line in lines).encode()
        seen = b""
        try:
            for _ in range(MOST_READS):
                if waiting and prompt.encode() in seen:
                    os.write(master, waiting)
                    waiting = b""
                if not select.select([master], [], [], SILENCE_SECONDS)[0]:
                    break
                try:
                    piece = os.read(master, 4096)
                except OSError:  # how Linux says that nobody is on the other side any more
                    break
                if not piece:
                    break
                seen += piece
        finally:
            os.close(master)
        try:
            status = process.wait(SILENCE_SECONDS)
        finally:
            process.kill()
        return Seen(seen.decode(errors="replace").replace("\r", ""), status)


@pytest.fixture
def user(pipenv: CommandLine, tmp_path: Path) -> Iterator[User]:
    pipenv.write_pipfile()
    pipenv.ok("install")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    user = User(pipenv, tmp_path / "home", scratch)
    yield user
    assert list(scratch.glob("pipenv-*")) == []


def shell(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not installed")
    return path


POSIX = [
    'echo "A:$VIRTUAL_ENV:"',
    'echo "B:$PIPENV_ACTIVE:$PIPENV_PROJECT_DIR:$COLOUR:$OWN:"',
    'echo "C:$(command -v python):"',
    'echo "D:$PS1:"',
    "deactivate",
    'echo "E:$VIRTUAL_ENV:$PIPENV_ACTIVE:$PATH:"',
    "exit 7",
]


@pytest.mark.parametrize(
    ("name", "startup"),
    [("bash", ".bashrc"), ("zsh", ".zshrc"), ("dash", ".shrc"), ("ksh", ".shrc")],
)
def test_shells_of_the_family_of_sh(user: User, name: str, startup: str) -> None:
    path = shell(name)
    (user.home / startup).write_text("OWN=mine; PS1='mine> '\n")
    (user.home / ".zshenv").write_text("PATH=$PATH:/from/zshenv\n")
    (user.pipenv.root / ".env").write_text("COLOUR=green\n")
    variables = {"ENV": str(user.home / ".shrc")} if startup == ".shrc" else {}
    seen = user.types(path, POSIX, **variables)
    assert "Launching subshell in virtual environment..." in seen.text
    assert f"A:{user.root}:" in seen.text
    assert f"B:1:{user.pipenv.root}:green:mine:" in seen.text
    assert f"C:{user.root}/bin/python:" in seen.text
    assert "D:(project) mine> :" in seen.text
    after = user.pipenv.environ["PATH"] + (":/from/zshenv" if name == "zsh" else "")
    assert f"E:::{after}:" in seen.text
    assert seen.status == 7


def test_zsh_keeps_a_folder_of_start_up_files(user: User) -> None:
    path = shell("zsh")
    folder = user.home / "zsh files"
    folder.mkdir()
    (folder / ".zshrc").write_text("OWN=from-there\n")
    (user.home / ".zshenv").write_text(f"export ZDOTDIR='{folder}'\n")
    seen = user.types(path, ['echo "A:$OWN:$ZDOTDIR:$VIRTUAL_ENV:"', "exit"])
    assert f"A:from-there:{folder}:{user.root}:" in seen.text


def test_fish(user: User) -> None:
    path = shell("fish")
    config = user.home / ".config" / "fish"
    config.mkdir(parents=True)
    (config / "config.fish").write_text("set -g OWN mine\nfunction fish_prompt; echo 'me> '; end\n")
    seen = user.types(
        path,
        [
            'echo "A:$VIRTUAL_ENV:$PIPENV_ACTIVE:$OWN:"',
            'echo "D:"(fish_prompt)":"',
            "deactivate",
            'echo "E:$VIRTUAL_ENV:$PIPENV_ACTIVE:"',
            "exit 7",
        ],
    )
    assert f"A:{user.root}:1:mine:" in seen.text
    assert "D:(project) me> :" in seen.text
    assert "E:::" in seen.text
    assert seen.status == 7


@pytest.mark.parametrize("name", ["tcsh", "csh"])
def test_csh(user: User, name: str) -> None:
    path = shell(name)
    (user.home / ".cshrc").write_text("set own=mine\nset prompt='me> '\n")
    seen = user.types(
        path,
        [
            'echo "A:${VIRTUAL_ENV}:${PIPENV_ACTIVE}:${own}:${HOME}:${home}:"',
            'echo "D:${prompt}:"',
            "deactivate",
            'echo "E:$?VIRTUAL_ENV":"$?PIPENV_ACTIVE":',
            "exit 7",
        ],
    )
    assert f"A:{user.root}:1:mine:{user.home}:{user.home}:" in seen.text
    assert "D:(project) me> :" in seen.text
    assert "E:0:0:" in seen.text
    assert seen.status == 7


def test_xonsh(user: User) -> None:
    path = shell("xonsh")
    (user.home / ".xonshrc").write_text("OWN = 'mine'\n")
    seen = user.types(
        path,
        [
            "print('A', $VIRTUAL_ENV, $PIPENV_ACTIVE, OWN, ':')",
            "deactivate",
            "print('E', 'VIRTUAL_ENV' in __xonsh__.env, 'PIPENV_ACTIVE' in __xonsh__.env)",
            "exit 7",
        ],
        "--",
        "--shell-type=readline",
        prompt="@",
    )
    assert f"A {user.root} 1 mine :" in seen.text
    assert "E False False" in seen.text
    assert seen.status == 7


def test_without_a_terminal_the_shell_just_gets_the_variables(user: User) -> None:
    result = user.pipenv.spawn(
        "shell", "--", "-c", 'echo "$VIRTUAL_ENV"; exit 3', PIPENV_SHELL="sh"
    )
    assert (result.status, result.stdout) == (3, f"{user.root}\n")
    quiet = user.pipenv.spawn("shell", "-q", "--", "-c", "pwd", PIPENV_SHELL="sh")
    assert (quiet.stdout, quiet.stderr) == (f"{user.pipenv.root}\n", "")


def test_fancy_starts_in_the_projects_folder(user: User) -> None:
    below = user.pipenv.root / "below"
    below.mkdir()
    words = ("--", "-c", "pwd")
    environ = {"PIPENV_SHELL": "sh"}
    for more, variables, folder in (
        ((), {}, below),
        (("--fancy",), {}, user.pipenv.root),
        ((), {"PIPENV_SHELL_FANCY": "1"}, user.pipenv.root),
    ):
        result = user.pipenv.spawn("shell", *more, *words, cwd=below, **environ, **variables)
        assert result.stdout == f"{folder}\n"


def test_a_shell_inside_of_a_shell_is_refused(user: User) -> None:
    refused = user.pipenv("shell", PIPENV_ACTIVE="1", VIRTUAL_ENV="/elsewhere")
    assert (refused.status, refused.stdout) == (1, "")
    assert refused.stderr == (
        "Shell for /elsewhere already activated.\n"
        "New shell not activated to avoid nested environments.\n"
    )
    assert "UNKNOWN_VIRTUAL_ENVIRONMENT" in user.pipenv("shell", PIPENV_ACTIVE="1").stderr
    words = ("shell", "--anyway", "--", "-c", 'echo "$VIRTUAL_ENV"')
    allowed = user.pipenv.spawn(*words, PIPENV_ACTIVE="1", PIPENV_SHELL="sh")
    assert allowed.stdout == f"{user.root}\n"


def test_shells_that_are_not_there(user: User) -> None:
    missing = user.pipenv("shell", PIPENV_SHELL="/no/such/shell")
    assert missing.status == 1
    assert "`/no/such/shell` was not found" in missing.stderr
