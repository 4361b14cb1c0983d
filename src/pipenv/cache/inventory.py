"""What lies in the cache folder: every entry of every bucket, with its size, its age and its owner.

Only what looks like ours counts. The folder may be shared with other programs, or be one that a
user named by mistake; what is not ours is neither counted nor touched.
"""

from __future__ import annotations

import os
import re
import stat

from pipenv.cache.linked_folders import is_linked_to
from pipenv.cache.manifest import read_manifest
from pipenv.errors import FileAccessError, InvalidValue
from pipenv.filesystem.atomic import read_bytes
from pipenv.models.filenames import parse_sdist_filename, parse_wheel_filename
from pipenv.models.names import canonical_name
from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PAGES = "index"
ARCHIVES = "archives"
WHEELS = "wheels"
BUILT = "builds"
CHECKOUTS = "checkouts"
INTERPRETERS = "interpreters"
SETTLED = "settled"
VULNERABILITIES = "vulnerabilities"
OLD = "old formats"
DEBRIS = "debris"
BUCKETS = (
    *(PAGES, ARCHIVES, WHEELS, BUILT, CHECKOUTS, INTERPRETERS, SETTLED, VULNERABILITIES),
    *(OLD, DEBRIS),
)
"""In the order in which they are shown."""

_PAGES_FOLDER = "index-v1"
_ARCHIVES_FOLDER = "archives-v1"
WHEELS_FOLDER = "wheels-v1"
_VERSIONED = re.compile(r"(index|archives|wheels)-v[0-9]+")
_TEMPORARY = re.compile(r"\.pipenv-tmp|\.part$|^\.pipenv-")
_HEX2 = re.compile(r"[0-9a-f]{2}")
_HEX = re.compile(r"[0-9a-f]{16,64}")
_PAGE = re.compile(r"(.+)@(page|answer)")
_RECORD = re.compile(r"[A-Za-z0-9_.-]+")


class Entry(NamedTuple):
    """Something that is kept or deleted as a whole."""

    bucket: str
    path: str
    name: str
    """The canonical name of the package that it belongs to; ``""`` where it belongs to none."""
    files: int
    size_bytes: int
    """All of it."""
    freed_bytes: int
    """What deleting it gives back: files that environments link to stay on the disk."""
    used_at: float
    """When it was made or last used, in seconds since the epoch."""
    is_needed: bool = False
    """Whether an environment has links to it, and would be broken without it."""

    @property
    def is_linked(self) -> bool:
        """Whether an environment shares files with it."""
        return self.is_needed or self.freed_bytes < self.size_bytes


def entries(root: str) -> Iterator[Entry]:
    """Yield everything of ours below the cache folder `root`, which need not exist."""
    for name in _listed(root):
        path = os.path.join(root, name)
        if _TEMPORARY.search(name):
            yield _entry(DEBRIS, path)
        elif _VERSIONED.fullmatch(name) and name not in _READERS:
            yield _entry(OLD, path)
        elif name in _READERS and os.path.isdir(path):
            yield from _READERS[name](path)


def _pages(folder: str) -> Iterator[Entry]:
    for index in _listed(folder):
        inner = os.path.join(folder, index)
        if not os.path.isdir(inner):
            if _TEMPORARY.search(index):
                yield _entry(DEBRIS, inner)
            elif index == "choices":
                yield _entry(PAGES, inner)
            continue
        for name in _listed(inner):
            path = os.path.join(inner, name)
            page = _PAGE.fullmatch(name)
            if _TEMPORARY.search(name):
                yield _entry(DEBRIS, path)
            elif page is not None:
                found = _entry(PAGES, path, page[1])
                beside = os.path.join(inner, f"{page[1]}@page")
                # An answer is as young as the page that was made of it and asked about since.
                yield found._replace(used_at=max(found.used_at, _time(beside)))


def _archives(folder: str) -> Iterator[Entry]:
    for first, path in _children(folder):
        if first == "addresses":
            for each, note in _children(path):
                yield _entry(DEBRIS if _TEMPORARY.search(each) else ARCHIVES, note)
        elif _TEMPORARY.search(first):
            yield _entry(DEBRIS, path)
        elif _HEX2.fullmatch(first):
            for _, entry in _children(path):
                names = [project_of(name) for name in _listed(entry)]
                yield _entry(ARCHIVES, entry, names[0] if names else "")


def _wheels(folder: str) -> Iterator[Entry]:
    for first, path in _children(folder):
        if first == ".unfinished":
            for _, entry in _children(path):
                yield _entry(DEBRIS, entry)
        elif _HEX2.fullmatch(first):
            for rest, entry in _children(path):
                if _HEX.fullmatch(rest):
                    yield _wheel(entry)


def _wheel(entry: str) -> Entry:
    try:
        manifest = read_manifest(read_bytes(os.path.join(entry, "manifest")) or b"")
    except FileAccessError:
        manifest = None
    if manifest is None:
        return _entry(DEBRIS, entry)._replace(is_needed=is_linked_to(entry))
    found = _entry(WHEELS, entry, canonical_name(manifest.name))
    used_at = _time(os.path.join(entry, "manifest"))
    return found._replace(used_at=used_at, is_needed=is_linked_to(entry))


def _built(folder: str) -> Iterator[Entry]:
    for first, path in _children(os.path.join(folder, "built")):
        for rest, entry in _children(path) if _HEX2.fullmatch(first) else ():
            if _HEX.fullmatch(rest):
                yield _entry(BUILT, entry, _built_project(entry))


def _built_project(entry: str) -> str:
    """The project of what was built: by its wheel, else by its metadata."""
    for name in _listed(entry):
        found = project_of(name)
        if found:
            return found
    try:
        data = read_bytes(os.path.join(entry, "METADATA")) or b""
    except FileAccessError:
        return ""
    for line in data.splitlines()[:40]:
        key, _, value = line.decode("utf-8", "replace").partition(":")
        if key.lower() == "name":
            return _canonical(value.strip())
    return ""


def _checkouts(folder: str) -> Iterator[Entry]:
    for name, path in _children(os.path.join(folder, "git")):
        if _TEMPORARY.search(name):
            yield _entry(DEBRIS, path)
        elif _HEX.fullmatch(name):
            found = _entry(CHECKOUTS, path)
            yield found._replace(used_at=max(found.used_at, _time(f"{path}.lock")))


def _records(bucket: str, ending: str) -> Callable[[str], Iterator[Entry]]:
    """The reader of a bucket of small files."""

    def read(folder: str) -> Iterator[Entry]:
        for name, path in _children(folder):
            if _TEMPORARY.search(name):
                yield _entry(DEBRIS, path)
            elif name.endswith(ending) and _RECORD.fullmatch(name) and not os.path.isdir(path):
                yield _entry(bucket, path)

    return read


def _services(folder: str) -> Iterator[Entry]:
    for name, path in _children(folder):
        yield _entry(VULNERABILITIES if name.endswith(".records") else DEBRIS, path)


_READERS: dict[str, Callable[[str], Iterator[Entry]]] = {
    _PAGES_FOLDER: _pages,
    _ARCHIVES_FOLDER: _archives,
    WHEELS_FOLDER: _wheels,
    "builds": _built,
    "checkouts": _checkouts,
    "interpreters": _records(INTERPRETERS, ".facts"),
    "settled": _records(SETTLED, ".lock"),
    "vulnerabilities-v1": _services,
}
"""Folder below the cache folder → what reads it. ``locks`` stay: they may be held."""


def project_of(filename: str) -> str:
    """The canonical name of the project whose wheel or source distribution is called so."""
    wheel = parse_wheel_filename(filename)
    if wheel is not None:
        return _canonical(wheel.name)
    source = parse_sdist_filename(filename)
    return "" if source is None else _canonical(source.name)


def _canonical(name: str) -> str:
    try:
        return canonical_name(name)
    except InvalidValue:
        return ""


def _entry(bucket: str, path: str, name: str = "") -> Entry:
    files, size, freed = _measure(path)
    return Entry(bucket, path, name, files, size, freed, _time(path))


def _measure(path: str) -> tuple[int, int, int]:
    """Number of files, bytes, and bytes that no other link keeps; links are not followed."""
    files = size = freed = 0
    todo = [path]
    while todo:
        current = todo.pop()
        try:
            found = os.lstat(current)
        except OSError:
            continue
        if stat.S_ISDIR(found.st_mode):
            todo += [each for _, each in _children(current)]
            continue
        files += 1
        size += found.st_size
        freed += found.st_size if found.st_nlink <= 1 else 0
    return files, size, freed


def _time(path: str) -> float:
    try:
        return os.lstat(path).st_mtime
    except OSError:
        return 0.0


def _children(folder: str) -> list[tuple[str, str]]:
    return [(name, os.path.join(folder, name)) for name in _listed(folder)]


def _listed(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []
