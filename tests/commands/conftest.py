"""A loopback index with a few packages, and a project to call ``pipenv`` in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.command_line import CommandLine
from support.loopback_index import LoopbackIndex

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def index() -> Iterator[LoopbackIndex]:
    with LoopbackIndex() as served:
        served.add_wheel("leaf", "1.0")
        served.add_wheel("leaf", "1.1", requires_python=">=3.8")
        served.add_wheel("leaf", "2.0", requires_python=">=3.8")
        served.add_wheel("trunk", "1.0", requires=["leaf>=1.0,<2"])
        served.add_wheel("trunk", "1.2", requires=["leaf>=1.1,<2"])
        served.add_wheel("loner", "0.5")
        yield served


@pytest.fixture
def pipenv(tmp_path: Path, capsys: pytest.CaptureFixture[str], index: LoopbackIndex) -> CommandLine:
    return CommandLine(tmp_path, capsys, index)
