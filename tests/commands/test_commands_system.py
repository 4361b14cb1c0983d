"""``--system``: into the Python on PATH, without an environment of the project."""

from __future__ import annotations

import os
import sys
import venv
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from support.command_line import CommandLine


@pytest.mark.skipif(sys.platform == "win32", reason="the layout of the folder is that of POSIX")
def test_the_python_on_path_is_filled(pipenv: CommandLine, tmp_path: Path) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    pipenv.ok("lock")
    pipenv.ok("remove")
    venv.create(tmp_path / "python", with_pip=False, symlinks=True)
    path = os.pathsep.join([str(tmp_path / "python" / "bin"), pipenv.environ["PATH"]])
    pipenv.ok("install", "--system", "--deploy", PATH=path)
    site_packages = next(tmp_path.glob("python/lib/python*/site-packages"))
    assert (site_packages / "trunk-1.2.dist-info" / "RECORD").is_file()
    assert pipenv("--venv").status == 1
