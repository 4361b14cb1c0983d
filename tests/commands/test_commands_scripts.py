"""``scripts``, and ``run`` with the names in it."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.command_line import CommandLine

SCRIPTS = """
[scripts]
hello = "echo 'hello there'"
several = ["echo [one]", "false"]
called = {call = "trunk.main:start"}
table = {cmd = "sh -c 'echo $WHO $PWD $0'", env = {WHO = "a b"}, cwd = "sub", help = "Shows."}
first = {cmd = "echo first"}
second = {cmd = "echo second", depends = ["first"]}
all = {depends = ["second", "first"]}
stopping = {cmd = "echo never", depends = ["bad", "second"]}
bad = "sh -c 'exit 5'"
circle = {cmd = "true", depends = ["round"]}
round = {cmd = "true", depends = ["circle"]}
lost = {cmd = "true", depends = ["secnd"]}
nowhere = {cmd = "true", cwd = "missing"}
meeting = {cmd = "echo met", depends = ["left", "right"]}
left = "sh -c 'echo l > left.fifo; echo left'"
right = "sh -c 'cat left.fifo; echo right'"
broken = {cmd = "echo never", depends = ["endless", "bad"]}
endless = "sh -c 'sleep 1000'"
odd = {command = "true"}
"""


@pytest.fixture
def project(pipenv: CommandLine) -> CommandLine:
    pipenv.write_pipfile(SCRIPTS)
    pipenv.ok("--python", "3")
    (pipenv.root / "sub").mkdir()
    return pipenv


def test_the_table_is_never_wrapped(pipenv: CommandLine) -> None:
    line = "python -m something --with " + "x " * 60 + "end"
    pipenv.write_pipfile(f'[scripts]\nlong-name = "{line}"\na = ["one", "two [x]"]\n')
    assert pipenv.ok("scripts", COLUMNS="20").stdout == (
        f"Command    Script\n---------  {'-' * len(line)}\n"
        f"long-name  {line}\na          one && two [x]\n"
    )


def test_no_scripts_and_no_pipfile(pipenv: CommandLine) -> None:
    assert pipenv("scripts").status == 1
    pipenv.write_pipfile()
    assert pipenv.ok("scripts").stdout == "Command  Script\n-------  ------\n"
    assert json.loads(pipenv.ok("scripts", "--json").stdout) == {"version": 1, "scripts": []}
    assert pipenv("--venv").status == 1


def test_as_json(project: CommandLine) -> None:
    document = json.loads(project.ok("scripts", "--json").stdout)
    assert document["version"] == 1
    listed = {entry["name"]: entry for entry in document["scripts"]}
    assert list(listed)[:3] == ["hello", "several", "called"]
    assert listed["called"]["command"] == "trunk.main:start"
    assert listed["table"]["help"] == "Shows."
    assert listed["table"]["command"].startswith("WHO='a b' sh -c ")
    assert listed["all"]["depends"] == ["second", "first"]


def test_tables(project: CommandLine) -> None:
    result = project.spawn("run", "table", "end")
    assert (result.status, result.stdout) == (0, f"a b {project.root / 'sub'} end\n")


def test_what_a_script_depends_on_runs_first_and_once(project: CommandLine) -> None:
    assert project.spawn("run", "all").stdout == "first\nsecond\n"
    assert project.spawn("run", "second", "more").stdout == "first\nsecond more\n"


def test_the_first_failure_ends_the_rest(project: CommandLine) -> None:
    result = project.spawn("run", "stopping")
    assert result.status == 5
    assert "never" not in result.stdout


def test_independent_scripts_run_together(project: CommandLine) -> None:
    os.mkfifo(project.root / "left.fifo")  # one after the other, they would wait for ever
    lines = project.spawn("run", "meeting").stdout.splitlines()
    assert sorted(lines[:3]) == ["l", "left", "right"]
    assert lines[3:] == ["met"]


def test_a_failure_ends_those_beside_it(project: CommandLine) -> None:
    result = project.spawn("run", "broken")
    assert (result.status, result.stdout) == (5, "")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("circle", "circle -> round -> circle"),
        ("lost", "did you mean `second`?"),
        ("nowhere", "`missing`, which is no folder"),
        ("odd", "the key `command`"),
        ("all arguments", "no command that could take arguments"),
        ("helo", "did you mean the script `hello`?"),
    ],
)
def test_mistakes_are_explained(project: CommandLine, name: str, told: str) -> None:
    result = project.spawn("run", *name.split())
    assert result.status == (127 if name == "helo" else 1)
    assert told in result.stderr
    assert result.stdout == ""


def test_run_alone_lists_the_scripts(project: CommandLine) -> None:
    result = project("run")
    assert (result.status, result.stdout) == (1, "")
    assert "Missing argument 'command'." in result.stderr
    assert "table: Shows." in result.stderr
    assert "hello: echo 'hello there'" in result.stderr


def test_a_file_that_cannot_be_executed(project: CommandLine) -> None:
    program = project.root / "broken"
    program.write_bytes(b"\x7fELF nonsense\0")
    program.chmod(0o755)
    assert project.spawn("run", "./broken").status in {126, 127, 2}
    script = project.root / "plain"
    script.write_text("echo from $1; exit 4\n")
    script.chmod(0o755)
    result = project.spawn("run", "./plain", "sh")
    assert (result.status, result.stdout) == (4, "from sh\n")


def test_the_message_about_dotenv(project: CommandLine) -> None:
    (project.root / ".env").write_text("COLOUR=green\nbroken line\n")
    message = "Loading .env environment variables..."
    words = ("run", "sh", "-c", 'echo "$COLOUR"')
    told = project.spawn(*words)
    assert told.stdout == "green\n"
    assert message in told.stderr
    assert message not in project.spawn(*words, PIPENV_QUIET="1").stderr
    assert message not in project.spawn(*words, PIPENV_ACTIVE="1").stderr
    disabled = project.spawn(*words, PYTHON_DOTENV_DISABLED="true")
    assert (disabled.stdout, disabled.stderr) == ("\n", "")
    missing = project.spawn(*words, PIPENV_DOTENV_LOCATION="/nope")
    assert missing.stdout == "\n"
    assert "/nope" in missing.stderr
