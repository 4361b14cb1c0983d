"""A new environment gets the wheels that its interpreter brings: pip, before 3.12 setuptools."""

from __future__ import annotations

import os

from pipenv.events import Notice
from pipenv.installer.plan import plan
from pipenv.models.origins import IndexOrigin
from pipenv.models.pins import Pin
from pipenv.models.sha256 import sha256
from pipenv.processes import fork_worker, processors
from pipenv.virtualenvs import creation
from pipenv.virtualenvs.location import short_hash

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cache.store import CacheFolder
    from pipenv.models.interpreters import Environment, Interpreter
    from pipenv.operations.provisioning import Engines
    from pipenv.processes import ForkedWorker

_BUCKET = "interpreters"
_DIGEST_BYTES = 32


class Seeds:
    """The wheels that an interpreter brings for new environments (`ensurepip`)."""

    def __init__(self, engines: Engines, interpreter: Interpreter) -> None:
        """Find them, and have another process unpack those that are not in the cache.

        To be called before there are threads; where nothing can be forked, `plant` unpacks them.
        """
        self._engines = engines
        self._store = store = engines.wheel_store()
        self._digests = digests = {
            path: _digest(path, engines.cache_folder())
            for path in creation.bundled_wheels(interpreter)
        }
        missing = [path for path, digest in digests.items() if store.get(digest) is None]
        self._worker: ForkedWorker | None = None
        if missing and processors() > 1:
            store.load_code()

            def unpack(_: bytes) -> bytes:
                for path in missing:
                    store.try_to_add(path, digests[path], os.path.basename(path))
                return b"done"

            self._worker = fork_worker(unpack)
            if self._worker is not None:
                self._worker.begin(b"")

    def plant(self, environment: Environment) -> None:
        """Install them in a new environment."""
        if self._worker is not None:
            self._worker.answer()
            self.close()
        found = [
            self._store.get(digest) or self._store.add(path, digest)
            for path, digest in self._digests.items()
        ]
        if not found:
            self._engines.report(
                Notice("no-pip", "this Python brings no pip; the virtualenv is made without it")
            )
            return
        pins = [Pin(each.name, each.version, (), IndexOrigin(None), (), None) for each in found]
        wheels = {each.name: each for each in found}
        self._engines.execute(plan(pins, []), wheels, environment, requested=())

    def close(self) -> None:
        """End the other process, whatever it is doing; what it has not finished is deleted."""
        if self._worker is not None:
            worker, self._worker = self._worker, None
            worker.close()
            self._store.forget_unfinished([worker.pid])


def _digest(path: str, cache: CacheFolder) -> str:
    """The SHA-256 of a file of an interpreter, remembered as long as it is the same."""
    status = os.stat(path)
    stamp = f"{path}\n{status.st_size} {status.st_mtime_ns}\n".encode("utf-8", "surrogateescape")
    key = f"{short_hash(path)}.facts"
    known = cache.read(_BUCKET, key) or b""
    if known.startswith(stamp) and len(known) == len(stamp) + _DIGEST_BYTES:
        return known[len(stamp) :].hex()
    with open(path, "rb") as file:
        digest: bytes = sha256(file.read()).digest()
    cache.write(_BUCKET, key, stamp + digest)
    return digest.hex()
