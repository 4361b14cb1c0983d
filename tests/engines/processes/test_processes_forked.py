"""Forked workers."""

from __future__ import annotations

import os
import signal
import threading
from typing import TYPE_CHECKING

import pytest

from pipenv.processes import ForkedWorker, fork_worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Fork = Callable[[Callable[[bytes], bytes]], ForkedWorker]

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing to fork with")


@pytest.fixture
def fork() -> Iterator[Fork]:
    made: list[ForkedWorker] = []

    def forked(work: Callable[[bytes], bytes]) -> ForkedWorker:
        worker = fork_worker(work)
        if worker is None:
            pytest.skip("there are other threads")
        made.append(worker)
        return worker

    yield forked
    for each in made:
        each.close()


def who(request: bytes) -> bytes:
    return str(os.getpid()).encode() + b" " + request


def test_it_answers_from_another_process(fork: Fork) -> None:
    worker = fork(who)
    first, second = (worker.ask(each).split() for each in (b"one", b"two"))
    assert (first[1], second[1]) == (b"one", b"two")
    assert first[0] == second[0] != str(os.getpid()).encode()
    assert worker.is_alive


@pytest.mark.parametrize("size", [0, 1, 65_536, 3_000_001])
def test_messages_of_any_size(fork: Fork, size: int) -> None:
    data = bytes(number % 251 for number in range(size))
    worker = fork(lambda request: request[::-1])
    assert worker.ask(data) == data[::-1]
    assert worker.ask(b"ab") == b"ba"


def test_several_are_told_apart(fork: Fork) -> None:
    workers = [fork(who) for _ in range(3)]
    assert len({each.ask(b"").strip() for each in workers}) == 3
    workers[0].close()
    assert workers[1].ask(b"x").endswith(b" x")


def fail(request: bytes) -> bytes:
    raise ValueError(request)


def test_one_that_fails_is_gone(fork: Fork, capfd: pytest.CaptureFixture[str]) -> None:
    worker = fork(fail)
    assert worker.ask(b"x") == b""
    assert not worker.is_alive
    assert worker.ask(b"x") == b""
    assert capfd.readouterr() == ("", "")


def test_one_that_was_killed_is_gone(fork: Fork) -> None:
    worker = fork(who)
    pid = int(worker.ask(b"").split()[0])
    os.kill(pid, signal.SIGKILL)
    while worker.is_alive:
        worker.ask(b"x")
    assert worker.ask(b"x") == b""


def test_an_interrupt_is_for_us(fork: Fork) -> None:
    worker = fork(who)
    pid = int(worker.ask(b"").split()[0])
    os.kill(pid, signal.SIGINT)
    assert worker.ask(b"x").endswith(b" x")


def test_nothing_is_left_of_a_closed_one(fork: Fork) -> None:
    worker = fork(who)
    pid = int(worker.ask(b"").split()[0])
    worker.close()
    worker.close()
    assert worker.ask(b"x") == b""
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_none_is_forked_beside_threads() -> None:
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        assert fork_worker(who) is None
    finally:
        done.set()
        thread.join()
