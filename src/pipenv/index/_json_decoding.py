"""Decoding of JSON project pages, with `msgspec` where it is installed and `json` where not.

The only module that knows about `msgspec`. It decodes straight into typed records and skips what is
not asked for, five times as fast; both ways give the same values. A page with single entries of
wrong types is read again entry by entry, and those entries are left out.
"""

from __future__ import annotations

import json
from typing import Any

try:
    import msgspec
except ImportError:
    HAS_MSGSPEC = False
else:
    HAS_MSGSPEC = True

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import TypeAlias

    OutlineRow: TypeAlias = tuple[str, str | None, bool]


class NotAPage(Exception):
    """The text is no JSON, or is no project page; says why."""


class FileEntry:
    """An entry of ``files``, checked."""

    __slots__ = (
        "core_metadata",
        "filename",
        "hashes",
        "requires_python",
        "size",
        "upload_time",
        "url",
        "yanked",
    )

    def __init__(self, entry: dict[str, Any]) -> None:
        """Check an entry as it was decoded.

        Raises:
            KeyError, TypeError: it lacks a key, or has one of a wrong type.
        """
        self.filename: str = _text(entry["filename"])
        self.url: str = _text(entry["url"])
        hashes = entry.get("hashes")
        self.hashes: dict[str, str] = _texts(hashes) if isinstance(hashes, dict) else {}
        self.requires_python: str | None = _text_or_none(entry.get("requires-python"))
        size = entry.get("size")
        is_size = isinstance(size, int) and not isinstance(size, bool) and size >= 0
        self.size: int | None = size if is_size else None
        self.upload_time: str | None = _text_or_none(entry.get("upload-time"))
        yanked = entry.get("yanked")
        self.yanked: str | bool = yanked if isinstance(yanked, str) else bool(yanked)
        announced = entry.get("core-metadata")
        if announced is None:
            announced = entry.get("data-dist-info-metadata")
        self.core_metadata: dict[str, str] | bool = (
            _texts(announced) if isinstance(announced, dict) else announced is True
        )


if HAS_MSGSPEC:

    class _OutlineEntry(msgspec.Struct, gc=False):
        filename: str
        requires_python: str | None = msgspec.field(name="requires-python", default=None)
        yanked: bool | str | None = False

    class _Meta(msgspec.Struct, gc=False, frozen=True):
        api_version: str = msgspec.field(name="api-version", default="1.0")

    class _OutlinePage(msgspec.Struct, gc=False):
        files: list[_OutlineEntry]
        meta: _Meta = _Meta()

    class _RawPage(msgspec.Struct, gc=False):
        files: list[msgspec.Raw]

    _outline_decoder = msgspec.json.Decoder(_OutlinePage)
    _raw_decoder = msgspec.json.Decoder(_RawPage)


def decode_outline(body: bytes, *, typed: bool = HAS_MSGSPEC) -> list[OutlineRow]:
    """Read the rows of all files; `typed` by `msgspec`.

    Raises:
        NotAPage: see there.
    """
    if typed:
        try:
            page = _outline_decoder.decode(body)
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            pass  # the tolerant way knows better what is wrong
        else:
            _check_version(page.meta.api_version)
            return [
                (each.filename, each.requires_python, each.yanked not in (False, None))
                for each in page.files
            ]
    return [
        (entry.filename, entry.requires_python, entry.yanked is not False)
        for entry in _tolerantly(body)
    ]


def decode_files(
    body: bytes, filenames: Collection[str] | None, *, typed: bool = HAS_MSGSPEC
) -> list[FileEntry]:
    """Read the entries of the files, or of some of them; `typed` by `msgspec`.

    Raises:
        NotAPage: see there.
    """
    if typed and filenames is not None:
        found = _some_files(body, frozenset(filenames))
        if found is not None:
            return found
    wanted = None if filenames is None else frozenset(filenames)
    return [entry for entry in _tolerantly(body) if wanted is None or entry.filename in wanted]


def _some_files(body: bytes, filenames: frozenset[str]) -> list[FileEntry] | None:
    """Decode only the entries of the files wanted; `None` if that fails."""
    wanted = frozenset(each.encode() for each in filenames)
    found = []
    try:
        for raw in _raw_decoder.decode(body).files:
            text = bytes(raw)
            name = _filename_in(text)
            if name in wanted or b"\\" in name:
                entry = FileEntry(msgspec.json.decode(text))
                if entry.filename in filenames:
                    found.append(entry)
    except (msgspec.MsgspecError, UnicodeError, RecursionError, KeyError, TypeError):
        return None
    return found


def _filename_in(entry: bytes) -> bytes:
    """The raw text of the value of ``filename``, found without decoding the entry.

    Inside a JSON string the key would be followed by a backslash, so it cannot be mistaken.
    """
    key = entry.find(b'"filename"')
    start = entry.find(b'"', key + 10) + 1
    return entry[start : entry.find(b'"', start)] if key >= 0 else b"\\"


def _tolerantly(body: bytes) -> list[FileEntry]:
    """All entries that make sense, by the standard library."""
    try:
        page = json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        raise NotAPage("it is not valid JSON") from error
    files = page.get("files") if isinstance(page, dict) else None
    if not isinstance(files, list):
        raise NotAPage("it has no list of files")
    meta = page.get("meta")
    _check_version(meta.get("api-version", "1.0") if isinstance(meta, dict) else "1.0")
    entries = []
    for each in files:
        try:
            entries.append(FileEntry(each))
        except (KeyError, TypeError):
            continue
    return entries


def _check_version(version: object) -> None:
    major = str(version).partition(".")[0].strip()
    if major != "1":
        raise NotAPage(f"it is of the unknown version {str(version)[:20]} of the API")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _text_or_none(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _texts(table: dict[Any, Any]) -> dict[str, str]:
    return {key: value for key, value in table.items() if isinstance(value, str)}
