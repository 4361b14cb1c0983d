from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipenv.virtualenvs.interpreter_sources import Machine
from pipenv.virtualenvs.python_request import parse_request
from pipenv.virtualenvs.version_tools import asdf, installable, pyenv, pymanager, ways_to_install

if TYPE_CHECKING:
    from pathlib import Path

LISTING = """\
Available versions:
  2.7.18
  3.9.2
  3.12.9
  3.12.10
  3.12-dev
  3.13.0
  3.13.0t
  3.13.1t
  3.14.0rc1
  3.14-dev
  anaconda3-2024.02
  pypy3.9-7.3.16
  pypy3.10-7.3.9
  pypy3.10-7.3.12-src
  pypy3.10-7.3.12
"""


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("3.12", "3.12.10"),
        ("3", "3.13.0"),
        ("3.9.2", "3.9.2"),
        ("3.9.3", None),
        ("python3.12", "3.12.10"),
        ("3.13t", "3.13.1t"),
        ("3.14", None),
        ("pypy3.10", "pypy3.10-7.3.12"),
        ("pypy3", "pypy3.10-7.3.12"),
        ("python3", "3.13.0"),
        ("python", None),
        (">=3.9", None),
        ("/usr/bin/python3.12", None),
        (None, None),
    ],
)
def test_the_newest_that_is_meant(wanted: str | None, found: str | None) -> None:
    assert installable(LISTING, parse_request(wanted)) == found


def program(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


def test_tools_are_found_on_path_and_in_their_folders(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path), "PATH": str(tmp_path / "bin")}
    machine = Machine(environ, str(tmp_path), platform="linux")
    assert pyenv(machine) is None
    assert asdf(machine) is None
    own = program(tmp_path / ".pyenv/bin/pyenv")
    found = pyenv(machine)
    assert found is not None
    assert found.program == own
    on_path = program(tmp_path / "bin/pyenv")
    found = pyenv(machine)
    assert found is not None
    assert found.program == on_path
    other = program(tmp_path / "other/bin/asdf")
    environ["ASDF_DIR"] = str(tmp_path / "other")
    found = asdf(machine)
    assert found is not None
    assert found.program == other
    assert ways_to_install(machine, parse_request("3.12")) == [
        "pyenv install 3.12",
        "asdf install python latest:3.12",
    ]
    assert ways_to_install(machine, parse_request("pypy3.10")) == ["pyenv install pypy3.10"]
    assert ways_to_install(machine, parse_request(">=3.12")) == []


def test_the_install_manager_is_for_windows(tmp_path: Path) -> None:
    own = program(tmp_path / "bin/pymanager.exe")
    environ = {"USERPROFILE": str(tmp_path), "PATH": str(tmp_path / "bin"), "PATHEXT": ".EXE"}
    assert pymanager(Machine(environ, str(tmp_path), platform="linux")) is None
    found = pymanager(Machine(environ, str(tmp_path), platform="win32"))
    assert found is not None
    assert found.program.lower() == own.lower()
    assert (*found.installing, "3.14") == ("install", "--yes", "3.14")
