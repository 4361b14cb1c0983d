"""A loopback index with tiny packages, and a project that real processes work on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import pipenv as package
from support.command_line import CommandLine
from support.loopback_index import LoopbackIndex

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def index() -> Iterator[LoopbackIndex]:
    with LoopbackIndex() as served:
        for name in ("leaf", "loner", "third", "fourth"):
            served.add_wheel(name, "1.0")
            served.add_wheel(name, "1.1")
        served.add_wheel("trunk", "1.0", requires=["leaf>=1.0,<2"])
        yield served


@pytest.fixture
def pipenv(tmp_path: Path, capsys: pytest.CaptureFixture[str], index: LoopbackIndex) -> CommandLine:
    made = CommandLine(tmp_path, capsys, index)
    # Processes of their own run the same sources as this one.
    made.environ["PYTHONPATH"] = str(Path(package.__file__).parent.parent)
    made.environ["PYTHONDONTWRITEBYTECODE"] = "1"  # a limit of file sizes would cut our own
    return made
