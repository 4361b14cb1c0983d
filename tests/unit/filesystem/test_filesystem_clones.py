"""Clones: what is done when they work, when they cannot, and when they fail."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipenv.filesystem.apple_clones import cloning_by
from pipenv.filesystem.linking import Linker, clone_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipenv.filesystem.linking import Clone


class CLibrary:
    """Stands in for the C library of macOS: ``clonefile`` copies, or ends with an error."""

    def __init__(self, error: int = 0) -> None:
        self.error = error
        self.flags: list[int] = []

    def clonefile(self, source: bytes, target: bytes, flags: int) -> int:
        self.flags.append(flags)
        if os.path.lexists(target):
            self.error = errno.EEXIST
        if self.error:
            return -1
        shutil.copy2(source, target)
        return 0

    def clone(self) -> Clone:
        return cloning_by(self.clonefile, lambda: self.error)


@pytest.fixture
def source(tmp_path: Path) -> str:
    path = tmp_path / "source"
    path.write_bytes(b"content")
    path.chmod(0o755)
    return str(path)


def test_a_clone_of_the_c_library(source: str, tmp_path: Path) -> None:
    library = CLibrary()
    linker = Linker(clone=library.clone())
    for name in ("one", "two"):
        linker.link_file(source, str(tmp_path / name))
        assert (tmp_path / name).read_bytes() == b"content"
        assert not os.path.samefile(source, tmp_path / name)
    assert linker.method == "clone"
    assert library.flags == [1, 1]


@pytest.mark.parametrize("error", [errno.ENOTSUP, errno.EXDEV, errno.ENOSYS])
def test_what_cannot_clone_is_asked_once(source: str, tmp_path: Path, error: int) -> None:
    library = CLibrary(error)
    linker = Linker(clone=library.clone())
    for name in ("one", "two"):
        linker.link_file(source, str(tmp_path / name))
    assert (linker.asked, linker.method) == ("clone", "hardlink")
    assert len(library.flags) == 1
    assert os.path.samefile(source, tmp_path / "two")


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
def test_a_failure_is_no_reason_to_try_something_else(
    source: str, tmp_path: Path, error: int
) -> None:
    linker = Linker(clone=CLibrary(error).clone())
    with pytest.raises(OSError, match=os.strerror(error)) as raised:
        linker.link_file(source, str(tmp_path / "target"))
    assert raised.value.filename2 == str(tmp_path / "target")
    assert linker.method == "clone"


@pytest.mark.parametrize("clone", [CLibrary().clone, lambda: clone_file])
def test_what_is_there_stays(source: str, tmp_path: Path, clone: Callable[[], Clone]) -> None:
    (tmp_path / "target").write_text("mine")
    with pytest.raises(FileExistsError):
        clone()(source, str(tmp_path / "target"))
    assert (tmp_path / "target").read_text() == "mine"


def test_this_system_clones_or_leaves_nothing(source: str, tmp_path: Path) -> None:
    target = tmp_path / "target"
    if clone_file(source, str(target)):
        assert target.read_bytes() == b"content"
        target.write_bytes(b"other")
        assert Path(source).read_bytes() == b"content"
    else:
        assert not target.exists()
