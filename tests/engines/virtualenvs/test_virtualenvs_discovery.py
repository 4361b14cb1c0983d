from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest
from installed_pythons import BY_MINOR

from pipenv.errors import InterpreterNotFound, VirtualenvBroken
from pipenv.virtualenvs.discovery import find_interpreter, search
from pipenv.virtualenvs.interpreter_sources import Machine
from pipenv.virtualenvs.probe import Probe
from pipenv.virtualenvs.python_request import parse_request

if TYPE_CHECKING:
    from pathlib import Path

    from pipenv.models.interpreters import Interpreter
    from pipenv.virtualenvs.discovery import Found

REAL = os.path.realpath(sys.executable)
pytestmark = pytest.mark.skipif(os.name == "nt", reason="shell scripts stand for interpreters")


class Recorder(Probe):
    """Answers from a table of paths instead of running anything, and notes who was asked."""

    def __init__(self, model: Interpreter, versions: dict[str, str]) -> None:
        super().__init__(None, environ={})
        self.model = model
        self.versions = versions
        self.asked: list[str] = []

    def interpreter(self, executable: str) -> Interpreter:
        self.asked.append(executable)
        full = self.versions.get(executable)
        if full is None:
            raise VirtualenvBroken(f"`{executable}` does not work as a Python: it is broken")
        major, minor, micro = (int(part.partition("rc")[0].rstrip("t")) for part in full.split("."))
        abi = f"cp{major}{minor}" + ("t" if full.endswith("t") else "")
        return self.model._replace(
            executable=executable,
            version=(major, minor, micro),
            environment={**self.model.environment, "python_full_version": full.rstrip("t")},
            tags=(f"cp{major}{minor}-{abi}-any",),
        )


class Scene:
    """A machine of made-up interpreters; the real ones stay out of the search."""

    def __init__(self, root: Path, model: Interpreter) -> None:
        self.root = root
        self.probe = Recorder(model, {})
        self.environ = {"HOME": str(root / "home"), "PATH": str(root / "bin")}

    def add(self, path: str, version: str | None) -> str:
        full = self.root / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_text(f"#!/bin/sh\n# {path}\nexit 1\n")
        full.chmod(0o755)
        if version is not None:
            self.probe.versions[str(full)] = version
        return str(full)

    def pyenv(self, name: str, version: str | None = None) -> str:
        return self.add(f"home/.pyenv/versions/{name}/bin/python", version or name)

    def search(self, text: str | None, running: str = "") -> Found:
        self.probe.asked.clear()
        machine = Machine(self.environ, str(self.root), running)
        return search(parse_request(text), machine, self.probe)

    @property
    def asked(self) -> list[str]:
        """Who was asked, of those that the test made."""
        return [path for path in self.probe.asked if path.startswith(str(self.root))]


@pytest.fixture(scope="module")
def model() -> Interpreter:
    return Probe(None, environ=dict(os.environ)).interpreter(REAL)


@pytest.fixture
def scene(tmp_path: Path, model: Interpreter) -> Scene:
    return Scene(tmp_path, model)


def test_no_request_means_the_running_interpreter(scene: Scene) -> None:
    running = scene.add("venv/bin/python", "3.11.7")
    scene.pyenv("3.13.1")
    for text in (None, "", "*"):
        found = scene.search(text, running)
        assert (found.path, found.source) == (running, "running")


def test_the_running_interpreter_counts_among_its_minor_versions(scene: Scene) -> None:
    running = scene.add("venv/bin/python", "3.11.7")
    scene.add("bin/python3.11", "3.11.2")
    scene.environ["PATH"] = str(scene.root / "bin")
    for version, expected in (((3, 11, 7), running), ((), str(scene.root / "bin/python3.11"))):
        machine = Machine(scene.environ, str(scene.root), running, running_version=version)
        assert search(parse_request("3.11"), machine, scene.probe).path == expected


def test_the_newest_of_a_minor_version_wins_and_is_the_only_one_asked(scene: Scene) -> None:
    for name in ("3.10.2", "3.10.13", "3.10.9", "3.12.1"):
        scene.pyenv(name)
    found = scene.search("3.10")
    assert found.interpreter.version == (3, 10, 13)
    assert found.source == "pyenv"
    assert len(scene.asked) == 1


def test_a_command_of_that_name_competes(scene: Scene) -> None:
    scene.pyenv("3.10.2")
    command = scene.add("bin/python3.10", "3.10.9")
    assert scene.search("3.10").path == command
    assert scene.asked == [command]
    scene.pyenv("3.10.11")
    assert scene.search("3.10").interpreter.version == (3, 10, 11)


def test_of_equal_versions_the_one_on_path_wins(scene: Scene) -> None:
    scene.pyenv("3.10.9")
    command = scene.add("bin/python3.10", "3.10.9")
    assert scene.search("3.10").path == command


def test_a_broken_one_is_passed_over(scene: Scene) -> None:
    scene.add("home/.pyenv/versions/3.10.13/bin/python", None)
    good = scene.pyenv("3.10.2")
    assert scene.search("3.10").path == good


def test_an_exact_version(scene: Scene) -> None:
    scene.pyenv("3.11.7")
    scene.pyenv("3.11.8")
    assert scene.search("3.11.7").interpreter.version == (3, 11, 7)
    assert len(scene.asked) == 1


def test_a_name_that_lies_is_found_out(scene: Scene) -> None:
    scene.add("bin/python3.10", "3.9.1")
    honest = scene.pyenv("3.10.4")
    assert scene.search("3.10").path == honest


def test_a_major_version_prefers_the_newest_usual_build(scene: Scene, model: Interpreter) -> None:
    scene.pyenv("3.98.1")
    scene.pyenv("3.99.0rc1")
    scene.pyenv("3.99.0t")
    scene.add("bin/python", "3.97.0")
    assert scene.search("3").interpreter.version == (3, 98, 1)
    assert len(scene.asked) == 1


def test_an_unusual_build_is_taken_when_asked_for(scene: Scene) -> None:
    scene.pyenv("3.13.1")
    free = scene.pyenv("3.13.0t")
    rc = scene.pyenv("3.14.0rc1")
    assert scene.search("3.13t").path == free
    assert scene.search("3.14.0rc1").path == rc
    assert scene.search("3.14").path == rc
    assert scene.search("3.13").interpreter.version == (3, 13, 1)


def test_a_range(scene: Scene) -> None:
    for name in ("3.9.1", "3.10.4", "3.11.9", "3.12.0"):
        scene.pyenv(name)
    found = scene.search(">=3.9,<3.12,!=3.11.9")
    assert found.interpreter.version == (3, 10, 4)
    assert len(scene.asked) == 1


def test_a_command_without_a_telling_name_is_asked_last(scene: Scene) -> None:
    python = scene.add("bin/python", "3.96.2")
    assert scene.search("3.96").path == python


def test_a_command_name(scene: Scene) -> None:
    scene.pyenv("3.13.1")
    command = scene.add("bin/python3.10", "3.10.1")
    other = scene.add("bin/mypython", "3.8.1")
    assert scene.search("python3.10").path == command
    assert scene.search("mypython").path == other


def test_a_command_that_is_not_on_path_is_sought_as_a_version(scene: Scene) -> None:
    pyenv = scene.pyenv("3.96.1")
    assert scene.search("python3.96").path == pyenv


def test_a_path(scene: Scene) -> None:
    python = scene.add("somewhere/python", "3.8.1")
    inner = scene.add("prefix/bin/python", "3.9.1")
    home = scene.add("home/python", "3.10.1")
    assert scene.search(python).path == python
    assert scene.search("./somewhere/python").path == python
    assert scene.search("somewhere/python").source == "given"
    assert scene.search(str(scene.root / "prefix")).path == inner
    assert scene.search("~/python").path == home
    with pytest.raises(InterpreterNotFound, match="nowhere"):
        scene.search("/nowhere/python")
    with pytest.raises(VirtualenvBroken):
        scene.search(scene.add("broken", None) + "/../broken")


def test_only_pyenv_on_request(scene: Scene) -> None:
    scene.add("bin/python3.96", "3.96.9")
    pyenv = scene.pyenv("3.96.1")
    scene.environ["PIPENV_PYENV_ONLY"] = "1"
    assert scene.search("3.96").path == pyenv


def test_not_found_says_what_there_is(scene: Scene) -> None:
    scene.pyenv("3.95.1")
    broken = scene.add("bin/python3.96", None)
    with pytest.raises(InterpreterNotFound, match=r"`3\.96`") as caught:
        scene.search("3.96")
    hints = "\n".join(caught.value.hints)
    assert "3.95.1" in hints
    assert "pyenv install 3.96" in hints
    assert "--python" in hints
    assert broken in caught.value.details
    with pytest.raises(InterpreterNotFound) as caught:
        scene.search("no-such-command")
    assert "PATH" in caught.value.hints[0]


@pytest.mark.parametrize("minor", BY_MINOR)
def test_the_pythons_of_this_machine_are_found(minor: int, tmp_path: Path) -> None:
    probe = Probe(str(tmp_path), environ=dict(os.environ))
    found = find_interpreter(f"3.{minor}", environ=dict(os.environ), probe=probe, cwd=str(tmp_path))
    assert found.version[:2] == (3, minor)
