"""``graph``, ``run`` and the root options."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pipenv import __version__
from support.command_line import PIPENV_PROCESS

if TYPE_CHECKING:
    from pathlib import Path

    from support.command_line import CommandLine


@pytest.fixture
def grown(pipenv: CommandLine) -> CommandLine:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\nloner = "*"\n')
    pipenv.ok("install")
    return pipenv


def test_version(pipenv: CommandLine) -> None:
    assert pipenv.spawn("--version") == (0, f"pipenv, version {__version__}\n", "")
    assert pipenv("--version", "-v").stdout == f"pipenv, version {__version__}\n"


def test_help_is_on_stdout(pipenv: CommandLine) -> None:
    for words in ((), ("--help",), ("-h",), ("install", "--help")):
        result = pipenv(*words)
        assert result.status == 0
        assert result.stdout.startswith("usage: pipenv")
        assert result.stderr == ""


def test_unknown_words_are_usage_errors(pipenv: CommandLine) -> None:
    for words, hint in (
        (("instal",), "did you mean `install`?"),
        (("--nope",), "unrecognized arguments: --nope"),
        (("lock", "--nope"), "unrecognized arguments: --nope"),
        (("lock", "superfluous"), "unrecognized arguments: superfluous"),
        (("--dev", "install"), "--dev"),
    ):
        result = pipenv(*words)
        assert result.status == 2, words
        assert hint in result.stderr
        assert result.stdout == ""


def test_where(pipenv: CommandLine) -> None:
    assert pipenv("--where").status == 1
    assert pipenv("--where").stdout == ""
    pipenv.write_pipfile()
    below = pipenv.root / "deep" / "down"
    below.mkdir(parents=True)
    assert pipenv("--where", cwd=below) == (0, f"{pipenv.root}\n", "")
    assert pipenv.spawn("--where", cwd=below) == (0, f"{pipenv.root}\n", "")
    assert pipenv("--where", cwd=below, PIPENV_MAX_DEPTH="2").status == 1
    assert pipenv("--where", cwd=below, PIPENV_NO_INHERIT="1").status == 1


def test_venv_and_py_without_an_environment(pipenv: CommandLine) -> None:
    pipenv.write_pipfile()
    for question in ("--venv", "--py"):
        for result in (pipenv(question), pipenv.spawn(question)):
            assert (result.status, result.stdout) == (1, "")
            assert "No virtualenv" in result.stderr or "no virtualenv" in result.stderr


def test_venv_and_py(grown: CommandLine) -> None:
    root = grown.ok("--venv").stdout.rstrip("\n")
    assert os.path.isfile(os.path.join(root, "bin", "activate"))
    with open(os.path.join(root, ".project"), encoding="utf-8") as file:
        assert file.read() == str(grown.root)
    assert grown.spawn("--venv").stdout == root + "\n"
    assert grown.spawn("--py").stdout == os.path.join(root, "bin", "python") + "\n"
    assert grown("--py").stdout == os.path.join(root, "bin", "python") + "\n"


def test_python_option_alone_makes_pipfile_and_environment(pipenv: CommandLine) -> None:
    pipenv.ok("--python", sys.executable)
    assert "[dev-packages]" in pipenv.pipfile.read_text()
    assert pipenv("--venv").status == 0


def test_rm(grown: CommandLine) -> None:
    root = grown.ok("--venv").stdout.rstrip("\n")
    result = grown("--rm")
    assert (result.status, result.stdout) == (0, f"Removing virtualenv ({root})...\n")
    assert "deprecated" in result.stderr
    assert not os.path.exists(root)
    assert grown("remove").status == 1


def test_graph(grown: CommandLine) -> None:
    assert grown.ok("graph").stdout == (
        "loner==0.5\ntrunk==1.2\n└── leaf [required: >=1.1,<2, installed: 1.1]\n"
    )
    assert grown.ok("graph", "--reverse").stdout.startswith("leaf==1.1\n└── trunk==1.2 [requires: ")


def test_graph_json(grown: CommandLine) -> None:
    graph = json.loads(grown.ok("graph", "--json", COLUMNS="20").stdout)
    trunk = next(entry for entry in graph if entry["package"]["key"] == "trunk")
    assert trunk == {
        "package": {"key": "trunk", "package_name": "trunk", "installed_version": "1.2"},
        "dependencies": [
            {
                "key": "leaf",
                "package_name": "leaf",
                "installed_version": "1.1",
                "required_version": ">=1.1,<2",
            }
        ],
    }
    tree = json.loads(grown.ok("graph", "--json-tree").stdout)
    assert [node["key"] for node in tree] == ["loner", "trunk"]
    assert tree[1]["required_version"] == "1.2"
    assert tree[1]["dependencies"][0]["dependencies"] == []


def test_graph_refuses_two_forms_at_once(grown: CommandLine) -> None:
    assert grown("graph", "--json", "--json-tree").status == 1


def test_graph_without_an_environment(pipenv: CommandLine) -> None:
    pipenv.write_pipfile()
    result = pipenv("graph")
    assert (result.status, result.stdout) == (1, "")


def test_run_hands_everything_over(grown: CommandLine) -> None:
    program = "import os, sys; print(os.getcwd(), sys.argv[1:], sys.prefix)"
    below = grown.root / "below"
    below.mkdir()
    result = grown.spawn("run", "python", "-c", program, "-v", "--help", "a b", cwd=below)
    venv = grown.ok("--venv").stdout.rstrip("\n")
    assert result == (0, f"{below} ['-v', '--help', 'a b'] {venv}\n", "")


def test_run_returns_the_childs_status(grown: CommandLine) -> None:
    assert grown.spawn("run", "python", "-c", "raise SystemExit(7)").status == 7
    assert grown.spawn("run", "sh", "-c", "kill -9 $$").status == -9
    missing = grown.spawn("run", "no-such-program-anywhere")
    assert missing.status == 127
    assert "no-such-program-anywhere" in missing.stderr
    assert grown.spawn("run", "cd", "..").status == 0


def test_run_sets_variables(grown: CommandLine) -> None:
    result = grown.spawn(
        "run", "FOO=1 2", "sh", "-c", 'echo "$FOO $PIPENV_ACTIVE $PIPENV_PROJECT_DIR $VIRTUAL_ENV"'
    )
    venv = grown.ok("--venv").stdout.rstrip("\n")
    assert result.stdout == f"1 2 1 {grown.root} {venv}\n"


def test_run_replaces_variables_in_arguments(grown: CommandLine) -> None:
    result = grown.spawn("run", "echo", "$GREETING", "${GREETING}", "$UNSET", GREETING="hi")
    assert result.stdout == "hi hi $UNSET\n"


def test_run_without_a_command(grown: CommandLine) -> None:
    result = grown("run")
    assert result.status == 1
    assert "Missing argument 'command'." in result.stderr


def test_run_without_a_pipfile_makes_nothing(pipenv: CommandLine) -> None:
    assert pipenv.spawn("run", "true").status == 1
    assert list(pipenv.root.iterdir()) == []


def test_scripts(grown: CommandLine, tmp_path: Path) -> None:
    with grown.pipfile.open("a") as file:
        file.write(
            "\n[scripts]\n"
            "hello = \"echo 'hello there'\"\n"
            'several = ["echo one", "FOO=2 sh -c \'echo $FOO\'"]\n'
            'failing = ["false", "echo never"]\n'
            'called = {call = "trunk:__doc__.__str__"}\n'
        )
    assert grown.spawn("run", "hello", "x y").stdout == "hello there x y\n"
    assert grown.spawn("run", "several").stdout == "one\n2\n"
    failing = grown.spawn("run", "failing")
    assert (failing.status, failing.stdout) == (1, "")
    assert grown.spawn("run", "called").status == 0


def test_dotenv_is_loaded(grown: CommandLine) -> None:
    (grown.root / ".env").write_text("COLOUR=green\nMIXED='${COLOUR} light'\n")
    result = grown.spawn("run", "sh", "-c", 'echo "$COLOUR, $MIXED"')
    assert result.stdout == "green, green light\n"
    without = grown.spawn("run", "sh", "-c", 'echo "$COLOUR"', PIPENV_DONT_LOAD_ENV="1")
    assert without.stdout == "\n"


def test_a_reader_that_stops_early_is_no_failure(pipenv: CommandLine) -> None:
    pipenv.write_pipfile("[scripts]\n" + "".join(f'a{n} = "echo"\n' for n in range(20_000)))
    with subprocess.Popen(
        [*PIPENV_PROCESS, "scripts"],
        cwd=pipenv.root,
        env=pipenv.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.read(7) == b"Command"
        process.stdout.close()
        complaint = process.stderr.read()
    assert (process.returncode, complaint) == (141, b"")


def test_children_find_the_named_pipfile_from_anywhere(pipenv: CommandLine) -> None:
    pipenv.write_pipfile()
    below = pipenv.root / "below"
    below.mkdir()
    script = 'cd / && echo "$PIPENV_PIPFILE"'
    result = pipenv.spawn("run", "sh", "-c", script, cwd=below, PIPENV_PIPFILE="../Pipfile")
    assert result.stdout == f"{pipenv.pipfile}\n"
    again = pipenv.spawn("run", "sh", "-c", script, cwd=below, PIPENV_PIPFILE="../Pipfile")
    assert again == (0, f"{pipenv.pipfile}\n", "")


def test_a_depth_that_is_no_number_is_told(pipenv: CommandLine) -> None:
    pipenv.write_pipfile()
    for result in (
        pipenv("--where", PIPENV_MAX_DEPTH="many"),
        pipenv.spawn("--where", PIPENV_MAX_DEPTH="many"),
    ):
        assert (result.status, result.stdout) == (1, "")
        assert "PIPENV_MAX_DEPTH is `many`" in result.stderr
