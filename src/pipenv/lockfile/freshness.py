"""Does this lock belong to that Pipfile?  Loads next to nothing."""

from __future__ import annotations

from pipenv.lockfile._decoding import DecodingError, decode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection


def is_fresh(lock: str | bytes, expected_hashes: Collection[str]) -> bool:
    """Tell whether the hash in a lock is one of those expected; a lock that is damaged has none.

    Args:
        lock: the whole lockfile.
        expected_hashes: see `pipenv.pipfile.hashing`.
    """
    found = recorded_hash(lock)
    return found is not None and found in expected_hashes


def recorded_hash(lock: str | bytes) -> str | None:
    """The Pipfile hash that a lock carries, `None` when it carries none or cannot be read."""
    try:
        value = decode(lock if isinstance(lock, str) else lock.decode("utf-8"))
    except (DecodingError, UnicodeDecodeError):
        return None
    for key in ("_meta", "hash", "sha256"):
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, str) else None
