"""Many wheels unpacked at once, each in one of a few processes."""

from __future__ import annotations

import marshal

from pipenv.desks import Desks
from pipenv.errors import FileAccessError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cache.wheel_store import UnpackedWheel, WheelStore

_DONE = b"done"
_MARSHAL_VERSION = 4
_FEWEST_WHEELS = 3
"""Fewer are unpacked before a process is forked."""


class Unpackers:
    """Adds wheels to a store. May be used from several threads."""

    def __init__(self, store: WheelStore, *, wheels: int, processors: int) -> None:
        """Fork: to be called before there are threads.

        Args:
            store: where the wheels go.
            wheels: how many there will be at most.
            processors: how many processes can be at work; 0 where forking is not safe.
        """
        self._store = store
        self._is_closed = False
        wanted = min(processors, wheels) if wheels >= _FEWEST_WHEELS else 0
        if wanted:
            store.load_code()
        self._desks = Desks(self._serve, wanted, own_below=0)

    def get(self, digest_sha256: str) -> UnpackedWheel | None:
        """The wheel whose file has this digest, if it is there; see `WheelStore.get`."""
        return self._store.get(digest_sha256)

    def add(self, wheel_path: str, digest_sha256: str, filename: str) -> UnpackedWheel:
        """Check the wheel, unpack it and keep it; see `WheelStore.add`.

        Raises:
            As `WheelStore.add`.
        """
        if self._desks.processes:
            found = self._store.get(digest_sha256)
            if found is not None:
                return found
            request = marshal.dumps((wheel_path, digest_sha256, filename), _MARSHAL_VERSION)
            with self._desks.take() as desk:
                is_there = desk.ask(request) == _DONE
            if self._is_closed:
                raise FileAccessError(f"`{filename}` is not wanted any more")
            if is_there:
                found = self._store.just_added(digest_sha256)
                if found is not None:
                    return found
        return self._store.add(wheel_path, digest_sha256, filename=filename)

    def close(self) -> None:
        """End the processes, whatever they are doing, and delete what they left unfinished."""
        self._is_closed = True
        self._store.forget_unfinished(self._desks.close())

    def _serve(self, request: bytes) -> bytes:
        wheel_path, digest, filename = marshal.loads(request)  # noqa: S302 - from our own process
        return _DONE if self._store.try_to_add(wheel_path, digest, filename) else b""
