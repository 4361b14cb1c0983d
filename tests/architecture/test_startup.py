"""The commands that prompts, editors and shells call load a handful of modules and no more.

Time is measured elsewhere; a list of modules fails the same way on every machine.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from source_map import SOURCE_ROOT, modules
from startup_lists import FAST_COMMANDS, FastCommand

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

CHILD = """
import os, site, sys
report, source, *arguments = sys.argv[1:]
before = set(sys.modules)

def note():
    names = "\\n".join(sorted(set(sys.modules) - before))
    descriptor = os.open(report, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.write(descriptor, names.encode())
    os.close(descriptor)

def before_exec(event, details):
    if event == "os.exec":
        note()

def leave(status, at_once=os._exit):
    note()
    at_once(status)

sys.addaudithook(before_exec)
os._exit = leave
sys.path.insert(0, source)
sys.argv[1:] = arguments
from pipenv.cli.main import main
status = main(arguments)
sys.stdout.flush()
note()
sys.exit(status)
"""
"""Runs one command line and writes which modules that loaded, however the process ends."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with what the thin path takes for a complete environment."""
    root = tmp_path / "project"
    scripts = root / ".venv" / ("Scripts" if os.name == "nt" else "bin")
    scripts.mkdir(parents=True)
    (root / "Pipfile").write_text('[packages]\nrequests = "*"\n')
    (root / ".venv" / "pyvenv.cfg").write_text("home = nowhere\nversion = 3.11.7\n")
    for name in ("python", "python3"):
        (scripts / name).symlink_to(sys.executable)
    (scripts / "activate").touch()
    return root


def loaded_by(command: FastCommand, project: Path, report: Path) -> set[str]:
    completed = subprocess.run(
        [sys.executable, "-I", "-S", "-c", CHILD, str(report), str(SOURCE_ROOT), *command.argv],
        cwd=project,
        env={
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(project.parent),
            **command.variables,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert (completed.returncode, completed.stderr) == (0, "")
    return set(report.read_text().split())


@pytest.mark.skipif(os.name == "nt", reason="the thin path of `run` is for POSIX")
@pytest.mark.parametrize("command", FAST_COMMANDS, ids=lambda command: " ".join(command.argv))
def test_fast_command_loads_no_more_than_listed(
    command: FastCommand, project: Path, tmp_path: Path
) -> None:
    loaded = loaded_by(command, project, tmp_path / "modules.txt")
    ours = {name.removeprefix("pipenv.") for name in loaded if name.startswith("pipenv.")}
    others = {name for name in loaded if not name.startswith(("pipenv.", "_")) and name != "pipenv"}
    assert "cli.main" in ours
    assert (ours - command.ours, others - command.standard) == (set(), set())


def test_a_glance_loads_no_engine(project: Path, tmp_path: Path) -> None:
    nowhere = {"VIRTUAL_ENV": str(tmp_path / "nowhere")}
    glance = FastCommand(("status",), frozenset(), frozenset(), nowhere)
    loaded = loaded_by(glance, project, tmp_path / "modules.txt")
    assert "pipenv.operations.status" in loaded
    engines = {"index", "network", "builds", "cache", "resolver.solver", "installer.journal"}
    standard = {"argparse", "json", "re", "subprocess", "hashlib", "ssl", "threading", "typing"}
    heavy = {
        name
        for name in loaded
        if name in standard or any(f"{name}.".startswith(f"pipenv.{engine}.") for engine in engines)
    }
    assert heavy == set()


def test_lists_name_modules_that_exist() -> None:
    listed = {f"pipenv.{name}" for command in FAST_COMMANDS for name in command.ours}
    assert listed - set(modules()) == set()
