"""Stamps of source trees: what changes them and what does not."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from pipenv.operations.tree_stamps import project_files_stamp, tree_stamp

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "__init__.py").write_text("")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    return tmp_path


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize(
    "name", ["pkg/new.py", "pkg/__init__.py", "setup.py", "pkg/build/x.py", ".git/logs/HEAD"]
)
def test_sources_and_commits_change_the_stamp(tree: Path, name: str) -> None:
    before = tree_stamp(str(tree))
    write(tree / name, "changed")
    assert tree_stamp(str(tree)) not in {"", before}


@pytest.mark.parametrize(
    "name",
    [
        *("build/lib/x.py", "dist/x.whl", "pkg.egg-info/PKG-INFO", "src/pkg.egg-info/PKG-INFO"),
        *("pkg/__pycache__/x.pyc", ".git/index", "Pipfile", "Pipfile.lock", ".venv/pyvenv.cfg"),
    ],
)
def test_what_builds_and_tools_leave_does_not(tree: Path, name: str) -> None:
    (tree / "src").mkdir()
    before = tree_stamp(str(tree))
    write(tree / name, "left")
    assert tree_stamp(str(tree)) == before


def test_a_removed_file_and_another_time_change_the_stamp(tree: Path) -> None:
    stamps = [tree_stamp(str(tree))]
    os.utime(tree / "pkg" / "__init__.py", (1, 1))
    stamps.append(tree_stamp(str(tree)))
    (tree / "pkg" / "__init__.py").unlink()
    stamps.append(tree_stamp(str(tree)))
    assert len({*stamps, ""}) == 4


def test_links_are_not_followed_out_of_the_tree(tree: Path) -> None:
    (tree / "loop").symlink_to(tree)
    assert tree_stamp(str(tree))


def test_no_folder_has_no_stamp(tmp_path: Path) -> None:
    assert tree_stamp(str(tmp_path / "missing")) == ""
    assert project_files_stamp(str(tmp_path)) == ""


def test_project_files_count_by_their_content(tree: Path) -> None:
    before = project_files_stamp(str(tree))
    os.utime(tree / "pyproject.toml", (1, 1))
    write(tree / "pkg" / "new.py", "")
    assert project_files_stamp(str(tree)) == before
    write(tree / "pyproject.toml", "[project]\nname = 'x'\n")
    assert project_files_stamp(str(tree)) not in {"", before}
