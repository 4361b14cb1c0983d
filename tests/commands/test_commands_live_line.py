"""What a terminal sees while a command works, and that nothing of it stays."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

import pytest

import pipenv as product

pytest.importorskip("pty")

from support.screen import Screen, resize, watch

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping

    from support.command_line import CommandLine
    from support.loopback_index import Kind
    from support.screen import React

STALLING: Mapping[str, Kind | None] = {
    "Resolving": "page",
    "Downloading": "file",
    "Building": None,
}
TERMINAL = {"TERM": "xterm-256color"}
HANGS_PROJECT = """
[build-system]
requires = []
build-backend = "hangs"
backend-path = ["."]
"""
HANGS = """
def build_wheel(folder, settings=None, metadata=None):
    import time
    time.sleep(300)
"""


WORDS = {signal.SIGINT: "interrupted", signal.SIGTERM: "terminated"}
NONE: Mapping[str, str] = {}


def at_terminal(
    pipenv: CommandLine,
    *words: str,
    columns: int = 80,
    react: React | None = None,
    variables: Mapping[str, str] = NONE,
) -> tuple[int, str, Screen]:
    environ = {**pipenv.environ, **TERMINAL, **variables}
    status, raw = watch(words, cwd=pipenv.root, environ=environ, columns=columns, react=react)
    screen = Screen(columns)
    screen.feed(raw)
    assert screen.is_tidy, screen.text
    return status, raw, screen


@pytest.fixture
def asked(pipenv: CommandLine) -> CommandLine:
    """A project whose two packages are neither locked nor installed; the environment is there."""
    pipenv.write_pipfile()
    pipenv.ok("install", "-q")
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    return pipenv


@pytest.mark.parametrize("columns", [80, 40, 24, 9])
def test_each_phase_has_a_line_that_goes_away(asked: CommandLine, columns: int) -> None:
    status, _, screen = at_terminal(asked, "install", columns=columns)
    assert status == 0
    for start in ("Resolving"[: columns - 4], "Downloa"[: columns - 4], "Instal"[: columns - 4]):
        assert any(row.startswith(start) for row in screen.erased), screen.erased
        assert not any(line.startswith(start) for line in screen.text.splitlines())
    assert max(map(len, screen.erased)) < columns
    assert asked.installed() == {"trunk": "1.2", "leaf": "1.1"}


@pytest.mark.parametrize(
    ("words", "variables"),
    [
        ((), {"PIPENV_NOSPIN": "1"}),
        ((), {"TERM": "dumb"}),
        ((), {"CI": "true"}),
        ((), {"TF_BUILD": "True"}),
        (("-q",), {}),
        ((), {"PIPENV_QUIET": "1"}),
        ((), {"PIPENV_VERBOSITY": "-1"}),
    ],
)
def test_who_wants_none_gets_none(
    asked: CommandLine, words: tuple[str, ...], variables: dict[str, str]
) -> None:
    status, raw, screen = at_terminal(
        asked, "install", *words, variables={"NO_COLOR": "1", **variables}
    )
    assert status == 0
    assert "\x1b" not in raw
    assert screen.erased == []
    is_quiet = bool(words) or "PIPENV_QUIET" in variables or "PIPENV_VERBOSITY" in variables
    assert (screen.text == "\n") is is_quiet
    assert ("Resolving dependencies...\n" in screen.text) is not is_quiet


@pytest.mark.parametrize("variables", [{"CI": "false"}, {"PIPENV_NOSPIN": "0"}, {"CI": ""}])
def test_a_no_is_no_yes(asked: CommandLine, variables: dict[str, str]) -> None:
    assert at_terminal(asked, "install", variables=variables)[2].erased != []


def test_a_log_gets_short_lines(asked: CommandLine) -> None:
    result = asked.ok("install", "-d", NO_COLOR="1")
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert lines[1:3] == ["Resolving dependencies...", "Downloading 2 packages..."]
    assert lines[3].startswith("Downloaded 2 files (")
    assert lines[4] == "Installing 2 packages..."
    asked.ok("uninstall", "--all", "-q")
    again = asked.ok("sync").stderr
    assert "Downloa" not in again
    assert "Installing 2 packages...\n" in again


def test_lines_of_a_log_are_no_reason_to_work_again(asked: CommandLine) -> None:
    """What is told of phases is not kept from the quick answer to the same question."""
    asked.ok("lock")
    assert "Resolving" in asked.ok("lock").stderr
    before = asked.index.total
    assert asked.spawn("lock").stderr.endswith("Pipfile.lock is unchanged\n")
    assert asked.index.total == before


@pytest.mark.parametrize("phase", STALLING)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_leaves_nothing(
    asked: CommandLine, phase: str, number: signal.Signals
) -> None:
    kind = STALLING[phase]
    if kind is None:
        asked.index.add_sdist(
            "trunk", "9.0", pyproject=HANGS_PROJECT, extra_members={"hangs.py": HANGS}
        )
    else:
        asked.index.fail(kind, "stall", times=9)
    sent: list[int] = []
    told = asked.pipfile.read_bytes(), asked.lockfile.read_bytes()

    def interrupt(seen: bytes, process: subprocess.Popen[bytes], controller: int) -> None:
        del controller
        if phase.encode() in seen and not sent:
            sent.append(number)
            process.send_signal(number)

    status, _, screen = at_terminal(asked, "install", react=interrupt)
    assert status == 128 + number
    assert screen.text.splitlines()[1:] == [WORDS[number]], screen.text
    assert (asked.pipfile.read_bytes(), asked.lockfile.read_bytes()) == told


@pytest.mark.parametrize("columns", [40, 30, 79, 120])
def test_a_line_that_was_drawn_in_a_wider_terminal_goes_away(
    pipenv: CommandLine, columns: int
) -> None:
    script = (
        "import os, sys\n"
        f"sys.path[0] = {os.path.dirname(os.path.dirname(product.__file__))!r}\n"
        "from pipenv.cli.console import Console\n"
        "console = Console(dict(os.environ))\n"
        "console.complain('before')\n"
        "console.live(lambda columns: 'x' * columns, at_once=True)\n"
        "sys.stdin.readline()\n"
        "console.complain('after')\n"
    )
    screen = Screen(80)
    drawn: list[int] = []

    def shrink(seen: bytes, process: subprocess.Popen[bytes], controller: int) -> None:
        del process
        if b"x" * 79 in seen and not drawn:
            drawn.append(len(seen))
            screen.feed(seen.decode())
            screen.resize(columns)
            resize(controller, columns)
            os.write(controller, b"\x04")

    environ = {**pipenv.environ, **TERMINAL}
    program = (sys.executable, "-c", script)
    status, raw = watch(
        (), cwd=pipenv.root, environ=environ, columns=80, react=shrink, program=program
    )
    assert status == 0
    screen.feed(raw.encode()[drawn[0] :].decode())
    assert screen.text == "before\nafter\n"
    assert screen.is_tidy


def test_errors_are_broken_between_words(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\nleaf = "==2.0"\n')
    for words in (("lock",), ("lock", "--deve"), ("why", "leaf"), ("install", "no-such-thing")):
        status, _, screen = at_terminal(pipenv, *words, columns=40)
        assert status != 0
        lines = screen.text.splitlines()
        assert not any(line.endswith("\\") for line in lines if "/" not in line), screen.text


def test_colours_are_for_terminals_that_want_them(asked: CommandLine) -> None:
    asked.write_pipfile('[packages]\ntrunk = "*"\nnowhere = "*"\n')
    assert at_terminal(asked, "lock")[2].colours != set()
    for off in ({"NO_COLOR": "1"}, {"TERM": "dumb"}, {"CLICOLOR": "0"}):
        assert at_terminal(asked, "lock", variables=off)[2].colours == set(), off
    for on in ("FORCE_COLOR", "CLICOLOR_FORCE"):
        asked.environ[on] = "1"
        assert "\x1b[3" in asked("lock").stderr
        assert "\x1b" not in asked("lock", NO_COLOR="1").stderr
        del asked.environ[on]
    assert "\x1b" not in asked("lock", CLICOLOR_FORCE="0").stderr


def test_marks_are_for_people(asked: CommandLine) -> None:
    marked = "✔ Updated Pipfile.lock"
    for name, value, is_marked in (
        ("LANG", "C.UTF-8", True),
        ("PIPENV_HIDE_EMOJIS", "0", True),
        ("PIPENV_HIDE_EMOJIS", "1", False),
        ("CI", "1", False),
        ("TF_BUILD", "True", False),
        ("CI", "false", True),
    ):
        asked.lockfile.unlink()
        asked.environ[name] = value
        assert (marked in asked.ok("lock").stderr) is is_marked, (name, value)
        del asked.environ[name]
