"""The text of a lock as a value.

Reads what any release wrote: a missing ``default`` or ``develop`` counts as empty, and keys that
mean nothing to us are kept for writing.  What is there has to make sense, though: a lock is
installed from, so a wrong type or a malformed hash is an error and never a guess.
"""

from __future__ import annotations

from pipenv.errors import ConflictedLockfile, InvalidLockfile, InvalidValue, UntrustedLockfile
from pipenv.lockfile._decoding import BYTE_ORDER_MARK, DecodingError, decode
from pipenv.lockfile.conflict_marks import conflict_line
from pipenv.lockfile.schema import REQUIRED_CATEGORIES, SPECIFICATION, Lockfile, RawEntry
from pipenv.models.digests import Digest, parse_digest
from pipenv.models.indexes import Index
from pipenv.models.markers import parse_marker
from pipenv.models.origins import ArchiveOrigin, DirectoryOrigin, IndexOrigin, VcsOrigin
from pipenv.models.pins import Pin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from pipenv.models.markers import Marker
    from pipenv.models.origins import Origin

    Path = tuple[str | int, ...]

VCS_KEYS = ("git", "hg", "svn", "bzr")
BROKEN_VERSIONS = ("==>", "==<", "==!", "==~", "==*")
LOWER_HEX = "0123456789abcdef"


def read_lockfile(text: str, *, path: str = "Pipfile.lock") -> Lockfile:
    """Read a lock.

    Args:
        text: its text; a byte order mark is ignored.
        path: what to call it in errors.

    Raises:
        InvalidLockfile: it cannot be read; line and key are named.
    """
    return _Reading(text, path).lockfile()


class _Reading:
    """One lock being read; keeps its text for naming lines."""

    def __init__(self, text: str, path: str) -> None:
        self._text = text
        self._path = path

    def lockfile(self) -> Lockfile:
        content = self._table(self._decoded(), ())
        meta = self._table(content.get("_meta", {}), ("_meta",))
        specification = meta.get("pipfile-spec", SPECIFICATION)
        if specification != SPECIFICATION:
            raise self._error(
                ("_meta", "pipfile-spec"), f"is {specification}, and only {SPECIFICATION} is known"
            )
        hashes = self._table(meta.get("hash", {}), ("_meta", "hash"))
        categories: dict[str, dict[str, Pin]] = {name: {} for name in REQUIRED_CATEGORIES}
        raw: dict[str, dict[str, RawEntry]] = {}
        for category, section in content.items():
            if category == "_meta":
                continue
            entries = self._table(section, (category,))
            pins = {name: self._pin(name, entries[name], (category, name)) for name in entries}
            categories[category] = pins
            raw[category] = {name: RawEntry(pins[name], entries[name]) for name in entries}
        return Lockfile(
            content_hash=self._text_at(hashes, "sha256", ("_meta", "hash")),
            requires=self._table(meta.get("requires", {}), ("_meta", "requires")),
            sources=self._sources(meta.get("sources", [])),
            categories=categories,
            raw=raw,
        )

    def _decoded(self) -> object:
        try:
            return decode(self._text)
        except DecodingError as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: DecodingError) -> InvalidLockfile:
        number = conflict_line(self._text)
        if number is not None:
            return ConflictedLockfile(
                f"`{self._path}` has merge conflict markers, the first in line {number}",
                hints=["run `pipenv lock`: it keeps what it can of both sides"],
            )
        if not self._text.removeprefix(BYTE_ORDER_MARK).strip():
            reason = "is empty"
        else:
            reason = f"is not valid JSON: line {error.line}: {error.reason}"
        return InvalidLockfile(
            f"`{self._path}` {reason}",
            hints=["restore it from version control, or run `pipenv lock` to make a new one"],
        )

    def _sources(self, value: object) -> tuple[Index, ...]:
        place = ("_meta", "sources")
        if not isinstance(value, list):
            raise self._error(place, "must be a list")
        sources: list[Index] = []
        for number, item in enumerate(value):
            table = self._table(item, (*place, number))
            url = self._text_at(table, "url", (*place, number))
            name = self._text_at(table, "name", (*place, number))
            if url is None:
                raise self._error((*place, number), "has no `url`")
            verify_ssl = table.get("verify_ssl", "https://" in url)
            if not isinstance(verify_ssl, bool):
                raise self._error((*place, number, "verify_ssl"), "must be true or false")
            sources.append(
                Index(name=name or f"source-{number + 1}", url=url, verify_ssl=verify_ssl)
            )
        return tuple(sources)

    def _pin(self, name: str, entry: object, place: Path) -> Pin:
        table = self._table(entry, place)
        origin = self._origin(table, place)
        marker = self._text_at(table, "markers", place)
        return Pin(
            name=name,
            version=self._version(table, place) if isinstance(origin, IndexOrigin) else None,
            extras=tuple(self._texts_at(table, "extras", place)),
            origin=origin,
            digests=self._digests(table, place),
            marker=None if marker is None else self._marker(marker, (*place, "markers")),
            no_binary=self._flag_at(table, "no_binary", place),
        )

    def _origin(self, table: Mapping[str, object], place: Path) -> Origin:
        subdirectory = self._text_at(table, "subdirectory", place)
        is_editable = self._flag_at(table, "editable", place)
        for vcs in VCS_KEYS:
            url = self._text_at(table, vcs, place)
            if url is not None:
                return VcsOrigin(
                    vcs=vcs,
                    url=url,
                    ref=self._text_at(table, "ref", place),
                    subdirectory=subdirectory,
                    editable=is_editable,
                )
        path = self._text_at(table, "path", place)
        if path is not None:
            return DirectoryOrigin(path=path, editable=is_editable)
        file = self._text_at(table, "file", place)
        if file is None:
            return IndexOrigin(self._text_at(table, "index", place))
        if is_editable:
            return DirectoryOrigin(path=file, editable=True)
        return ArchiveOrigin(url=file, subdirectory=subdirectory)

    def _version(self, table: Mapping[str, object], place: Path) -> str | None:
        """The exact version; `None` where there is none.

        For packages of other platforms upstream writes ``"*"``, no version at all, or a broken
        ``"==>=1"``; such an entry is no good for installing, but the lock around it is.
        """
        text = self._text_at(table, "version", place)
        if text is None or text == "*" or text.startswith(BROKEN_VERSIONS):
            return None
        version = text.removeprefix("==").removeprefix("=").strip()
        if not text.startswith("==") or not version or version.endswith("*"):
            raise self._error((*place, "version"), f'is "{text}" and must be "==" and a version')
        return version

    def _digests(self, table: Mapping[str, object], place: Path) -> tuple[Digest, ...]:
        digests: list[Digest] = []
        for number, text in enumerate(self._texts_at(table, "hashes", place)):
            if text.startswith("sha256:") and len(text) == 71 and not text[7:].strip(LOWER_HEX):
                digests.append(Digest("sha256", text[7:]))  # the usual form, without a second look
                continue
            try:
                digests.append(parse_digest(text))
            except InvalidValue as error:
                found = self._error((*place, "hashes", number), error.message)
                raise UntrustedLockfile(found.message, hints=found.hints) from error
        return tuple(digests)

    def _marker(self, text: str, place: Path) -> Marker:
        try:
            return parse_marker(text)
        except InvalidValue as error:
            raise self._error(place, f"is no marker: {error.message}") from error

    def _table(self, value: object, place: Path) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self._error(place, "must be an object")
        return value

    def _text_at(self, table: Mapping[str, object], key: str, place: Path) -> str | None:
        value = table.get(key)
        if value is None or isinstance(value, str):
            return value
        raise self._error((*place, key), "must be a string")

    def _texts_at(self, table: Mapping[str, object], key: str, place: Path) -> list[str]:
        value = table.get(key)
        if value is None:
            return []
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return value
        raise self._error((*place, key), "must be a list of strings")

    def _flag_at(self, table: Mapping[str, object], key: str, place: Path) -> bool:
        value = table.get(key)
        if value is None or isinstance(value, bool):
            return value is True
        raise self._error((*place, key), "must be true or false")

    def _error(self, place: Path, what: str) -> InvalidLockfile:
        subject = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
        line = self._line(place)
        return InvalidLockfile(
            f"`{self._path}` line {line}: {subject.removeprefix('.') or 'the whole'} {what}",
            hints=["restore it from version control, or run `pipenv lock` to make a new one"],
        )

    def _line(self, place: Path) -> int:
        """Where the keys of `place` stand, one inside the other; good for the usual layout."""
        position = 0
        for part in place:
            if isinstance(part, int):
                continue
            quoted = f'"{part}"'
            found = self._text.find(quoted, position)
            while found >= 0 and self._text[found + len(quoted) :].lstrip()[:1] != ":":
                found = self._text.find(quoted, found + 1)
            if found < 0:
                break
            position = found
        return self._text.count("\n", 0, position) + 1
