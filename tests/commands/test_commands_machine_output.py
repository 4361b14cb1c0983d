"""What programs read is the same at every width, at a terminal or not, with colours asked for."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("pty")

from pipenv.cli.registry import COMMANDS
from support.command_line import PIPENV_PROCESS
from support.screen import watch
from support.vulnerability_service import VulnerabilityService

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from support.command_line import CommandLine
    from support.loopback_index import LoopbackIndex

READ_BY_PROGRAMS: Mapping[str, tuple[str, ...]] = {
    "": ("--venv", "--py", "--where", "--envs", "--version"),
    "activate": ("",),
    "audit": (
        "--offline --json",
        "--offline --output json",
        "--offline --output cyclonedx-json",
        "--offline --output sarif",
    ),
    "cache": ("dir", "info --json", "key", "key --json", "dir --json"),
    "check": ("--output json",),
    "completion": ("bash", "zsh", "fish", "tcsh", "powershell"),
    "env": ("list", "list --json"),
    "export": ("",),
    "graph": (
        *("", "--bare", "--json", "--json-tree", "--reverse", "--reverse --json"),
        *("--mermaid", "--dot", "--depth 1"),
    ),
    "lock": ("--json",),
    "outdated": ("--json",),
    "pylock": ("", "--generate -o -"),
    "python": ("list --json",),
    "requirements": ("", "--hash", "--dev", "--dev-only", "--exclude-markers", "--exclude-index"),
    "run": ("printenv GREETING",),
    "scripts": ("", "--json"),
    "status": ("--json",),
    "verify": ("--json",),
    "why": ("leaf --json",),
}
"""By command, the lines that print data; none for a question without a command."""

FOR_PEOPLE = {"clean", "help", "import", "install", "open", "remove", "shell"} | {
    *("sync", "uninstall", "update", "upgrade"),
}
"""Commands that print no data, or nothing that a program should read."""

FORCED = {"FORCE_COLOR": "1", "CLICOLOR_FORCE": "1", "TERM": "xterm-256color"}
ONLY_STDOUT = ("sh", "-c", 'exec "$@" 2>/dev/null', "sh", *PIPENV_PROCESS)


@pytest.fixture
def project(pipenv: CommandLine, index: LoopbackIndex) -> Iterator[CommandLine]:
    """A locked and installed project whose names and texts are longer than a line."""
    long = "a-package-with-a-name-that-is-longer-than-most-terminals-are-wide"
    index.add_wheel(long, "1.0", requires=["trunk"])
    pipenv.write_pipfile(
        f'[packages]\n"{long}" = "*"\nleaf = "<1.1"\ntrunk = "==1.0"\n'
        f'[scripts]\ngreet = "echo {"hello " * 40}"\n'
    )
    (pipenv.root / ".env").write_text(f"GREETING={'hello ' * 40}\n", encoding="utf-8")
    pipenv.ok("install")
    with VulnerabilityService() as service:
        service.add("leaf", "GHSA-aaaa-bbbb-cccc", fixed="1.1", summary="It falls. " * 30)
        pipenv.environ["PIPENV_OSV_URL"] = service.url
        pipenv.environ["PIPENV_VULNERABILITY_SERVICE"] = "osv"
        assert pipenv("audit").status == 1  # from now on the date of the records is the same
        yield pipenv


def through_a_pipe(project: CommandLine, *words: str, **variables: str) -> tuple[int, str]:
    completed = subprocess.run(
        [*PIPENV_PROCESS, *words],
        cwd=project.root,
        env={**project.environ, **variables},
        capture_output=True,
        check=False,
    )
    return completed.returncode, completed.stdout.decode()


def test_every_command_is_listed() -> None:
    listed = {*READ_BY_PROGRAMS} - {""}
    assert listed.isdisjoint(FOR_PEOPLE)
    assert listed | FOR_PEOPLE == {each.name for each in COMMANDS}


@pytest.mark.parametrize("command", READ_BY_PROGRAMS, ids=lambda name: name or "questions")
def test_width_and_colour_change_nothing(project: CommandLine, command: str) -> None:
    for line in READ_BY_PROGRAMS[command]:
        words = [*command.split(), *line.split()]
        status, expected = through_a_pipe(project, *words)
        assert expected, words
        assert "\x1b" not in expected
        narrow = through_a_pipe(project, *words, COLUMNS="20", **FORCED)
        assert narrow == (status, expected)
        for columns in (20, 200):
            at_terminal, seen = watch(
                words,
                cwd=project.root,
                environ={**project.environ, **FORCED},
                columns=columns,
                program=ONLY_STDOUT,
            )
            assert (at_terminal, seen.replace("\r\n", "\n")) == (status, expected), words
