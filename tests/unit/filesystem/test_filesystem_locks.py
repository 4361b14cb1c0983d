from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from pipenv.errors import Busy, FileAccessError
from pipenv.filesystem.locks import FileLock

if TYPE_CHECKING:
    from pathlib import Path


def test_a_free_lock_is_taken_and_given_back(tmp_path: Path) -> None:
    path = str(tmp_path / "deep" / "lock")
    lock = FileLock(path, timeout_seconds=0)
    with lock:
        assert lock.is_held
        assert FileLock(path).holder() == os.getpid()
    with FileLock(path, timeout_seconds=0):
        pass


def test_a_held_lock_is_busy_and_the_message_names_the_holder(tmp_path: Path) -> None:
    path = str(tmp_path / "lock")
    with (
        FileLock(path, timeout_seconds=0),
        pytest.raises(Busy, match=f"process {os.getpid()} holds"),
    ):
        FileLock(path, timeout_seconds=0).acquire()


def test_no_wait_means_no_call(tmp_path: Path) -> None:
    calls: list[str] = []
    path = str(tmp_path / "lock")
    with FileLock(path, timeout_seconds=0), pytest.raises(Busy):
        FileLock(path, timeout_seconds=0, on_wait=lambda: calls.append("wait")).acquire()
    assert calls == []


def test_a_waiter_is_told_once_and_goes_on_when_the_lock_is_free(tmp_path: Path) -> None:
    path = str(tmp_path / "lock")
    first = FileLock(path, timeout_seconds=0)
    first.acquire()
    calls: list[str] = []

    def on_wait() -> None:
        calls.append("wait")
        first.release()

    with FileLock(path, timeout_seconds=60, on_wait=on_wait) as second:
        assert second.is_held
    assert calls == ["wait"]


def test_a_lock_is_not_reentrant(tmp_path: Path) -> None:
    with FileLock(str(tmp_path / "lock"), timeout_seconds=0) as lock, pytest.raises(Busy):
        lock.acquire()


def test_releasing_twice_is_harmless(tmp_path: Path) -> None:
    lock = FileLock(str(tmp_path / "lock"), timeout_seconds=0)
    lock.acquire()
    lock.release()
    lock.release()
    assert not lock.is_held


def test_a_deleted_lock_file_is_not_mistaken_for_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with FileLock(str(path), timeout_seconds=0):
        path.unlink()
        with FileLock(str(path), timeout_seconds=0):
            assert path.exists()


@pytest.mark.skipif(os.name == "nt", reason="needs fork")
def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    path = str(tmp_path / "lock")
    ready, tell = os.pipe()
    pid = os.fork()
    if pid == 0:
        FileLock(path, timeout_seconds=0).acquire()
        os.write(tell, b"x")
        while True:
            os.read(os.open("/dev/zero", os.O_RDONLY), 1)
    os.read(ready, 1)
    with pytest.raises(Busy, match=f"process {pid} holds"):
        FileLock(path, timeout_seconds=0).acquire()
    os.kill(pid, 9)
    os.waitpid(pid, 0)
    with FileLock(path, timeout_seconds=0):
        pass


@pytest.mark.skipif(os.name == "nt", reason="needs fork")
def test_only_one_process_at_a_time_is_inside(tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    counter.write_text("0")
    children = []
    for _ in range(4):
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                for _ in range(25):
                    with FileLock(str(tmp_path / "lock"), timeout_seconds=60):
                        counter.write_text(str(int(counter.read_text()) + 1))
                status = 0
            finally:
                os._exit(status)
        children.append(pid)
    assert [os.waitpid(pid, 0)[1] for pid in children] == [0, 0, 0, 0]
    assert counter.read_text() == "100"


def test_a_place_that_cannot_hold_a_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FileAccessError):
        FileLock(str(tmp_path / "file" / "lock"), timeout_seconds=0).acquire()
