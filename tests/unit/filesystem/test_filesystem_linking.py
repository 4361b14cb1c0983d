from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from pipenv.errors import FileAccessError
from pipenv.filesystem.linking import METHODS, Linker, copy_file

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("method", METHODS)
def test_every_method_ends_with_the_same_content_and_bits(tmp_path: Path, method: str) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"content" * 1000)
    source.chmod(0o755)
    linker = Linker(method)
    for name in ("one", "two"):
        linker.link_file(str(source), str(tmp_path / name))
        assert (tmp_path / name).read_bytes() == source.read_bytes()
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) & 0o111 == 0o111
    assert METHODS.index(linker.method) >= METHODS.index(method)


def test_a_hard_link_is_the_same_file(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(b"x")
    linker = Linker("hardlink")
    linker.link_file(str(tmp_path / "source"), str(tmp_path / "target"))
    same = os.path.samefile(tmp_path / "source", tmp_path / "target")
    assert same == (linker.method == "hardlink")


def test_a_copy_is_another_file(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(b"x")
    Linker("copy").link_file(str(tmp_path / "source"), str(tmp_path / "target"))
    assert not os.path.samefile(tmp_path / "source", tmp_path / "target")


@pytest.mark.skipif(not os.path.isdir("/dev/shm"), reason="needs a second file system")
def test_between_file_systems_it_copies_from_then_on(tmp_path: Path) -> None:
    import tempfile

    with tempfile.TemporaryDirectory(dir="/dev/shm") as other:
        if os.stat(other).st_dev == os.stat(tmp_path).st_dev:
            pytest.skip("one file system")
        (tmp_path / "source").write_bytes(b"x")
        linker = Linker()
        linker.link_file(str(tmp_path / "source"), os.path.join(other, "target"))
        assert linker.method == "copy"
        with open(os.path.join(other, "target"), "rb") as stream:
            assert stream.read() == b"x"


@pytest.mark.parametrize("method", METHODS)
def test_what_is_there_is_not_overwritten(tmp_path: Path, method: str) -> None:
    (tmp_path / "source").write_bytes(b"new")
    (tmp_path / "target").write_bytes(b"old")
    with pytest.raises(FileExistsError):
        Linker(method).link_file(str(tmp_path / "source"), str(tmp_path / "target"))
    assert (tmp_path / "target").read_bytes() == b"old"


@pytest.mark.parametrize("method", METHODS)
def test_a_missing_source_does_not_change_the_method(tmp_path: Path, method: str) -> None:
    linker = Linker(method)
    with pytest.raises(FileNotFoundError):
        linker.link_file(str(tmp_path / "none"), str(tmp_path / "target"))
    assert linker.method in METHODS
    assert not (tmp_path / "target").exists()


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(FileAccessError):
        Linker("teleport")


def test_copying_takes_the_executable_bit_but_no_more(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"x")
    source.chmod(0o4755)
    copy_file(str(source), str(tmp_path / "target"))
    assert stat.S_IMODE((tmp_path / "target").stat().st_mode) & 0o7000 == 0
