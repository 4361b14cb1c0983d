"""What is in an unpacked wheel, written beside it so that nobody has to look.

Installing needs a list of folders and of files; walking the tree costs more than linking it. The
manifest is a tuple in Python's marshal format behind a header. It is believed only from the user's
own cache folder, and anything odd about it makes the entry count as missing.
"""

from __future__ import annotations

import marshal
import os
import zlib

from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

TREE = "tree"
MANIFEST = "manifest"
"""What the two are called in the folder of an entry."""
_HEADER = b"pipenv wheel manifest 1\n"
_MARSHAL_VERSION = 4
"""Known to every Python that can run us, so that two of them can share a cache."""
_NANOSECONDS = 1_000_000_000


class FileGroup(NamedTuple):
    """The files of one folder; parents come before their children."""

    scheme: str
    """``purelib``, ``platlib``, ``headers`` or ``data``."""
    folder: str
    """Below the folder of the scheme, with ``/``; empty for that folder itself."""
    source: str
    """Below the unpacked tree, with ``/``; empty for the tree itself."""
    names: tuple[str, ...]
    sizes: tuple[int, ...]
    digests: tuple[str, ...]
    """``sha256=…`` of each file; empty where `WheelManifest.record` has the rows already."""


class ScriptFile(NamedTuple):
    """A program that the wheel brings as a file."""

    path: str
    """Below the folder of programs."""
    source: str
    """Below the unpacked tree."""
    digest: str
    size: int
    is_python: bool
    """It begins with ``#!python``, and must be given the environment's interpreter."""


class WheelManifest(NamedTuple):
    """Everything that installing a wheel needs to know."""

    name: str
    """As its metadata writes it."""
    version: str
    info_dir: str
    root_scheme: str
    mtime: int
    """The modification time of each file in seconds; an edited file has another one."""
    groups: tuple[FileGroup, ...]
    record: str
    """RECORD rows of the files that lie in the archive where they are installed."""
    scripts: tuple[ScriptFile, ...]
    console: tuple[tuple[str, str, str], ...]
    """Entry points: name, module, attribute."""
    gui: tuple[tuple[str, str, str], ...]
    notices: tuple[str, ...]

    def file_count(self) -> int:
        """How many files it has, other than those that the installer writes."""
        return sum(len(group.names) for group in self.groups) + len(self.scripts)

    def size_bytes(self) -> int:
        """The sum of their sizes."""
        grouped = sum(sum(group.sizes) for group in self.groups)
        return grouped + sum(script.size for script in self.scripts)


_GROUPS = WheelManifest._fields.index("groups")
_SCRIPTS = WheelManifest._fields.index("scripts")


def write_manifest(manifest: WheelManifest) -> bytes:
    """The bytes of `manifest`."""
    fields: list[Any] = [*manifest]
    fields[_GROUPS] = tuple(tuple(group) for group in manifest.groups)
    fields[_SCRIPTS] = tuple(tuple(script) for script in manifest.scripts)
    body = marshal.dumps(tuple(fields), _MARSHAL_VERSION)
    return _HEADER + zlib.crc32(body).to_bytes(4, "little") + body


def read_manifest(data: bytes) -> WheelManifest | None:
    """The manifest that `data` holds, `None` when it holds none that we understand."""
    start = len(_HEADER) + 4
    body = memoryview(data)[start:]
    if not data.startswith(_HEADER):
        return None
    if zlib.crc32(body) != int.from_bytes(data[len(_HEADER) : start], "little"):
        return None
    try:
        fields: list[Any] = [*marshal.loads(body)]  # noqa: S302 - our own file, and whole
        fields[_GROUPS] = tuple(FileGroup(*group) for group in fields[_GROUPS])
        fields[_SCRIPTS] = tuple(ScriptFile(*script) for script in fields[_SCRIPTS])
        return WheelManifest(*fields)
    except (ValueError, EOFError, TypeError, IndexError):
        return None


def is_intact(manifest: WheelManifest, tree: str) -> bool:
    """Tell whether every file of the unpacked wheel is as it was written.

    Files in environments are hard links to those in the cache where the file system cannot do
    better, so an editor that saves in place changes both. Size and modification time tell; all
    files of an entry have one time, in whole seconds, which survives being archived and restored.
    Costs one `os.lstat` a file, a third of what linking it costs.
    """
    expected = manifest.mtime * _NANOSECONDS
    lstat = os.lstat
    try:
        for group in manifest.groups:
            prefix = f"{tree}/{group.source}/" if group.source else f"{tree}/"
            for name, size in zip(group.names, group.sizes, strict=True):
                found = lstat(prefix + name)
                if found.st_mtime_ns != expected or found.st_size != size:
                    return False
        for script in manifest.scripts:
            found = lstat(f"{tree}/{script.source}")
            if found.st_mtime_ns != expected or found.st_size != script.size:
                return False
    except (OSError, ValueError):
        return False
    return True
