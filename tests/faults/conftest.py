"""A loopback index with tiny packages, and a project that real processes work on."""

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
        for name in ("leaf", "loner", "third", "fourth"):
            served.add_wheel(name, "1.0")
            served.add_wheel(name, "1.1")
        served.add_wheel("trunk", "1.0", requires=["leaf>=1.0,<2"])
        yield served


@pytest.fixture
def pipenv(tmp_path: Path, capsys: pytest.CaptureFixture[str], index: LoopbackIndex) -> CommandLine:
    return CommandLine(tmp_path, capsys, index)
