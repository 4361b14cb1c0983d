"""The hash that ties a lock to its Pipfile: SHA-256 of one exact JSON text.

Written without `json` and `hashlib`, which cost more to load than all the work here; the parts of
them that are written in C are taken directly where the interpreter has them.
"""

from __future__ import annotations

from pipenv.errors import InvalidPipfile
from pipenv.models.names import canonical_name
from pipenv.models.sha256 import sha256
from pipenv.pipfile.document import lock_category

try:
    from _json import encode_basestring_ascii
except ImportError:
    from json.encoder import py_encode_basestring_ascii as encode_basestring_ascii

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pipenv.models.indexes import Index

LEFT_OUT = frozenset(
    {
        *("source", "sources", "packages", "dev-packages", "requires", "scripts", "pipfile"),
        *("pipenv", "default", "develop"),
    }
)
"""Top-level names that are not hashed as categories of their own name."""


def content_hash(data: Mapping[str, object], default_sources: Callable[[], Sequence[Index]]) -> str:
    """The hash that a lock of this Pipfile carries.

    Args:
        data: the parsed Pipfile.
        default_sources: called only when the Pipfile names no source.

    Raises:
        InvalidPipfile: a date or time stands where it would be hashed.
    """
    return _digest(data, default_sources, canonical_keys=True)


def historic_hash(
    data: Mapping[str, object], default_sources: Callable[[], Sequence[Index]]
) -> str:
    """The hash that releases up to 2026.2, and tools that follow them, write.

    It takes package names as written, so it equals `content_hash` when all are canonical already.

    Raises:
        InvalidPipfile: a date or time stands where it would be hashed.
    """
    return _digest(data, default_sources, canonical_keys=False)


def _digest(
    data: Mapping[str, object],
    default_sources: Callable[[], Sequence[Index]],
    *,
    canonical_keys: bool,
) -> str:
    sources = data.get("source", data.get("sources"))
    if sources is None:
        sources = [
            {"name": index.name, "url": index.url, "verify_ssl": index.verify_ssl}
            for index in default_sources()
        ]
    hashed: dict[str, object] = {
        "_meta": {"sources": sources, "requires": data.get("requires", {})}
    }
    for name in ("packages", "dev-packages", *(key for key in data if key not in LEFT_OUT)):
        entries = data.get(name, {})
        if canonical_keys and isinstance(entries, dict):
            entries = {canonical_name(key): value for key, value in entries.items()}
        hashed[lock_category(name)] = entries
    digest: str = sha256(_json_text(hashed).encode("ascii")).hexdigest()
    return digest


def _json_text(value: object) -> str:
    """JSON with sorted keys, without spaces, in ASCII."""
    if isinstance(value, str):
        return encode_basestring_ascii(value)
    if isinstance(value, dict):
        items = ",".join(
            f"{encode_basestring_ascii(key)}:{_json_text(value[key])}" for key in sorted(value)
        )
        return f"{{{items}}}"
    if isinstance(value, list):
        return f"[{','.join(map(_json_text, value))}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _json_float(value)
    if isinstance(value, int):
        return str(value)
    raise InvalidPipfile(
        f"the Pipfile has the date or time {value} in a place that is hashed",
        hints=["write it as a string, in quotes"],
    )


def _json_float(value: float) -> str:
    if value - value == 0:
        return repr(value)
    return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"  # noqa: PLR0124 - only NaN differs from itself
