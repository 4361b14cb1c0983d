"""Names with dots keep them in the lock; indexes are asked for the canonical name."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.command_line import CommandLine
    from support.loopback_index import LoopbackIndex


@pytest.mark.parametrize("entry", ['"*"', '{version = "*", index = "loopback"}'])
@pytest.mark.parametrize("fresh", [True, False])
def test_a_dotted_name_is_installed(
    pipenv: CommandLine, index: LoopbackIndex, entry: str, fresh: bool
) -> None:
    index.add_wheel("Zope.Thing", "1.0", requires=["leaf"])
    index.add_sdist("zope.source", "1.0")
    pipenv.write_pipfile(f'[packages]\n"Zope.Thing" = {entry}\n"zope.source" = {entry}\n')
    pipenv.ok("lock")
    assert set(pipenv.locked()["default"]) == {"leaf", "zope.source", "zope.thing"}
    if fresh:
        shutil.rmtree(Path(pipenv.environ["PIPENV_CACHE_DIR"]))
    pipenv.ok("sync")
    assert pipenv.installed() == {"leaf": "2.0", "zope-source": "1.0", "zope-thing": "1.0"}
    index.forget_requests()
    again = pipenv.ok("sync")
    assert index.total() == 0
    assert "installed 0" not in again.stderr
