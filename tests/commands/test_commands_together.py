"""Two processes in one project wait for each other."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from support.command_line import CommandLine


def test_two_that_make_the_same_environment(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    pipenv.ok("lock")
    pipenv.ok("remove")
    both = [
        subprocess.Popen(
            [sys.executable, "-m", "pipenv", "sync"],
            cwd=pipenv.root,
            env=pipenv.environ,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for process in both:
        _, stderr = process.communicate()
        assert process.returncode == 0, stderr
    assert pipenv.installed() == {"leaf": "1.1", "trunk": "1.2"}
