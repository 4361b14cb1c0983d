"""tox-pipenv: a Pipfile in the folder of each test environment, and the environment beside it."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from support.command_line import CommandLine, Result


class TestEnvironment:
    """The folder of one test environment, and the calls for it."""

    __test__ = False

    def __init__(self, pipenv: CommandLine, folder: Path) -> None:
        self.pipenv = pipenv
        self.folder = folder
        folder.mkdir(parents=True)
        shutil.copy(pipenv.pipfile, folder / "Pipfile")
        place = str(folder / ".venv")
        self.variables: dict[str, Any] = {
            "PIPENV_ACTIVE": "1",
            "PIPENV_IGNORE_VIRTUALENVS": "1",
            "PIPENV_PIPFILE": str(folder / "Pipfile"),
            "PIPENV_VENV_IN_PROJECT": "1",
            "PIPENV_VIRTUALENV": place,
            "PIPENV_YES": "1",
            "VIRTUAL_ENV": place,
        }

    def __call__(self, *words: str) -> Result:
        result = self.pipenv.spawn(*words, cwd=self.folder, **self.variables)
        assert result.status == 0, result.stderr
        return result


@pytest.mark.parametrize("root_options", [(), ("--site-packages",)])
def test_a_test_environment(
    pipenv: CommandLine, tmp_path: Path, root_options: tuple[str, ...]
) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n\n[dev-packages]\nloner = "*"\n')
    call = TestEnvironment(pipenv, pipenv.root / ".tox" / "py3")
    base = os.path.join(sys.base_prefix, "bin", "python3")
    call(*root_options, "--python", base)
    assert (call.folder / ".venv" / "pyvenv.cfg").is_file()
    call("install", "--dev")
    ran = call("run", "python", "-c", "import loner, sys, trunk; print(sys.prefix)")
    assert ran.stdout == f"{call.folder / '.venv'}\n"
    assert "trunk==1.2" in call("graph").stdout
    configuration = (call.folder / ".venv" / "pyvenv.cfg").read_text()
    shown = "true" if root_options else "false"
    assert f"include-system-site-packages = {shown}\n" in configuration
    assert not (pipenv.root / ".venv").exists()
    assert not pipenv.lockfile.exists()


def test_further_needs_and_prereleases(pipenv: CommandLine) -> None:
    pipenv.index.add_wheel("early", "2.0a1")
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    call = TestEnvironment(pipenv, pipenv.root / ".tox" / "py3")
    call("--python", os.path.join(sys.base_prefix, "bin", "python3"))
    call("install", "--dev", "--pre", "early", "loner==0.5")
    ran = call("run", "python", "-c", "import early, loner; print(early.VERSION)")
    assert ran.stdout == "2.0a1\n"
