from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from pipenv.filesystem.trees import delete_tree

if TYPE_CHECKING:
    from pathlib import Path


def test_a_tree_goes_with_all_that_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "tree" / "a" / "b").mkdir(parents=True)
    (tmp_path / "tree" / "a" / "file").write_text("x")
    delete_tree(str(tmp_path / "tree"))
    assert os.listdir(tmp_path) == []


def test_links_go_and_their_targets_stay(tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "file").write_text("x")
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "link").symlink_to(tmp_path / "precious")
    (tmp_path / "tree" / "dangling").symlink_to("nowhere")
    delete_tree(str(tmp_path / "tree"))
    assert (tmp_path / "precious" / "file").read_text() == "x"


def test_a_link_itself_goes_alone(tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "link").symlink_to("precious")
    delete_tree(str(tmp_path / "link"))
    assert os.listdir(tmp_path) == ["precious"]


@pytest.mark.skipif(os.name == "nt", reason="bits of POSIX")
def test_read_only_folders_and_files_go(tmp_path: Path) -> None:
    inner = tmp_path / "tree" / "inner"
    inner.mkdir(parents=True)
    (inner / "file").write_text("x")
    (inner / "file").chmod(0o400)
    inner.chmod(0o500)
    delete_tree(str(tmp_path / "tree"))
    assert os.listdir(tmp_path) == []


def test_nothing_is_no_error(tmp_path: Path) -> None:
    delete_tree(str(tmp_path / "none"))
