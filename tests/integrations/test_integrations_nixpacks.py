"""Nixpacks: an environment is made and entered before Pipenv is called."""

from __future__ import annotations

import os
import venv
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from support.command_line import CommandLine


@pytest.mark.parametrize("has_lock", [True, False])
def test_the_active_environment_is_filled(
    locked: CommandLine, tmp_path: Path, has_lock: bool
) -> None:
    if not has_lock:
        locked.lockfile.unlink()
    active = tmp_path / "venv"
    venv.create(active, with_pip=False, symlinks=True)
    result = locked.spawn(
        "install",
        "--deploy" if has_lock else "--skip-lock",
        PATH=os.pathsep.join([str(active / "bin"), locked.environ["PATH"]]),
        PIPENV_VENV_IN_PROJECT="1",
        VIRTUAL_ENV=str(active),
    )
    assert result.status == 0, result.stderr
    assert {path.name for path in active.glob("lib/python*/site-packages/*.dist-info")} == {
        "trunk-1.2.dist-info",
        "leaf-1.1.dist-info",
    }
    assert not (locked.root / ".venv").exists()
    assert locked.lockfile.exists() == has_lock
