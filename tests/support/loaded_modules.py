"""Which modules a whole command loads: what it costs before it does anything, on every machine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pipenv as package

if TYPE_CHECKING:
    from support.command_line import CommandLine

_NOTE_MODULES = """
import os, sys
before = set(sys.modules)
leave = os._exit

def note(status):
    with open(report, "w") as file:
        file.write("\\n".join(set(sys.modules) - before))
    leave(status)

os._exit = note
report, *words = sys.argv[1:]
sys.argv[1:] = words
from pipenv.cli.main import main
note(main(words))
"""


def modules_loaded_by(pipenv: CommandLine, *words: str) -> set[str]:
    """Carry out ``pipenv WORDS``, which must succeed; the modules that a bare Python has not."""
    report = pipenv.root.parent / "loaded-modules"
    completed = subprocess.run(
        [sys.executable, "-S", "-c", _NOTE_MODULES, str(report), *words],
        cwd=pipenv.root,
        env={**pipenv.environ, "PYTHONPATH": str(Path(package.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert completed.returncode == 0, completed.stderr
    return set(report.read_text().split("\n"))
