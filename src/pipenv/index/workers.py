"""A few threads for work that waits for the network; more are started only as they are needed."""

from __future__ import annotations

import threading
from collections import deque
from time import monotonic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Generic, TypeVar, cast

    T = TypeVar("T")

    class _Generic(Generic[T]):
        pass
else:

    class _Generic:
        """Stands for `typing.Generic`, which takes long to import."""

        def __class_getitem__(cls, _):  # noqa: ANN001, ANN204
            return cls

    T = None

    def cast(_, value):  # noqa: ANN001, ANN201, D103
        return value


class Job(_Generic[T]):
    """A piece of work and, later, what came of it.

    Done once, by whoever comes first: a thread of `Workers`, or the first that waits for it.
    """

    __slots__ = ("_error", "_latch", "_result", "_work")

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = [work]
        self._latch = threading.Lock()
        self._latch.acquire()
        self._error: BaseException | None = None
        self._result: T | None = None

    def run(self) -> None:
        """Do the work unless somebody else does or did; never fails."""
        try:
            work = self._work.pop()  # atomic, so only one gets it
        except IndexError:
            return
        try:
            self._result = work()
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            self._error = error
        self._latch.release()

    @property
    def is_done(self) -> bool:
        """Whether there is a result or an error."""
        return not self._latch.locked()

    def result(self) -> T:
        """Return what the work returned, or raise what it raised; does it or waits for it."""
        self.run()
        with self._latch:
            if self._error is not None:
                raise self._error
            return cast("T", self._result)


class Workers:
    """A queue of jobs and the threads that take from it."""

    def __init__(self, limit: int) -> None:
        """Prepare; no thread is started yet.

        Args:
            limit: the most threads at once; may be raised while they run. 0: whoever waits for
                a job does it, and `drain` does the rest.
        """
        self.limit = limit
        self._ready = threading.Condition(threading.Lock())
        self._queue: deque[Job[Any]] = deque()
        self._idle = 0
        self._threads: list[threading.Thread] = []
        self._is_closed = False

    def submit(self, work: Callable[[], T]) -> Job[T]:
        """Have work done soon; after `close` it is done by whoever waits for it."""
        job = Job(work)
        self.add(job)
        return job

    def add(self, job: Job[Any]) -> None:
        """Have a job done soon."""
        with self._ready:
            if self._is_closed:
                return
            self._queue.append(job)
            if self._idle:
                self._idle -= 1
                self._ready.notify()
            elif len(self._threads) < self.limit:
                thread = threading.Thread(target=self._take, daemon=True)
                self._threads.append(thread)
                thread.start()

    def drain(self) -> None:
        """Do all that is waiting, and what that adds, in this thread."""
        while True:
            with self._ready:
                if not self._queue:
                    return
                job = self._queue.popleft()
            job.run()

    def close(self) -> None:
        """Forget what has not begun; threads end after their present job. Does not wait."""
        with self._ready:
            self._is_closed = True
            self._queue.clear()
            self._ready.notify_all()

    def join(self, timeout_seconds: float) -> None:
        """Wait for the threads to end, after `close`."""
        deadline = monotonic() + timeout_seconds
        for thread in self._threads:
            thread.join(max(0.0, deadline - monotonic()))

    def _take(self) -> None:
        while True:
            with self._ready:
                while not self._queue:
                    if self._is_closed:
                        return
                    self._idle += 1
                    self._ready.wait()
                job = self._queue.popleft()
            job.run()
