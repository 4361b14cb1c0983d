"""The plug-in that packs functions: the version decides, requirements go to a file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from support.command_line import CommandLine

SEMANTIC_VERSION = re.compile(r"^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$")
REQUIREMENTS_COMMAND_SINCE = (2022, 8, 5)


def version_of(pipenv: CommandLine) -> tuple[int, ...]:
    """The third word of what ``--version`` says, which must be a semantic version."""
    answer = pipenv.spawn("--version")
    assert answer.status == 0
    found = SEMANTIC_VERSION.match(answer.stdout.split(" ")[2].strip())
    assert found
    return tuple(int(part) for part in found.groups())


def written_requirements(pipenv: CommandLine) -> str:
    """The requirements as the plug-in writes them: locked first if the complaint asks for it."""
    answer = pipenv.spawn("requirements")
    if answer.status != 0:
        assert "FileNotFoundError" in answer.stderr
        assert answer.stdout == ""
        locked = pipenv.spawn("lock")
        assert locked.status == 0, locked.stderr
        answer = pipenv.spawn("requirements")
    assert answer.status == 0, answer.stderr
    return re.sub(r"^-e ", "", answer.stdout, flags=re.MULTILINE)


def test_the_version_leads_to_the_command_of_today(pipenv: CommandLine) -> None:
    assert version_of(pipenv) > REQUIREMENTS_COMMAND_SINCE


def test_requirements_of_a_lock(locked: CommandLine) -> None:
    before = locked.snapshot()
    lines = written_requirements(locked).splitlines()
    assert lines[0] == f"-i {locked.index.url}"
    assert [line.partition(" ;")[0] for line in lines if not line.startswith("-")] == [
        "leaf==1.1",
        "trunk==1.2",
    ]
    assert locked.snapshot() == before


def test_without_a_lock_it_locks_and_asks_again(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nloner = "*"\n')
    assert "loner==0.5" in written_requirements(pipenv).splitlines()
    assert pipenv.locked_versions() == {"loner": "0.5"}
