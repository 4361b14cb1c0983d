"""A Python that is not there: offered with pyenv or asdf, or an error that helps.

The tools are scripts that write down what they are told and link to the Python of the tests, whose
version they take, so that what they "install" is a Python of the wanted version.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from support.command_line import PIPENV_PROCESS
from support.terminal import answered

if TYPE_CHECKING:
    from pathlib import Path

    from support.command_line import CommandLine

pytestmark = pytest.mark.skipif(os.name == "nt", reason="shell scripts stand for the tools")

MINOR = "3.96"
FULL = "3.96.4"
TOOL = """#!/bin/sh
echo "$(basename "$0") $*" >> "$CALLS"
case "$*" in
  "install --list" | "list all python") printf 'Available:\\n  3.96.1\\n  3.96.4\\n  3.96-dev\\n' ;;
  *)
    echo "building $*"
    echo "a warning" >&2
    [ -z "$HANGS" ] || { echo $$ > "$HANGS"; echo hanging; sleep 300; }
    [ -z "$FAILS" ] || exit "$FAILS"
    for version; do :; done
    mkdir -p "$TARGET/$version/bin"
    cp "$FAKE_PYTHON" "$TARGET/$version/bin/python" ;;
esac
"""
FAKE_PYTHON = """#!/bin/sh
exec {python} -c '
import sys
sys.version_info = (3, 96, 4, "final", 0)
sys.executable = "'"$0"'"
sys._base_executable = sys.executable
import platform
platform.python_version = lambda: "3.96.4"
platform.python_version_tuple = lambda: ("3", "96", "4")
exec(open(sys.argv[1]).read())
' "$3"
"""
"""Answers the question what it is as a Python 3.96.4 would, and can do nothing else."""


class Tools:
    """A machine with no Python of the wanted version, and with tools."""

    def __init__(self, pipenv: CommandLine, root: Path) -> None:
        self.pipenv = pipenv
        self.root = root
        self.calls_path = root / "calls"
        fake = root / "fake-python"
        fake.write_text(FAKE_PYTHON.format(python=sys.executable))
        fake.chmod(0o755)
        pipenv.environ.update(
            CALLS=str(self.calls_path),
            FAKE_PYTHON=str(fake),
            PYENV_ROOT=str(root / "pyenv"),
            ASDF_DATA_DIR=str(root / "asdf"),
            PATH=f"{root / 'bin'}:/usr/bin:/bin",
        )

    def add(self, name: str, versions: str) -> None:
        path = self.root / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(TOOL.replace("$TARGET", str(self.root / versions)))
        path.chmod(0o755)

    def add_pyenv(self) -> None:
        self.add("pyenv", "pyenv/versions")

    def add_asdf(self) -> None:
        self.add("asdf", "asdf/installs/python")

    @property
    def calls(self) -> list[str]:
        return self.calls_path.read_text().splitlines() if self.calls_path.exists() else []


@pytest.fixture
def tools(pipenv: CommandLine, tmp_path: Path) -> Tools:
    pipenv.write_pipfile(f'[requires]\npython_version = "{MINOR}"\n')
    return Tools(pipenv, tmp_path)


def test_without_a_terminal_nothing_is_installed(tools: Tools) -> None:
    tools.add_pyenv()
    result = tools.pipenv("lock")
    assert result.status == 1
    assert f"no Python was found for `{MINOR}`" in result.stderr
    assert "hint: [requires] python_version asks for it" in result.stderr
    assert f"`pyenv install {MINOR}`" in result.stderr
    assert f"PIPENV_YES=1 lets pyenv install {FULL}" in result.stderr
    assert tools.calls == ["pyenv install --list"]


@pytest.mark.parametrize("variable", ["PIPENV_YES", "PIPENV_PYENV_AUTO_INSTALL"])
def test_a_variable_says_yes(tools: Tools, variable: str) -> None:
    tools.add_pyenv()
    tools.add_asdf()
    tools.pipenv.environ[variable] = "1"
    result = tools.pipenv.ok("lock")
    assert tools.calls == ["pyenv install --list", f"pyenv install -s {FULL}"]
    assert f"running `pyenv install -s {FULL}`" in result.stderr
    assert f"pyenv: building install -s {FULL}" in result.stderr
    assert "pyenv: a warning" in result.stderr
    assert result.stdout == ""
    tools.pipenv.ok("lock")
    assert len(tools.calls) == 2


def test_asdf_where_pyenv_may_not(tools: Tools) -> None:
    tools.add_pyenv()
    tools.add_asdf()
    tools.pipenv.ok("lock", PIPENV_YES="1", PIPENV_DONT_USE_PYENV="1")
    assert tools.calls == ["asdf list all python", f"asdf install python {FULL}"]


def test_none_of_them_may(tools: Tools) -> None:
    tools.add_pyenv()
    tools.add_asdf()
    tools.pipenv.environ.update(
        PIPENV_DONT_USE_PYENV="1", PIPENV_DONT_USE_ASDF="1", PIPENV_DONT_USE_PYMANAGER="1"
    )
    assert tools.pipenv("lock", PIPENV_YES="1").status == 1
    assert tools.calls == []


def test_a_version_that_the_tool_does_not_know(tools: Tools) -> None:
    tools.add_pyenv()
    result = tools.pipenv("lock", "--python", "3.97", PIPENV_YES="1")
    assert result.status == 1
    assert "no Python was found for `3.97`" in result.stderr
    assert tools.calls == ["pyenv install --list"]


def test_ranges_and_paths_are_not_installed(tools: Tools) -> None:
    tools.add_pyenv()
    for wanted in (">=3.96", "/no/such/python"):
        assert tools.pipenv("lock", "--python", wanted, PIPENV_YES="1").status == 1
    assert tools.calls == []


def test_a_tool_that_fails(tools: Tools) -> None:
    tools.add_pyenv()
    before = tools.pipenv.snapshot()
    result = tools.pipenv("install", "leaf", PIPENV_YES="1", FAILS="3")
    assert result.status == 1
    assert f"`pyenv install -s {FULL}` failed with status 3" in result.stderr
    assert tools.pipenv.snapshot() == before


def test_looking_installs_nothing(tools: Tools) -> None:
    tools.add_pyenv()
    result = tools.pipenv.ok("python", "list", PIPENV_YES="1")
    assert f"none of them is taken: no Python was found for `{MINOR}`" in result.stderr
    assert tools.calls == []


@pytest.mark.parametrize(("answer", "is_installed"), [("y", True), ("", False)])
def test_on_a_terminal_the_user_is_asked(tools: Tools, answer: str, is_installed: bool) -> None:
    tools.add_pyenv()
    question = f"Install Python {FULL} with pyenv? That may take some minutes. [y/N]"
    seen = answered(tools.pipenv, "lock", question=question, answer=answer)
    assert question in seen.text
    assert (seen.status == 0) is is_installed, seen.text
    assert (f"pyenv install -s {FULL}" in tools.calls) is is_installed


def test_an_interruption_ends_the_tool(tools: Tools) -> None:
    tools.add_pyenv()
    number = tools.root / "number"
    with subprocess.Popen(
        [*PIPENV_PROCESS, "lock"],
        cwd=tools.pipenv.root,
        env={**tools.pipenv.environ, "PIPENV_YES": "1", "HANGS": str(number)},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        while "hanging" not in process.stderr.readline():
            pass
        process.send_signal(signal.SIGINT)
        assert process.stderr.read().endswith("interrupted\n")
    assert process.returncode == 130
    with pytest.raises(ProcessLookupError):
        os.kill(int(number.read_text()), 0)


def test_a_tool_that_takes_too_long_is_stopped(tools: Tools) -> None:
    tools.add_pyenv()
    result = tools.pipenv(
        "lock", PIPENV_YES="1", PIPENV_INSTALL_TIMEOUT="1", HANGS=str(tools.root / "number")
    )
    assert result.status == 1
    assert "did not end within 1 seconds" in result.stderr
