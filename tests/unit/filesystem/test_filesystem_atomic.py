from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from pipenv.errors import FileAccessError
from pipenv.filesystem.atomic import read_bytes, write_atomic

if TYPE_CHECKING:
    from pathlib import Path

TEMPORARY = ".lock.pipenv-tmp"
posix_only = pytest.mark.skipif(os.name == "nt", reason="permission bits and links of POSIX")


def test_a_new_file_has_the_content_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    write_atomic(str(tmp_path / "lock"), b"one")
    assert (tmp_path / "lock").read_bytes() == b"one"
    assert os.listdir(tmp_path) == ["lock"]


def test_an_old_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    path.write_bytes(b"a much longer former content")
    with path.open("rb") as reader:
        write_atomic(str(path), b"new")
        assert reader.read() == b"a much longer former content"
    assert path.read_bytes() == b"new"


@posix_only
def test_the_permission_bits_stay(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    path.write_bytes(b"")
    path.chmod(0o640)
    write_atomic(str(path), b"new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@posix_only
def test_a_mode_can_be_asked_for(tmp_path: Path) -> None:
    write_atomic(str(tmp_path / "secret"), b"", mode=0o600)
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


@posix_only
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "file").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real/file")
    write_atomic(str(tmp_path / "link"), b"new")
    assert os.readlink(tmp_path / "link") == "real/file"
    assert (tmp_path / "real" / "file").read_bytes() == b"new"
    assert os.listdir(tmp_path / "real") == ["file"]


@posix_only
def test_a_dangling_link_gets_its_target(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("target")
    write_atomic(str(tmp_path / "link"), b"new")
    assert (tmp_path / "target").read_bytes() == b"new"


def test_what_a_killed_writer_left_is_cleared_away(tmp_path: Path) -> None:
    (tmp_path / TEMPORARY).write_bytes(b"half of a fi")
    write_atomic(str(tmp_path / "lock"), b"whole")
    assert (tmp_path / "lock").read_bytes() == b"whole"
    assert os.listdir(tmp_path) == ["lock"]


@posix_only
def test_the_file_of_a_writer_at_work_is_left_alone(tmp_path: Path) -> None:
    import fcntl

    with (tmp_path / TEMPORARY).open("wb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        other.write(b"his")
        other.flush()
        write_atomic(str(tmp_path / "lock"), b"mine")
        assert (tmp_path / TEMPORARY).read_bytes() == b"his"
    assert sorted(os.listdir(tmp_path)) == [TEMPORARY, "lock"]


def test_a_planted_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "victim").write_bytes(b"precious")
    (tmp_path / TEMPORARY).symlink_to("victim")
    write_atomic(str(tmp_path / "lock"), b"new")
    assert (tmp_path / "victim").read_bytes() == b"precious"
    assert (tmp_path / "lock").read_bytes() == b"new"


def test_the_longest_name_works(tmp_path: Path) -> None:
    name = "n" * 255
    write_atomic(str(tmp_path / name), b"x")
    assert os.listdir(tmp_path) == [name]


def test_a_relative_path_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_atomic("lock", b"x")
    assert (tmp_path / "lock").read_bytes() == b"x"


def test_a_missing_folder_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    path = str(tmp_path / "nowhere" / "lock")
    with pytest.raises(FileAccessError, match="nowhere/lock") as caught:
        write_atomic(path, b"x")
    assert "exists" in caught.value.hints[0]


def test_a_folder_in_the_way_is_an_error_and_stays(tmp_path: Path) -> None:
    (tmp_path / "lock").mkdir()
    with pytest.raises(FileAccessError):
        write_atomic(str(tmp_path / "lock"), b"x")
    assert os.listdir(tmp_path) == ["lock"]


@posix_only
def test_a_full_disk_leaves_the_old_content_and_no_debris(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    path.write_bytes(b"old")
    pid = os.fork()
    if pid == 0:
        # A process of its own, because the limit cannot be taken back.
        import resource
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
        try:
            write_atomic(str(path), b"n" * 100)
        except FileAccessError:
            os._exit(7)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["lock"]


@posix_only
def test_many_writers_never_show_a_part(tmp_path: Path) -> None:
    path = str(tmp_path / "lock")
    children = []
    for letter in b"abcd":
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                for _ in range(100):
                    write_atomic(path, bytes([letter]) * 5000, durable=False)
                    data = read_bytes(path)
                    if data is None or len(data) != 5000 or len(set(data)) != 1:
                        break
                else:
                    status = 0
            finally:
                os._exit(status)
        children.append(pid)
    assert [os.waitpid(pid, 0)[1] for pid in children] == [0, 0, 0, 0]
    assert os.listdir(tmp_path) == ["lock"]


def test_reading_tells_missing_from_unreadable(tmp_path: Path) -> None:
    assert read_bytes(str(tmp_path / "none")) is None
    assert read_bytes(str(tmp_path / "none" / "deeper")) is None
    (tmp_path / "some").write_bytes(b"data")
    assert read_bytes(str(tmp_path / "some")) == b"data"
    with pytest.raises(FileAccessError):
        read_bytes(str(tmp_path))
