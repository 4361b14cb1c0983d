"""Decoding of JSON project pages with what the standard library has.

A page has thousands of files, of which few are looked at closely: their entries are cut out of the
text and decoded alone where it can be told that this is right. Large pages have a faster way for
all the rest, in `typed_outline`.

The scanner of the standard library's `json` is used without that package, which imports `re`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from typing import Any, Protocol

    class ListedFile(Protocol):
        """What decides about versions, of one file."""

        @property
        def filename(self) -> str:
            """As the page has it."""

        @property
        def requires_python(self) -> str | None:
            """The same."""

        @property
        def upload_time(self) -> str | None:
            """The same."""

        @property
        def yanked(self) -> str | bool | None:
            """`False` or `None` when it is not; why, or `True`, when it is."""


try:
    from _json import make_scanner
except ImportError:
    from json import JSONDecoder

    def _new_scanner() -> Callable[[str, int], tuple[Any, int]]:
        return JSONDecoder().raw_decode
else:

    class _Rules:
        """What the C scanner wants to know: the defaults of `json.JSONDecoder`."""

        strict = True
        object_hook = None
        object_pairs_hook = None
        parse_float = float
        parse_int = int
        parse_constant = float

    def _new_scanner() -> Callable[[str, int], tuple[Any, int]]:
        return make_scanner(_Rules)  # type: ignore[arg-type] # any object with these attributes


_KEY = b'"filename"'
_FAULTS = (ValueError, KeyError, TypeError, StopIteration, RecursionError)
_VERSION_KEY = b'"api-version"'
_NEIGHBOURHOOD = 1 << 16
"""How far from each other the files of one version are looked for first, in bytes."""
_LONGEST_ENTRY = 1 << 13
_NESTING = 8
"""How many tables may stand between the start of an entry and its file name."""


def decode_start(text: str) -> object:
    """Decode the JSON value that a text begins with.

    Raises:
        ValueError, StopIteration, RecursionError: it begins with none.
    """
    found, _ = _new_scanner()(text, 0)
    return found


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


class OutlineEntry:
    """What decides about versions of an entry of ``files``, checked."""

    __slots__ = ("filename", "requires_python", "upload_time", "yanked")

    def __init__(self, entry: dict[str, Any]) -> None:
        """Check an entry as it was decoded.

        Raises:
            KeyError, TypeError: it lacks a key, or has one of a wrong type.
        """
        filename, url = entry["filename"], entry["url"]
        if not isinstance(filename, str) or not isinstance(url, str):
            raise TypeError
        self.filename = filename
        self.requires_python = _text_or_none(entry.get("requires-python"))
        self.upload_time = _text_or_none(entry.get("upload-time"))
        yanked = entry.get("yanked")
        self.yanked: str | bool = yanked if isinstance(yanked, str) else bool(yanked)


def decode_outline(body: bytes) -> list[OutlineEntry]:
    """Decode what decides about versions; entries that make no sense are left out.

    Raises:
        NotAPage: see there.
    """
    entries = []
    for each in _decoded_files(body):
        try:
            entries.append(OutlineEntry(each))
        except (KeyError, TypeError):
            continue
    return entries


def decode_files(body: bytes, filenames: Collection[str] | None) -> list[FileEntry]:
    """Read the entries of the files, or of some of them.

    Raises:
        NotAPage: see there.
    """
    if filenames is None:
        return decode_entries(body)
    found = cut_entries(body, filenames)
    if found is not None:
        return found
    return [entry for entry in decode_entries(body) if entry.filename in filenames]


def decode_entries(body: bytes) -> list[FileEntry]:
    """Decode the whole page; entries that make no sense are left out.

    Raises:
        NotAPage: see there.
    """
    entries = []
    for each in _decoded_files(body):
        try:
            entries.append(FileEntry(each))
        except (KeyError, TypeError):
            continue
    return entries


def _decoded_files(body: bytes) -> list[Any]:
    text = body.decode("utf-8-sig", "replace").strip(" \t\r\n")
    try:
        page, end = _new_scanner()(text, 0)
    except _FAULTS as error:
        raise NotAPage("it is not valid JSON") from error
    files = page.get("files") if isinstance(page, dict) else None
    if end != len(text) or not isinstance(files, list):
        raise NotAPage("it has no list of files")
    meta = page.get("meta")
    check_version(meta.get("api-version", "1.0") if isinstance(meta, dict) else "1.0")
    return files


def cut_entries(body: bytes, filenames: Collection[str]) -> list[FileEntry] | None:
    """Decode only the entries of some files; `None` if they cannot be found that way.

    Quick when the names are in the order of the page.
    """
    space = _spacing(body)
    if space is None:
        return None
    scan = _new_scanner()
    marker = _KEY + b":" + space
    found = []
    at = 0
    for filename in filenames:
        if not filename.isascii() or '"' in filename or "\\" in filename:
            return None
        wanted = marker + b'"' + filename.encode() + b'"'
        place = body.find(wanted, at)
        if place < 0:
            place = body.find(wanted)
        entry = None if place < 0 else _entry_around(body, place, filename, scan)
        if entry is None:
            return None
        at = place
        found.append(entry)
    return found


def _entry_around(
    body: bytes, at: int, filename: str, scan: Callable[[str, int], tuple[Any, int]]
) -> FileEntry | None:
    """The entry whose file name stands at `at`: tries the braces before it, nearest first."""
    end = body.find(_KEY, at + len(_KEY))
    end = len(body) if end < 0 else end
    start = at
    for _ in range(_NESTING):
        start = body.rfind(b"{", 0, start)
        if start < 0:
            return None
        try:
            value, _ = scan(body[start:end].decode("utf-8", "replace"), 0)
            if value["filename"] == filename:
                return FileEntry(value)
        except _FAULTS:
            continue
    return None


def entries_with(body: bytes, digests: Iterable[str]) -> list[FileEntry]:
    """Decode only the entries of files that have one of some digests, in hexadecimal digits.

    Returns:
        Nothing when there are none, or when it cannot be told that this is a page.
    """
    if _spacing(body) is None or not _is_of_known_version(body):
        return []
    scan = _new_scanner()
    found = []
    near = 0
    for text in digests:
        wanted = text.encode("ascii", "replace")
        # The files of one version stand together.
        place = body.find(wanted, max(0, near - _NEIGHBOURHOOD), near + _NEIGHBOURHOOD)
        if place < 0:
            place = body.find(wanted)
        if place >= 0:
            near = place
            entry = _entry_with(body, place, text, scan)
            if entry is not None:
                found.append(entry)
    return found


def _entry_with(
    body: bytes, at: int, digest: str, scan: Callable[[str, int], tuple[Any, int]]
) -> FileEntry | None:
    """The entry in which a digest stands at `at`: tries the braces before it, nearest first."""
    start = at
    for _ in range(_NESTING):
        start = body.rfind(b"{", max(0, at - _LONGEST_ENTRY), start)
        if start < 0:
            return None
        try:
            value, _ = scan(body[start : at + _LONGEST_ENTRY].decode("utf-8", "replace"), 0)
            if digest in value["hashes"].values():
                return FileEntry(value)
        except (*_FAULTS, AttributeError):
            continue
    return None


def _is_of_known_version(body: bytes) -> bool:
    at = body.find(_VERSION_KEY)
    after = body[at + len(_VERSION_KEY) : at + len(_VERSION_KEY) + 8]
    return at >= 0 and after.replace(b" ", b"").startswith(b':"1.')


def _spacing(body: bytes) -> bytes | None:
    """What stands between a key's colon and its value: nothing or a space; `None` if unclear."""
    if not body.startswith(b"{") or not body.rstrip().endswith(b"}"):
        return None
    at = body.find(_KEY)
    after = body[at + len(_KEY) : at + len(_KEY) + 3]
    if at < 0 or after[:1] != b":":
        return None
    if after[1:2] == b'"':
        return b""
    return b" " if after[1:] == b' "' else None


def check_version(version: object) -> None:
    """Refuse pages of an API that we do not know.

    Raises:
        NotAPage: the major number is not 1.
    """
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
