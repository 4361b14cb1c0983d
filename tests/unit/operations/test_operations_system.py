"""Which Python, and which of its folders, ``--system`` means."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from pipenv.errors import ExternallyManaged, InterpreterNotFound, VirtualenvBroken
from pipenv.models.interpreters import Environment, InstallPaths, Interpreter
from pipenv.operations.system import system_environment
from pipenv.virtualenvs.probe import Probe

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

PATHS = InstallPaths(
    *("/usr/lib/python3.11/site-packages", "/usr/lib/python3.11/site-packages"),
    *("/usr/bin", "/usr", "/usr/include", "/usr/lib/python3.11"),
)
PYTHON = Interpreter(
    executable="/usr/bin/python3",
    version=(3, 11, 7),
    implementation="cpython",
    prefix="/usr",
    base_prefix="/usr",
    base_executable="/usr/bin/python3",
    environment={},
    tags=(),
    paths=PATHS,
)
MANAGED = PYTHON._replace(externally_managed="use the packages of the system")


def chosen(
    find: Callable[[str | None], Interpreter], environ: Mapping[str, str], wanted: str | None = None
) -> Environment:
    return system_environment(environ, Probe(None, environ=environ), wanted, find)


def test_python3_comes_before_python() -> None:
    asked: list[str | None] = []

    def find(wanted: str | None) -> Interpreter:
        asked.append(wanted)
        if wanted == "python3":
            raise InterpreterNotFound("none")
        return PYTHON

    assert chosen(find, {}).root == "/usr"
    assert asked == ["python3", "python"]
    with pytest.raises(InterpreterNotFound):
        chosen(find, {}, "python3")


@pytest.mark.skipif(sys.platform == "win32", reason="other folders")
def test_the_folder_of_the_user() -> None:
    environ = {"PIP_USER": "1", "HOME": "/home/me"}
    found = chosen(lambda _: PYTHON, environ)
    assert found.root == "/home/me/.local"
    assert found.paths.purelib == "/home/me/.local/lib/python3.11/site-packages"
    assert found.paths.scripts == "/home/me/.local/bin"
    found = chosen(lambda _: PYTHON, {**environ, "PYTHONUSERBASE": "/layers/base"})
    assert found.paths.platlib == "/layers/base/lib/python3.11/site-packages"
    assert chosen(lambda _: PYTHON, {"PIP_USER": "no"}).paths == PATHS


def test_an_environment_has_no_folder_of_the_user() -> None:
    inside = PYTHON._replace(prefix="/env")
    assert chosen(lambda _: inside, {"PIP_USER": "1"}).paths == PATHS


class OneAnswer(Probe):
    """Knows one Python, whatever it is asked for."""

    def __init__(self) -> None:
        super().__init__(None, environ={})
        self.asked: list[str] = []

    def interpreter(self, executable: str) -> Interpreter:
        self.asked.append(executable)
        return PYTHON


@pytest.mark.skipif(sys.platform == "win32", reason="other folders")
@pytest.mark.parametrize("program", ["python", "python3"])
def test_any_prefix_may_be_active(tmp_path: Path, program: str) -> None:
    """As on platforms that set ``VIRTUAL_ENV`` to the folder of their Python."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / program).touch()
    probe = OneAnswer()
    environ = {"VIRTUAL_ENV": str(tmp_path)}
    found = system_environment(environ, probe, None, lambda _: MANAGED)
    assert found == Environment(str(tmp_path), PYTHON, PATHS)
    assert probe.asked == [str(tmp_path / "bin" / program)]


def test_a_damaged_environment_is_no_prefix(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python3").touch()
    (tmp_path / "pyvenv.cfg").touch()
    with pytest.raises(VirtualenvBroken):
        system_environment({"VIRTUAL_ENV": str(tmp_path)}, OneAnswer(), None, lambda _: PYTHON)


@pytest.mark.parametrize("user", ["", "1"])
def test_the_operating_system_keeps_its_python(user: str) -> None:
    with pytest.raises(ExternallyManaged, match="belongs to the operating system"):
        chosen(lambda _: MANAGED, {"PIP_USER": user, "PIP_BREAK_SYSTEM_PACKAGES": "0"})
    for name in ("PIPENV_BREAK_SYSTEM_PACKAGES", "PIP_BREAK_SYSTEM_PACKAGES"):
        assert chosen(lambda _: MANAGED, {name: "true"}).root == "/usr"
