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
    from collections.abc import Mapping

    from pipenv.cache.store import CacheFolder
    from pipenv.cache.wheel_store import UnpackedWheel, WheelStore
    from pipenv.models.interpreters import Environment
    from pipenv.operations.provisioning import Engines

_BUCKET = "interpreters"
_DIGEST_BYTES = 32


def seed(engines: Engines, environment: Environment) -> None:
    """Install the wheels that the interpreter brings for new environments (`ensurepip`)."""
    pins: list[Pin] = []
    wheels = {}
    store = engines.wheel_store()
    digests = {
        path: _digest(path, engines.cache_folder())
        for path in creation.bundled_wheels(environment.interpreter)
    }
    for wheel in _unpacked(digests, store):
        pins.append(Pin(wheel.name, wheel.version, (), IndexOrigin(None), (), None))
        wheels[wheel.name] = wheel
    if not pins:
        engines.report(
            Notice("no-pip", "this Python brings no pip; the virtualenv is made without it")
        )
        return
    engines.execute(plan(pins, []), wheels, environment, requested=())


def _unpacked(digests: Mapping[str, str], store: WheelStore) -> list[UnpackedWheel]:
    """The wheels at these paths; of several that are missing, another process unpacks the last."""
    found = {path: store.get(digest) for path, digest in digests.items()}
    missing = [path for path, wheel in found.items() if wheel is None]
    worker = None
    if len(missing) > 1 and processors() > 1:
        last = missing[-1]
        store.load_code()
        worker = fork_worker(
            lambda _: bytes([store.try_to_add(last, digests[last], os.path.basename(last))])
        )
    try:
        if worker is not None:
            worker.begin(b"")
            missing.pop()
        for path in missing:
            found[path] = store.add(path, digests[path])
        if worker is not None:
            worker.answer()
    finally:
        if worker is not None:
            worker.close()
            store.forget_unfinished([worker.pid])
    return [wheel or store.add(path, digests[path]) for path, wheel in found.items()]


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
