"""CDK for Terraform: its templates make a project, and read lists of pip through ``pipenv run``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from support.command_line import CommandLine

MAIN = "import json, trunk\nprint(json.dumps({'synthesized': trunk.VERSION}))\n"


def test_a_project_of_the_template(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n\n[requires]\npython_version = ">=3.9"\n')
    (pipenv.root / "main.py").write_text(MAIN)
    installed = pipenv.spawn("install")
    assert installed.status == 0, installed.stderr
    added = pipenv.spawn("install", "loner~=0.5", PIPENV_QUIET="1")
    assert (added.status, added.stdout) == (0, ""), added.stderr
    assert 'loner = "~=0.5"' in pipenv.pipfile.read_text()

    listed = pipenv.spawn("run", "pip", "list", "--format=json")
    found = {entry["name"]: entry["version"] for entry in json.loads(listed.stdout)}
    assert found.items() >= {"trunk": "1.2", "leaf": "1.1", "loner": "0.5"}.items()

    shown = pipenv.spawn("run", "pip", "show", "trunk")
    fields = dict(line.split(": ", 1) for line in shown.stdout.splitlines() if ": " in line)
    assert (fields["Name"], fields["Version"], fields["Requires"]) == ("trunk", "1.2", "leaf")
    quiet = pipenv.spawn("run", "pip", "show", "-qq", "trunk")
    assert (quiet.status, quiet.stdout) == (0, "")
    assert pipenv.spawn("run", "pip", "show", "-qq", "absent").status == 1

    ran = pipenv.spawn("run", "python", "main.py")
    assert json.loads(ran.stdout) == {"synthesized": "1.2"}
