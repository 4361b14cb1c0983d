"""Core metadata: the headers of ``METADATA`` and ``PKG-INFO`` that resolving needs.

The header lines are scanned; the description after them, usually most of the file, is never read.
"""

from __future__ import annotations

from pipenv.errors import InvalidValue
from pipenv.models.names import canonical_name, is_name
from pipenv.models.records import NamedTuple
from pipenv.models.requirements import Requirement, parse_requirement

_FIELDS = frozenset(
    {
        "metadata-version",
        "name",
        "version",
        "requires-python",
        "requires-dist",
        "provides-extra",
        "dynamic",
    }
)


class CoreMetadata(NamedTuple):
    """What a distribution says about itself, as far as resolving needs it."""

    name: str
    """As written."""
    version: str
    requires_python: str | None
    requires: tuple[Requirement, ...]
    extras: tuple[str, ...] = ()
    """Canonical, in their order, each once."""
    metadata_version: str = ""
    dynamic: tuple[str, ...] = ()
    """The fields that a build may still change, in lower case (PEP 643)."""


def parse_metadata(data: bytes) -> CoreMetadata:
    """Return what the headers in `data` say.

    Raises:
        InvalidValue: name or version is missing, or a requirement is none; the line is named.
    """
    fields = _scan_headers(data)
    name = _single(fields, "name")
    version = _single(fields, "version")
    if not name or not version:
        missing = "version" if name else "name"
        raise InvalidValue(f"the metadata{_of(name, version)} has no `{missing.capitalize()}`")
    if not is_name(name):
        raise InvalidValue(f"the metadata has no package name: `Name: {name}`")
    requires = []
    for line in fields.get("requires-dist", ()):
        try:
            requires.append(parse_requirement(line))
        except InvalidValue as error:
            raise InvalidValue(
                f"the metadata{_of(name, version)} has a line `Requires-Dist: {line}`, but {error}"
            ) from error
    extras = dict.fromkeys(map(canonical_name, fields.get("provides-extra", ())))
    requires_python = _single(fields, "requires-python")
    return CoreMetadata(
        name=name,
        version=version,
        # What old tools wrote for a field that was not set.
        requires_python=None if requires_python in ("", "UNKNOWN") else requires_python,
        requires=tuple(requires),
        extras=tuple(extras),
        metadata_version=_single(fields, "metadata-version"),
        dynamic=tuple(field.lower() for field in fields.get("dynamic", ())),
    )


def _single(fields: dict[str, list[str]], name: str) -> str:
    values = fields.get(name)
    return values[0] if values else ""


def _of(name: str, version: str) -> str:
    text = f"{name} {version}".strip()
    return f" of `{text}`" if text else ""


def metadata_text(metadata: CoreMetadata) -> bytes:
    """Return the headers that `parse_metadata` reads the same metadata from."""
    lines = [f"Metadata-Version: {metadata.metadata_version or '2.1'}"]
    lines += [f"Name: {metadata.name}", f"Version: {metadata.version}"]
    if metadata.requires_python is not None:
        lines.append(f"Requires-Python: {metadata.requires_python}")
    lines += [f"Provides-Extra: {extra}" for extra in metadata.extras]
    lines += [f"Requires-Dist: {requirement}" for requirement in metadata.requires]
    lines += [f"Dynamic: {field}" for field in metadata.dynamic]
    return ("\n".join(lines) + "\n").encode()


def _scan_headers(data: bytes) -> dict[str, list[str]]:
    """The values of the known fields, unfolded, up to a line that is no header."""
    fields: dict[str, list[str]] = {}
    values: list[str] | None = None
    """Those of the field whose lines may go on, `None` for a field that does not matter."""
    for raw in _head(data).split(b"\n"):
        line = raw.rstrip(b"\r")
        if line[:1] in (b" ", b"\t"):
            if values is not None:
                values[-1] = f"{values[-1]} {line.decode('utf-8', 'replace').strip()}".strip()
            continue
        label, colon, value = line.partition(b":")
        if not colon:
            break
        field = label.decode("ascii", "replace").lower()
        if field not in _FIELDS:
            values = None
            continue
        values = fields.setdefault(field, [])
        values.append(value.decode("utf-8", "replace").strip())
    return fields


def _head(data: bytes) -> bytes:
    """What stands before the first blank line."""
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    ends = [end for end in (data.find(b"\n\n"), data.find(b"\n\r\n")) if end >= 0]
    return data[: min(ends)] if ends else data
