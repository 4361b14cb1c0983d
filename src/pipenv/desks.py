"""Desks: places where one piece of heavy work is done at a time, most of them in other processes.

Python works in one thread at a time, and threads that call the system all day spend more time on
handing that right around than on their work. So where it pays, work is given to forked processes.
Whatever goes wrong at the desk of another process is to be done again at our own.
"""

from __future__ import annotations

import threading

from pipenv.processes import fork_worker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from typing_extensions import Self

    from pipenv.processes import ForkedWorker


class Desks:
    """Some desks. May be used from several threads."""

    def __init__(self, work: Callable[[bytes], bytes], processes: int, *, own_below: int) -> None:
        """Fork: to be called before there are threads.

        Args:
            work: what the processes do with a request; ``b""`` tells that nothing came of it.
            processes: how many to fork; fewer are used where that is not possible.
            own_below: with fewer processes than this, our own has a desk, too.
        """
        self._workers: list[ForkedWorker] = []
        for _ in range(processes):
            worker = fork_worker(work)
            if worker is None:
                break
            self._workers.append(worker)
        self._free: list[ForkedWorker | None] = [*self._workers]
        if len(self._workers) < own_below:
            self._free.insert(0, None)
        self._change = threading.Condition(threading.Lock())

    @property
    def processes(self) -> int:
        """How many were forked."""
        return len(self._workers)

    def take(self) -> Desk:
        """Wait for a desk; to be used in a ``with`` statement."""
        with self._change:
            while not self._free:
                self._change.wait()
            return Desk(self, self._free.pop())

    def give_back(self, worker: ForkedWorker | None) -> None:
        """Take note that a desk is free; a process that is gone leaves its desk to our own."""
        with self._change:
            self._free.append(worker if worker is not None and worker.is_alive else None)
            self._change.notify()

    def close(self) -> list[int]:
        """End the processes; return their identifiers."""
        for worker in self._workers:
            worker.close()
        return [worker.pid for worker in self._workers]


class Desk:
    """One desk, taken."""

    __slots__ = ("_desks", "_worker")

    def __init__(self, desks: Desks, worker: ForkedWorker | None) -> None:
        self._desks = desks
        self._worker = worker

    @property
    def is_own(self) -> bool:
        """It is in our own process: whoever took it does the work there."""
        return self._worker is None

    def ask(self, request: bytes) -> bytes:
        """Have the request worked on elsewhere; ``b""`` when nothing came of it."""
        return b"" if self._worker is None else self._worker.ask(request)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._desks.give_back(self._worker)
