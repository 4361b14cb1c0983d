"""Several processes in one project: each in its turn, and no change is lost."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from support.command_line import CommandLine


def test_changes_at_the_same_time_are_all_there(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\nfourth = "*"\n')
    pipenv.ok("install")
    lines = (("install", "loner"), ("install", "third"), ("lock",), ("uninstall", "fourth"))
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "pipenv", *words],
            cwd=pipenv.root,
            env=pipenv.environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for words in lines
    ]
    for process in running:
        _, talk = process.communicate(timeout=120)
        assert process.returncode == 0, talk
    assert set(pipenv.locked_versions()) == {"trunk", "leaf", "loner", "third"}
    assert set(pipenv.installed()) == {"trunk", "leaf", "loner", "third"}
    assert pipenv("verify").status == 0


def test_two_projects_begin_with_one_empty_cache(pipenv: CommandLine) -> None:
    folders = [pipenv.root / name for name in ("one", "two")]
    pipenv.write_pipfile('[packages]\ntrunk = "*"\nfourth = "*"\n')
    for folder in folders:
        folder.mkdir()
        (folder / "Pipfile").write_bytes(pipenv.pipfile.read_bytes())
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "pipenv", "install"],
            cwd=folder,
            env=pipenv.environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for folder in folders
    ]
    for process in running:
        _, talk = process.communicate(timeout=120)
        assert process.returncode == 0, talk
    for folder in folders:
        imported = pipenv.spawn("run", "python", "-c", "import leaf, trunk, fourth", cwd=folder)
        assert imported.status == 0, imported.stderr
