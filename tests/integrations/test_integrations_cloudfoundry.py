"""The buildpack reads names and versions of a lock and drops all else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from support.command_line import CommandLine
    from support.loopback_index import LoopbackIndex


def requirements_of(lock: Path) -> list[str]:
    """The lines that the buildpack makes of a lock, without markers and hashes."""
    read = json.loads(lock.read_text(encoding="utf-8"))
    lines = []
    for number, source in enumerate(read["_meta"]["sources"]):
        option = "--extra-index-url" if number else "-i"
        lines.append(f"{option} {source['url']}")
    return [*lines, *(f"{name}{entry['version']}" for name, entry in read["default"].items())]


def without_first_line_of_talk(stdout: str) -> str:
    """What it takes from a Pipenv that it runs: a first line about the Python is dropped."""
    first, _, rest = stdout.partition("\n")
    return rest if first.startswith("Using ") else stdout


def test_names_and_versions_suffice(locked: CommandLine) -> None:
    assert requirements_of(locked.lockfile) == [
        f"-i {locked.index.url}",
        "leaf==1.1",
        "trunk==1.2",
    ]


@pytest.mark.parametrize("option", ["--requirements", "-r"])
def test_without_a_lock_pipenv_makes_requirements(pipenv: CommandLine, option: str) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    answer = pipenv.spawn("lock", option)
    assert answer.status == 0, answer.stderr
    lines = without_first_line_of_talk(answer.stdout).splitlines()
    assert lines[0] == f"-i {pipenv.index.url}"
    named = [line.partition(";")[0].strip() for line in lines if not line.startswith("-")]
    assert named == ["leaf==1.1", "trunk==1.2"]


def test_packages_for_other_platforms_are_left_out_where_the_pipfile_says_so(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    index.add_wheel("pane", "1.0", tag="py3-none-win_amd64")
    index.add_wheel("house", "1.0", requires=["pane; sys_platform == 'win32'"])
    pipenv.write_pipfile('[packages]\nhouse = "*"\n\n[pipenv]\nplatforms = ["linux"]\n')
    answer = pipenv.spawn("lock")
    assert answer.status == 0, answer.stderr
    assert requirements_of(pipenv.lockfile)[1:] == ["house==1.0"]


def test_pip_can_install_the_lines(locked: CommandLine, tmp_path: Path) -> None:
    written = tmp_path / "requirements.txt"
    written.write_text("\n".join(requirements_of(locked.lockfile)))
    assert locked.spawn("install").status == 0
    done = locked.spawn("run", "python", "-m", "pip", "install", "--dry-run", "-r", str(written))
    assert done.status == 0, done.stderr
