"""Snyk: a program of its own runs in the environment, and its JSON is read from stdout."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from support.command_line import CommandLine

PROGRAM = """\
import importlib.metadata as metadata, json, sys
print(json.dumps({
    each.metadata["Name"].lower(): [each.version, each.requires or []]
    for each in metadata.distributions()
}))
"""


def test_the_program_sees_what_the_named_pipfile_needs(locked: CommandLine, tmp_path: Path) -> None:
    program = tmp_path / "scanner" / "resolve.py"
    program.parent.mkdir()
    program.write_text(PROGRAM)
    locked.ok("install")
    (locked.root / ".env").write_text("FROM_FILE=1\n")
    assert locked.spawn("--version").status == 0
    variables = {"PIPENV_PIPFILE": str(locked.pipfile)}
    ran = locked.spawn("run", "python", str(program), cwd=program.parent, **variables)
    assert ran.status == 0, ran.stderr
    found = json.loads(ran.stdout)
    assert found["trunk"] == ["1.2", ["leaf<2,>=1.1"]] or found["trunk"] == [
        "1.2",
        ["leaf>=1.1,<2"],
    ]
    assert found["leaf"] == ["1.1", []]
    assert "loner" not in found


def test_a_failing_program_passes_its_status_on(locked: CommandLine) -> None:
    locked.ok("install")
    ran = locked.spawn("run", "python", "-c", "import sys; sys.exit('nothing found')")
    assert (ran.status, ran.stdout) == (1, "")
    assert ran.stderr.splitlines()[-1] == "nothing found"
