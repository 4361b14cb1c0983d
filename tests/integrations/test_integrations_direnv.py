"""``layout pipenv`` of direnv, in the shell that direnv uses."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
from typing import TYPE_CHECKING

import pytest

from support.command_line import PIPENV_PROCESS

if TYPE_CHECKING:
    from pathlib import Path

    from support.command_line import CommandLine

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")

LAYOUT = """
set -e
pipfile=${PIPENV_PIPFILE:-Pipfile}
[ -f "$pipfile" ] || exit 9
folder=$(pipenv --venv 2>/dev/null || true)
if [ ! -d "$folder" ]; then
    echo creating >&2
    pipenv install --dev >&2
    folder=$(pipenv --venv)
fi
export VIRTUAL_ENV=$folder PIPENV_ACTIVE=1 PATH="$folder/bin:$PATH"
python -c 'import json, os, sys
print(json.dumps([os.environ["VIRTUAL_ENV"], sys.prefix, os.environ["PIPENV_ACTIVE"]]))'
"""


def entered(pipenv: CommandLine, tmp_path: Path) -> tuple[list[str], bool]:
    """What a program sees after the layout, and whether an environment was made."""
    programs = tmp_path / "programs"
    programs.mkdir(exist_ok=True)
    program = programs / "pipenv"
    python, flag, code = PIPENV_PROCESS
    program.write_text(f'#!/bin/sh\nexec "{python}" {flag} "{code}" "$@"\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    done = subprocess.run(
        ["bash", "-c", LAYOUT],
        cwd=pipenv.root,
        env={**pipenv.environ, "PATH": f"{programs}:{pipenv.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), done.stderr.startswith("creating")


def test_entering_a_folder_makes_the_environment_once(locked: CommandLine, tmp_path: Path) -> None:
    silent = locked.spawn("--venv")
    assert (silent.status, silent.stdout) == (1, "")
    (shown, prefix, is_active), made = entered(locked, tmp_path)
    assert made
    assert shown == prefix
    assert is_active == "1"
    assert set(locked.installed()) == {"trunk", "leaf", "loner"}
    assert entered(locked, tmp_path) == ([shown, prefix, "1"], False)


def test_a_pipfile_elsewhere(locked: CommandLine, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    variables = {"PIPENV_PIPFILE": str(locked.pipfile)}
    assert locked.spawn("install", "--dev", cwd=elsewhere, **variables).status == 0
    assert (
        locked.spawn("--venv", cwd=elsewhere, **variables).stdout == locked.spawn("--venv").stdout
    )
