"""Which file was chosen for a pin, remembered between runs.

The digests of a pin and the target decide the choice for good: what else an index may list later
is not in the lock. So a warm installation needs neither pages nor requests. One small file for all.
"""

from __future__ import annotations

import marshal
import zlib

from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from pipenv.cache.store import CacheFolder
    from pipenv.models.pins import Pin

_BUCKET = "index-v1"
_KEY = "choices"
_HEADER = b"pipenv choices 1\n"
_MARSHAL_VERSION = 4
_MOST = 20_000


class Choice(NamedTuple):
    """The outcome for one pin on one target."""

    filename: str
    sha256: str
    """Of the file; one of the pin's digests if those are SHA-256."""
    wheel_sha256: str
    """Of the wheel: the same, or of what was built from the file."""


class Choices:
    """Remembered choices; call `save` at the end."""

    def __init__(self, cache: CacheFolder) -> None:
        self._cache = cache
        self._entries = _entries(cache.read(_BUCKET, _KEY))
        self._added: dict[str, Any] = {}

    def get(self, pin: Pin, target_key: str) -> Choice | None:
        """What was chosen for a pin with digests, on a target."""
        if not pin.digests:
            return None
        try:
            found = Choice(*self._entries[_key(pin, target_key)])
        except (KeyError, TypeError):
            return None
        is_in_pin = any(each.hex == found.sha256 for each in pin.digests)
        has_sha256 = any(each.algorithm == "sha256" for each in pin.digests)
        return found if is_in_pin or not has_sha256 else None

    def put(self, pin: Pin, target_key: str, choice: Choice) -> None:
        """Remember a choice."""
        if pin.digests:
            self._added[_key(pin, target_key)] = tuple(choice)

    def wheels(self) -> frozenset[str]:
        """The SHA-256 of every wheel that was chosen."""
        chosen = [entry for entry in self._entries.values() if isinstance(entry, tuple)]
        return frozenset(str(entry[2]) for entry in chosen if len(entry) == len(Choice._fields))

    def save(self) -> None:
        """Write the new choices, beside those that other processes have made meanwhile."""
        if not self._added:
            return
        entries = _entries(self._cache.read(_BUCKET, _KEY))
        entries.update(self._added)
        self._added = {}
        for key in list(entries)[: max(0, len(entries) - _MOST)]:
            del entries[key]
        body = marshal.dumps(entries, _MARSHAL_VERSION)
        checksum = zlib.crc32(body).to_bytes(4, "little")
        self._cache.write(_BUCKET, _KEY, _HEADER + checksum + body)


def _key(pin: Pin, target_key: str) -> str:
    texts = sorted([each.hex for each in pin.digests])
    checksum = zlib.crc32("".join(texts).encode("ascii", "replace"))
    origin = "" if not pin.no_binary else "source "
    return f"{origin}{pin.name} {pin.version} {target_key} {checksum:08x} {len(texts)}"


def _entries(data: bytes | None) -> dict[str, Any]:
    if data is None or not data.startswith(_HEADER):
        return {}
    start = len(_HEADER) + 4
    body = data[start:]
    if zlib.crc32(body) != int.from_bytes(data[start - 4 : start], "little"):
        return {}
    try:
        entries = marshal.loads(body)  # noqa: S302 - our own file, and whole
    except (ValueError, EOFError, TypeError):
        return {}
    return entries if isinstance(entries, dict) else {}
