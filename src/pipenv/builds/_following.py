"""What a running program writes to a file, told while it is written."""

from __future__ import annotations

import threading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

_PAUSE_SECONDS = 0.1


class FileFollower:
    """Tells the whole lines of a growing file to `tell`, between ``__enter__`` and ``__exit__``.

    `tell` is called in a thread of the follower's own, and once more at the end with what is left.
    A file and no pipe: nothing then waits for a program that the build left running.
    """

    def __init__(self, path: Path, tell: Callable[[str], None]) -> None:
        """Follow `path`, which exists."""
        self._path = path
        self._tell = tell
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="build output", daemon=True)
        self._told = 0

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()
        self._tell_new(is_last=True)

    def _follow(self) -> None:
        while not self._ended.wait(_PAUSE_SECONDS):
            self._tell_new(is_last=False)

    def _tell_new(self, *, is_last: bool) -> None:
        with self._path.open("rb") as file:
            file.seek(self._told)
            data = file.read()
        if not is_last:
            data = data[: data.rfind(b"\n") + 1]
        if data:
            self._told += len(data)
            self._tell(data.decode("utf-8", "replace"))
