"""The cache folder: kept where possible, done without where not."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from pipenv.cache.store import CacheFolder
from pipenv.errors import FileAccessError

if TYPE_CHECKING:
    from pathlib import Path

as_user = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="everything is allowed to root"
)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    cache = CacheFolder(str(tmp_path / "a" / "cache"))
    assert cache.read("pages", "x/y") is None
    cache.write("pages", "x/y", b"one")
    cache.write("pages", "x/y", b"two")
    assert cache.read("pages", "x/y") == b"two"
    assert (tmp_path / "a" / "cache" / "pages" / "x" / "y").read_bytes() == b"two"


def test_backup_programs_are_told(tmp_path: Path) -> None:
    CacheFolder(str(tmp_path / "cache")).write("pages", "x", b"one")
    tag = (tmp_path / "cache" / "CACHEDIR.TAG").read_text()
    assert tag.startswith("Signature: 8a477f597d28d172789f06886806bc55")


def test_looking_makes_nothing(tmp_path: Path) -> None:
    cache = CacheFolder(str(tmp_path / "cache"))
    assert cache.read("pages", "x") is None
    assert cache.bucket("pages") == str(tmp_path / "cache" / "pages")
    assert not (tmp_path / "cache").exists()


def test_file_in_place_of_the_cache_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("mine")
    cache = CacheFolder(str(tmp_path / "cache"), temporary_dir=str(tmp_path))
    cache.write("pages", "x", b"one")
    assert cache.read("pages", "x") is None
    folder = cache.writable_bucket("wheels")
    assert os.path.isdir(folder)
    assert cache.buckets("wheels") == (str(tmp_path / "cache" / "wheels"), folder)
    cache.close()
    assert [path.name for path in tmp_path.iterdir()] == ["cache"]
    assert (tmp_path / "cache").read_text() == "mine"


def test_folder_in_place_of_an_entry_is_no_error(tmp_path: Path) -> None:
    cache = CacheFolder(str(tmp_path / "cache"))
    (tmp_path / "cache" / "pages" / "x").mkdir(parents=True)
    cache.write("pages", "x", b"one")
    assert cache.read("pages", "x") is None


@as_user
def test_read_only_cache_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir(mode=0o500)
    cache = CacheFolder(str(tmp_path / "cache"), temporary_dir=str(tmp_path))
    cache.write("pages", "x", b"one")
    assert os.path.isdir(cache.writable_bucket("wheels"))
    cache.close()


def test_no_temporary_folder_either(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("")
    cache = CacheFolder(str(tmp_path / "cache"), temporary_dir=str(tmp_path / "missing"))
    folder = cache.writable_bucket("wheels")  # the system's own place is asked next
    assert os.path.isdir(folder)
    cache.close()
    assert not os.path.exists(folder)


def test_substitute_is_one_for_the_whole_run(tmp_path: Path) -> None:
    cache = CacheFolder(str(tmp_path / "cache"), temporary_dir=str(tmp_path))
    first = cache.substitute_bucket("wheels")
    assert cache.writable_bucket("wheels") == first
    assert os.path.dirname(cache.substitute_bucket("pages")) == os.path.dirname(first)
    cache.close()


def test_substitute_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    cache = CacheFolder(str(tmp_path / "cache"), temporary_dir=str(tmp_path))
    folder = cache.substitute_bucket("wheels")
    os.rmdir(folder)
    os.rmdir(os.path.dirname(folder))
    (tmp_path / os.path.basename(os.path.dirname(folder))).write_text("in the way")
    with pytest.raises(FileAccessError, match="cache folder"):
        cache.substitute_bucket("wheels")
