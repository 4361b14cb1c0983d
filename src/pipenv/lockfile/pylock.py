"""``pylock.toml`` (PEP 751) as text: one layout, so that the same lock is the same bytes.

Unlike Pipfile.lock it can hold several versions of a package, with markers that exclude each other.
"""

from __future__ import annotations

from pipenv.models.origins import ArchiveOrigin, DirectoryOrigin, VcsOrigin
from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pipenv.models.artifacts import Artifact
    from pipenv.models.digests import Digest
    from pipenv.models.origins import Origin

LOCK_VERSION = "1.0"
_ESCAPED = {
    '"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r",
}  # fmt: skip
_LAST_CONTROL = 0x20
_DELETE = 0x7F


class PylockPackage(NamedTuple):
    """One ``[[packages]]`` table."""

    name: str
    version: str | None
    """`None` where the source tree tells it."""
    marker: str
    """Empty: everywhere, and always."""
    requires_python: str | None
    index_url: str | None
    """As the Pipfile writes it."""
    origin: Origin
    artifacts: tuple[Artifact, ...] = ()
    """Of a package of an index."""
    digests: tuple[Digest, ...] = ()
    """Of an archive."""


class Pylock(NamedTuple):
    """A whole file."""

    requires_python: str | None
    groups: tuple[str, ...]
    """Dependency groups that the markers of packages speak of."""
    packages: tuple[PylockPackage, ...]
    generated_from: str


def write_pylock(pylock: Pylock) -> str:
    """Return the text."""
    lines = [f"lock-version = {_string(LOCK_VERSION)}"]
    if pylock.requires_python:
        lines.append(f"requires-python = {_string(pylock.requires_python)}")
    lines += [
        "extras = []",
        f"dependency-groups = [{', '.join(map(_string, pylock.groups))}]",
        'default-groups = ["default"]',
        'created-by = "pipenv"',
    ]
    for package in sorted(pylock.packages, key=lambda each: (each.name, each.version or "")):
        lines += ["", "[[packages]]", *_package(package)]
    lines += ["", "[tool.pipenv]", f"generated_from = {_string(pylock.generated_from)}"]
    return "\n".join(lines) + "\n"


def _package(package: PylockPackage) -> Iterator[str]:
    yield f"name = {_string(package.name)}"
    if package.version is not None:
        yield f"version = {_string(package.version)}"
    if package.marker:
        yield f"marker = {_string(package.marker)}"
    if package.requires_python:
        yield f"requires-python = {_string(package.requires_python)}"
    origin = package.origin
    if isinstance(origin, VcsOrigin):
        yield f"vcs = {_table(_vcs(origin))}"
    elif isinstance(origin, DirectoryOrigin):
        yield f"directory = {_table({'path': origin.path, 'editable': origin.editable})}"
    elif isinstance(origin, ArchiveOrigin):
        yield f"archive = {_table(_archive(origin, package.digests))}"
    else:
        if package.index_url:
            yield f"index = {_string(package.index_url)}"
        yield from _files(package.artifacts)


def _vcs(origin: VcsOrigin) -> dict[str, object]:
    found: dict[str, object] = {"type": origin.vcs, "url": origin.url}
    if origin.ref:
        found["commit-id"] = origin.ref
    if origin.subdirectory:
        found["subdirectory"] = origin.subdirectory
    return found


def _archive(origin: ArchiveOrigin, digests: Sequence[Digest]) -> dict[str, object]:
    found: dict[str, object] = {"url" if "://" in origin.url else "path": origin.url}
    found["hashes"] = _hashes(digests)
    if origin.subdirectory:
        found["subdirectory"] = origin.subdirectory
    return found


def _files(artifacts: Sequence[Artifact]) -> Iterator[str]:
    sdists = sorted(each for each in artifacts if not each.is_wheel)
    # Of several, the standard has room for one; gzipped tar files are what all tools read.
    sdists.sort(key=lambda each: not each.filename.endswith(".tar.gz"))
    for each in sdists[:1]:
        yield f"sdist = {_table(_file(each))}"
    wheels = sorted(each for each in artifacts if each.is_wheel)
    if wheels:
        yield "wheels = ["
        for each in wheels:
            yield f"    {_table(_file(each))},"
        yield "]"


def _file(artifact: Artifact) -> dict[str, object]:
    found: dict[str, object] = {"name": artifact.filename}
    if artifact.upload_time:
        found["upload-time"] = _Bare(artifact.upload_time)
    found["url"] = artifact.url
    if artifact.size is not None:
        found["size"] = artifact.size
    found["hashes"] = _hashes(artifact.digests)
    return found


def _hashes(digests: Iterable[Digest]) -> dict[str, object]:
    return {each.algorithm: each.hex for each in sorted(digests) if each.is_strong}


class _Bare(str):
    """A date and time, which TOML writes without quotes."""

    __slots__ = ()


def _table(values: Mapping[str, object]) -> str:
    return "{" + ", ".join(f"{key} = {_value(value)}" for key, value in values.items()) + "}"


def _value(value: object) -> str:
    if isinstance(value, _Bare):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return _table(value)
    return str(value) if isinstance(value, int) else _string(str(value))


def _string(text: str) -> str:
    return f'"{"".join(map(_character, text))}"'


def _character(character: str) -> str:
    escaped = _ESCAPED.get(character)
    if escaped is not None:
        return escaped
    if ord(character) < _LAST_CONTROL or ord(character) == _DELETE:
        return f"\\u{ord(character):04x}"
    return character
