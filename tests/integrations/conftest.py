"""A loopback index with a few packages, and a project that other programs work on.

The programs start Pipenv as a process of its own (`CommandLine.spawn`), with the words, variables
and folders that they have in use, and read what comes out as they do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.command_line import CommandLine
from support.loopback_index import LoopbackIndex
from support.python_homes import PythonHome, make_python_home

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def index() -> Iterator[LoopbackIndex]:
    with LoopbackIndex() as served:
        served.add_wheel("leaf", "1.0")
        served.add_wheel("leaf", "1.1")
        served.add_wheel("trunk", "1.0", requires=["leaf>=1.0,<2"])
        served.add_wheel("trunk", "1.2", requires=["leaf>=1.1,<2"])
        served.add_wheel("loner", "0.5")
        yield served


@pytest.fixture
def pipenv(tmp_path: Path, capsys: pytest.CaptureFixture[str], index: LoopbackIndex) -> CommandLine:
    made = CommandLine(tmp_path, capsys, index)
    made.environ["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"  # which pip would look up elsewhere
    return made


@pytest.fixture
def locked(pipenv: CommandLine) -> CommandLine:
    """A project with a lock that names its Python, and no environment."""
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n\n[dev-packages]\nloner = "*"\n', python=True)
    pipenv.ok("lock")
    pipenv("--rm")
    return pipenv


@pytest.fixture
def python_home(tmp_path: Path) -> PythonHome:
    return make_python_home(tmp_path / "python-home")
