"""A lock as text: one layout, so that the same lock is the same bytes on every machine.

The layout is that of ``json.dumps(…, indent=4, sort_keys=True)`` with a final line end.
"""

from __future__ import annotations

from collections.abc import Mapping

from pipenv.lockfile.schema import REQUIRED_CATEGORIES, SPECIFICATION
from pipenv.models.origins import ArchiveOrigin, DirectoryOrigin, IndexOrigin, VcsOrigin

try:
    from _json import encode_basestring_ascii
except ImportError:
    from json.encoder import py_encode_basestring_ascii as encode_basestring_ascii

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipenv.lockfile.schema import Lockfile
    from pipenv.models.indexes import Index
    from pipenv.models.pins import Pin


def write_lockfile(lockfile: Lockfile, *, newline: str = "\n") -> str:
    r"""The text of a lock.

    Args:
        lockfile: what to write.
        newline: ``"\r\n"`` for a file that had such line ends.
    """
    content: dict[str, object] = {
        "_meta": {
            "hash": {"sha256": lockfile.content_hash or ""},
            "pipfile-spec": SPECIFICATION,
            "requires": lockfile.requires,
            "sources": [source_table(source) for source in lockfile.sources],
        },
        **{category: {} for category in REQUIRED_CATEGORIES},
    }
    for category, pins in lockfile.categories.items():
        raw = lockfile.raw.get(category, {})
        entries: dict[str, object] = {}
        for name, pin in pins.items():
            known = raw.get(name)
            is_unchanged = known is not None and known.pin == pin
            entries[name] = known.table if known and is_unchanged else entry_table(pin)
        content[category] = entries
    return _json_text(content, newline) + newline


def source_table(source: Index) -> dict[str, object]:
    """A source as locks describe it."""
    return {"name": source.name, "url": source.url, "verify_ssl": source.verify_ssl}


def entry_table(pin: Pin) -> dict[str, object]:
    """The entry of a pin."""
    table: dict[str, object] = dict(_origin_items(pin))
    if pin.digests:
        table["hashes"] = sorted(f"{digest.algorithm}:{digest.hex}" for digest in pin.digests)
    if pin.extras:
        table["extras"] = sorted(pin.extras)
    if pin.marker is not None:
        table["markers"] = str(pin.marker)
    if pin.no_binary:
        table["no_binary"] = True
    return table


def _origin_items(pin: Pin) -> Iterator[tuple[str, object]]:
    origin = pin.origin
    if isinstance(origin, IndexOrigin):
        yield "version", "*" if pin.version is None else f"=={pin.version}"
        if origin.index is not None:
            yield "index", origin.index
    elif isinstance(origin, DirectoryOrigin):
        yield "path", origin.path
    elif isinstance(origin, VcsOrigin):
        yield origin.vcs, origin.url
        if origin.ref is not None:
            yield "ref", origin.ref
    else:
        yield "file", origin.url
    if isinstance(origin, (VcsOrigin, ArchiveOrigin)) and origin.subdirectory is not None:
        yield "subdirectory", origin.subdirectory
    if isinstance(origin, (VcsOrigin, DirectoryOrigin)) and origin.editable:
        yield "editable", True


def _json_text(value: object, newline: str) -> str:
    """JSON with sorted keys in ASCII; `newline` carries the indentation of the present level."""
    if isinstance(value, str):
        return encode_basestring_ascii(value)
    deeper = newline + "    "
    if isinstance(value, (list, tuple)):
        if not value:
            return "[]"
        return f"[{deeper}{f',{deeper}'.join(_json_text(item, deeper) for item in value)}{newline}]"
    if value is None or isinstance(value, bool):
        return "null" if value is None else "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if not isinstance(value, Mapping):
        raise TypeError(f"no JSON is written for {type(value).__name__}")
    if not value:
        return "{}"
    items = [
        f"{encode_basestring_ascii(key)}: {_json_text(value[key], deeper)}" for key in sorted(value)
    ]
    return f"{{{deeper}{f',{deeper}'.join(items)}{newline}}}"
