"""Source-to-image: Pipenv works inside an environment that is active already."""

from __future__ import annotations

import os
import venv
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from support.command_line import CommandLine, Result


class Image:
    """The active environment of the application."""

    def __init__(self, pipenv: CommandLine, tmp_path: Path) -> None:
        self.folder = tmp_path / "app-root"
        venv.create(self.folder, with_pip=False, symlinks=True)
        self.pipenv = pipenv

    def __call__(self, *words: str) -> Result:
        path = os.pathsep.join([str(self.folder / "bin"), self.pipenv.environ["PATH"]])
        return self.pipenv.spawn(*words, PATH=path, VIRTUAL_ENV=str(self.folder))

    def holds(self) -> set[str]:
        return {
            path.name.removesuffix(".dist-info")
            for path in self.folder.glob("lib/python*/site-packages/*.dist-info")
        }


@pytest.fixture
def image(pipenv: CommandLine, tmp_path: Path) -> Image:
    return Image(pipenv, tmp_path)


def test_a_project_with_a_lock(locked: CommandLine, image: Image) -> None:
    before = locked.snapshot()
    result = image("install", "--deploy")
    assert result.status == 0, result.stderr
    assert image.holds() == {"trunk-1.2", "leaf-1.1"}
    assert locked.snapshot() == before
    assert not list((locked.root.parent / "virtualenvs").glob("*"))


def test_a_project_with_requirements(pipenv: CommandLine, image: Image) -> None:
    (pipenv.root / "requirements.txt").write_text(f"-i {pipenv.index.url}\nleaf<1.1\nloner\n")
    result = image("install", "-r", "requirements.txt")
    assert result.status == 0, result.stderr
    assert image.holds() == {"leaf-1.0", "loner-0.5"}
    assert pipenv.locked_versions() == {"leaf": "1.0", "loner": "0.5"}
    assert not list((pipenv.root.parent / "virtualenvs").glob("*"))
