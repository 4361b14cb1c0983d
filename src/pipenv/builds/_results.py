"""What was built is kept: one folder for every source, interpreter and configuration.

Entries are written whole and checked when read, so a crash or a damaged cache costs a build and no
more.  There are no locks: two processes may build the same thing, and either result is good.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
from pathlib import Path

from pipenv.cache.store import CacheFolder
from pipenv.errors import FileAccessError
from pipenv.filesystem.atomic import write_atomic
from pipenv.filesystem.file_digests import file_digest

BUCKET = "built"
WHEEL_FACTS = "wheel.json"
METADATA = "METADATA"
SECONDS_A_WHEEL_IS_SPARED = 86_400
"""A wheel that another process may just be installing is not deleted."""


def result_key(*parts: str) -> str:
    """A name for what `parts` identify together."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


class ResultStore:
    """Metadata and wheels by `result_key`; a cache folder that cannot be used is no error."""

    def __init__(self, cache_dir: str) -> None:
        """Use the cache folder `cache_dir`; nothing is read or made yet."""
        self._cache = CacheFolder(cache_dir)
        self._writing = threading.Lock()

    def close(self) -> None:
        """Give up what was only kept because the cache folder could not be used."""
        self._cache.close()

    def metadata(self, key: str) -> bytes | None:
        """The METADATA that was kept, `None` if there is none or it is damaged."""
        kept = self._cache.read(BUCKET, f"{_place(key)}/{METADATA}") or b""
        digest, _, data = kept.partition(b"\n")
        return data if digest == _sha256(data).encode() else None

    def keep_metadata(self, key: str, data: bytes) -> None:
        """Keep the METADATA, unless the cache cannot be written."""
        self._cache.write(
            BUCKET, f"{_place(key)}/{METADATA}", b"%s\n%s" % (_sha256(data).encode(), data)
        )

    def wheel(self, key: str) -> str | None:
        """The path of the wheel that was kept, `None` if there is none or it is damaged."""
        for bucket in self._cache.buckets(BUCKET):
            folder = Path(bucket) / _place(key)
            with contextlib.suppress(OSError, FileAccessError, ValueError, KeyError, TypeError):
                facts = json.loads((folder / WHEEL_FACTS).read_bytes())
                path = folder / Path(facts["filename"]).name
                if file_digest(str(path)) == facts["sha256"]:
                    return str(path)
        return None

    def keep_wheel(self, key: str, path: str) -> str:
        """Keep a copy of the wheel at `path`; returns the copy's path.

        Raises:
            FileAccessError: not even a temporary folder can be written.
        """
        with self._writing:
            bucket = self._cache.writable_bucket(BUCKET)
            try:
                return _keep_wheel(Path(bucket) / _place(key), Path(path))
            except FileAccessError:
                substitute = self._cache.substitute_bucket(BUCKET)
                if substitute == bucket:
                    raise
            return _keep_wheel(Path(substitute) / _place(key), Path(path))


def _keep_wheel(folder: Path, built: Path) -> str:
    try:
        data = built.read_bytes()
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise FileAccessError(f"cannot keep `{built.name}`: {reason}") from error
    kept = folder / built.name
    facts = {"filename": built.name, "sha256": _sha256(data)}
    write_atomic(str(kept), data, durable=False)
    write_atomic(str(folder / WHEEL_FACTS), json.dumps(facts).encode(), durable=False)
    _forget_older_than(kept)
    return str(kept)


def _forget_older_than(kept: Path) -> None:
    """Delete the wheels that earlier states of a changing source left."""
    with contextlib.suppress(OSError):  # another process was quicker
        limit = kept.stat().st_mtime - SECONDS_A_WHEEL_IS_SPARED
        for path in kept.parent.glob("*.whl"):
            if path.stat().st_mtime < limit:
                path.unlink()


def _place(key: str) -> str:
    return f"{key[:2]}/{key[2:]}"


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
