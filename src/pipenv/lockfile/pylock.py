"""``pylock.toml`` (PEP 751) as values, and as text: the same values are the same text.

Keys come in the order in which upstream writes them.  There is no date in it, and no empty list of
environments, which would mean that it is for none.
"""

from __future__ import annotations

import re
from datetime import datetime, timezone

from pipenv.models.origins import ArchiveOrigin, DirectoryOrigin, IndexOrigin, VcsOrigin
from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipenv.models.artifacts import Artifact
    from pipenv.models.digests import Digest
    from pipenv.models.markers import Marker
    from pipenv.models.origins import Origin

LOCK_VERSION = "1.0"
CREATOR = "pipenv"
_ESCAPED = {
    '"': '\\"',
    "\\": "\\\\",
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\f": "\\f",
    "\r": "\\r",
}
_MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,6})\d*)?([Zz]|[+-]\d\d:\d\d)"
)

_REMOTE = re.compile(r"[\w.-]+@[\w.-]+:")
"""How Git and ``scp`` write a path on another machine."""


class PylockPackage(NamedTuple):
    """A version of a package, and where it is to be installed."""

    name: str
    """Canonical."""
    version: str | None
    """`None` where what is built from a source tree may say another."""
    marker: Marker | None
    requires_python: str | None
    origin: Origin
    """With the commit of a repository as its `ref`; a path is absolute or relative to the file."""
    index_url: str | None = None
    artifacts: Sequence[Artifact] = ()
    """Of an index; they have strong digests."""
    digests: Sequence[Digest] = ()
    """Of the one file of an `ArchiveOrigin`."""


class Pylock(NamedTuple):
    """The content of a ``pylock.toml``."""

    requires_python: str | None
    dependency_groups: tuple[str, ...]
    packages: tuple[PylockPackage, ...]
    """In the order in which they are written; no two that apply at once have the same name."""
    environments: tuple[Marker, ...] = ()
    """It is for those where one of these holds; none: for all."""
    extras: tuple[str, ...] = ()
    default_groups: tuple[str, ...] = ("default",)
    """The groups that are installed when none are named."""
    creator: str = CREATOR
    """Who made it."""
    lock_version: str = LOCK_VERSION
    """The format that it was written in; we write the one that we know."""
    made_from: str = "Pipfile.lock"
    """The file that it says the same as, where we are the creator."""


def write_pylock(pylock: Pylock, *, newline: str = "\n") -> str:
    r"""The text of a ``pylock.toml``.

    Args:
        pylock: what to write.
        newline: ``"\r\n"`` for a file that had such line ends.
    """
    lines = [f'lock-version = "{LOCK_VERSION}"']
    if pylock.environments:
        lines.append("environments = [")
        lines += [f"    {_string(str(marker))}," for marker in pylock.environments]
        lines.append("]")
    if pylock.requires_python is not None:
        lines.append(f"requires-python = {_string(pylock.requires_python)}")
    lines += [
        f"extras = {_strings(pylock.extras)}",
        f"dependency-groups = {_strings(pylock.dependency_groups)}",
        f"default-groups = {_strings(pylock.default_groups)}",
        f"created-by = {_string(pylock.creator)}",
        "",
    ]
    if not pylock.packages:
        lines += ["packages = []", ""]
    for package in pylock.packages:
        lines += ["[[packages]]", *_package_lines(package), ""]
    lines += ["[tool.pipenv]", f"generated_from = {_string(pylock.made_from)}", ""]
    return newline.join(lines)


def _package_lines(package: PylockPackage) -> Iterator[str]:
    yield f"name = {_string(package.name)}"
    if package.version is not None:
        yield f"version = {_string(package.version)}"
    if package.marker is not None:
        yield f"marker = {_string(str(package.marker))}"
    if package.requires_python:
        yield f"requires-python = {_string(package.requires_python)}"
    origin = package.origin
    if isinstance(origin, IndexOrigin):
        yield from _index_lines(package)
    elif isinstance(origin, VcsOrigin):
        yield f"vcs = {_vcs(origin)}"
    elif isinstance(origin, DirectoryOrigin):
        editable = ", editable = true" if origin.editable else ""
        yield f"directory = {{path = {_string(origin.path)}{editable}}}"
    else:
        yield f"archive = {_archive(origin, package.digests)}"


def _index_lines(package: PylockPackage) -> Iterator[str]:
    if package.index_url is not None:
        yield f"index = {_string(package.index_url)}"
    wheels = sorted(
        (each for each in package.artifacts if each.is_wheel), key=lambda each: each.filename
    )
    if wheels:
        yield "wheels = ["
        for wheel in wheels:
            yield f"    {_file(wheel)},"
        yield "]"
    sdist = source_distribution(package.artifacts)
    if sdist is not None:
        yield f"sdist = {_file(sdist)}"


def source_distribution(artifacts: Sequence[Artifact]) -> Artifact | None:
    """Return the one source distribution that is written: there may be no more."""
    found = [
        each for each in artifacts if each.filename.lower().endswith((".tar.gz", ".tgz", ".zip"))
    ] or [each for each in artifacts if not each.is_wheel]
    return min(
        found,
        key=lambda each: (not each.filename.endswith(".tar.gz"), each.filename),
        default=None,
    )


def _file(artifact: Artifact) -> str:
    items = [f"name = {_string(artifact.filename)}"]
    moment = _moment(artifact.upload_time)
    if moment is not None:
        items.append(f"upload-time = {moment}")
    items.append(f"{place_key(artifact.url)} = {_string(artifact.url)}")
    if artifact.size is not None:
        items.append(f"size = {artifact.size}")
    items.append(f"hashes = {_hashes(artifact.digests)}")
    return f"{{{', '.join(items)}}}"


def _vcs(origin: VcsOrigin) -> str:
    items = [f"type = {_string(origin.vcs)}", f"{place_key(origin.url)} = {_string(origin.url)}"]
    if origin.ref is not None:
        items.append(f"commit-id = {_string(origin.ref)}")
    return f"{{{', '.join([*items, *_subdirectory(origin.subdirectory)])}}}"


def _archive(origin: ArchiveOrigin, digests: Sequence[Digest]) -> str:
    items = [f"{place_key(origin.url)} = {_string(origin.url)}", f"hashes = {_hashes(digests)}"]
    return f"{{{', '.join([*items, *_subdirectory(origin.subdirectory)])}}}"


def place_key(place: str) -> str:
    """The key that an address is written under: ``url`` or ``path``."""
    return "url" if "://" in place or _REMOTE.match(place) else "path"


def _subdirectory(path: str | None) -> Iterator[str]:
    if path:
        yield f"subdirectory = {_string(path)}"


def _hashes(digests: Sequence[Digest]) -> str:
    strong = sorted({each for each in digests if each.is_strong})
    by_algorithm: Mapping[str, str] = {each.algorithm: each.hex for each in strong}
    return f"{{{', '.join(f'{name} = {_string(text)}' for name, text in by_algorithm.items())}}}"


def _moment(text: str | None) -> str | None:
    """An ISO 8601 time as TOML writes it, in UTC; `None` when it is none."""
    match = None if text is None else _MOMENT.fullmatch(text.strip())
    if match is None:
        return None
    date, time, fraction, zone = match.groups()
    zone = "+00:00" if zone in "Zz" else zone
    try:
        moment = datetime.fromisoformat(f"{date}T{time}.{(fraction or '').ljust(6, '0')}{zone}")
        return moment.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")
    except (ValueError, OverflowError):
        return None


def _strings(texts: Sequence[str]) -> str:
    return f"[{', '.join(map(_string, texts))}]"


def _string(text: str) -> str:
    """A basic string."""
    return f'"{"".join(_escaped(character) for character in text)}"'


def _escaped(character: str) -> str:
    if character in _ESCAPED:
        return _ESCAPED[character]
    if character < " " or character == "\x7f":
        return f"\\u{ord(character):04X}"
    return character
