"""The six verbs that change an environment."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from pipenv.installer.destination import Disk

if TYPE_CHECKING:
    from pathlib import Path


def test_folders(tmp_path: Path) -> None:
    disk = Disk()
    disk.make_folder(str(tmp_path / "a" / "b" / "c"))
    disk.make_folder(str(tmp_path / "a" / "b"))
    assert (tmp_path / "a" / "b" / "c").is_dir()
    assert not disk.delete_folder(str(tmp_path / "a"))
    assert disk.delete_folder(str(tmp_path / "a" / "b" / "c"))
    assert disk.delete_folder(str(tmp_path / "never"))
    (tmp_path / "file").touch()
    with pytest.raises(FileExistsError):
        disk.make_folder(str(tmp_path / "file"))
    assert not disk.delete_folder(str(tmp_path / "file"))


def test_writing_never_replaces(tmp_path: Path) -> None:
    disk = Disk()
    path = str(tmp_path / "x")
    disk.write(path, b"one")
    with pytest.raises(FileExistsError):
        disk.write(path, b"two")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError):
        disk.write(str(tmp_path / "link"), b"two")
    assert (tmp_path / "x").read_bytes() == b"one"
    assert not (tmp_path / "elsewhere").exists()


def test_linking_never_replaces(tmp_path: Path) -> None:
    disk = Disk()
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / "b").write_bytes(b"b")
    link = disk.linker(str(tmp_path))
    link(str(tmp_path / "a"), str(tmp_path / "c"))
    with pytest.raises(FileExistsError):
        link(str(tmp_path / "a"), str(tmp_path / "b"))
    assert (tmp_path / "c").read_bytes() == b"a"
    assert (tmp_path / "b").read_bytes() == b"b"


def test_moving_takes_links_as_they_are(tmp_path: Path) -> None:
    disk = Disk()
    (tmp_path / "target").write_bytes(b"x")
    (tmp_path / "link").symlink_to("target")
    disk.move(str(tmp_path / "link"), str(tmp_path / "moved"))
    assert os.readlink(tmp_path / "moved") == "target"
    assert not os.path.lexists(tmp_path / "link")


@pytest.mark.skipif(not os.path.isdir("/dev/shm"), reason="there is no second file system")
def test_moving_to_another_disk(tmp_path: Path) -> None:
    import shutil
    import tempfile

    folder = tempfile.mkdtemp(dir="/dev/shm")
    try:
        (tmp_path / "file").write_bytes(b"x")
        (tmp_path / "file").chmod(0o755)
        (tmp_path / "link").symlink_to("/nowhere")
        for name in ("file", "link"):
            Disk().move(str(tmp_path / name), f"{folder}/{name}")
            assert not os.path.lexists(tmp_path / name)
        assert os.stat(f"{folder}/file").st_mode & 0o777 == 0o755
        assert os.readlink(f"{folder}/link") == "/nowhere"
    finally:
        shutil.rmtree(folder)


def test_deleting(tmp_path: Path) -> None:
    disk = Disk()
    (tmp_path / "x").touch()
    (tmp_path / "folder").mkdir()
    disk.delete(str(tmp_path / "x"))
    disk.delete(str(tmp_path / "x"))
    disk.delete(str(tmp_path / "y" / "z"))
    with pytest.raises(OSError, match="folder"):
        disk.delete(str(tmp_path / "folder"))
