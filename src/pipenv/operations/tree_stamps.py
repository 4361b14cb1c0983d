"""Short texts that change when a source tree does, from names, sizes and times of its files.

Nothing is read but folders, so that looking at an unchanged project costs next to nothing.
"""

from __future__ import annotations

import hashlib
import os

from pipenv.errors import FileAccessError
from pipenv.filesystem.atomic import read_bytes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

PROJECT_FILES = ("pyproject.toml", "setup.cfg", "setup.py")
"""What the metadata and the programs of an editable installation come from."""

REPOSITORY_FILES = (
    *(".git/HEAD", ".git/logs/HEAD", ".git/packed-refs", ".git/refs/tags"),
    *(".hg/dirstate", ".hgtags"),
)
"""Change with commits and tags, of which some backends make the version."""

IGNORED_FOLDERS = frozenset(
    {
        *("__pycache__", ".git", ".hg", ".svn", ".bzr", "node_modules", ".tox", ".nox"),
        *(".mypy_cache", ".pytest_cache", ".ruff_cache", ".eggs"),
    }
)
LEFT_BY_BUILDS = frozenset({"build", "dist"})
"""At the top of the tree only: further down they may be packages."""
OWN_FILES = frozenset({"Pipfile", "Pipfile.lock"})
"""Written by ourselves, at the top of a project that lists itself."""

_MOST_FILES = 50_000


def tree_stamp(directory: str) -> str:
    """The stamp of everything that a wheel of the project in `directory` may be made of.

    Left out is what builds, tests and version control leave behind, environments, and Pipfile and
    lock.  ``""``, which equals no stamp, when it cannot be told: too many files, or no folder.
    """
    digest = hashlib.sha256(os.path.realpath(directory).encode("utf-8", "surrogateescape"))
    count = 0
    for name in REPOSITORY_FILES:
        try:
            found = os.stat(os.path.join(directory, name))
        except OSError:
            continue
        digest.update(f"{name}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    for name, size, changed in _files(directory):
        count += 1
        if count > _MOST_FILES:
            return ""
        line = f"{name}\0{size}\0{changed}\n"
        digest.update(line.encode("utf-8", "surrogateescape"))
    return f"tree:{digest.hexdigest()}" if count else ""


def editable_stamp(directory: str) -> str:
    """The stamp of everything that an editable wheel of the project may be made of, or lead to.

    That is the tree, and what builds leave in it: some editable wheels lead there.  ``""``, which
    equals no stamp, when it cannot be told.
    """
    tree = tree_stamp(directory)
    if not tree:
        return ""
    left = [tree]
    for name in sorted(LEFT_BY_BUILDS):
        try:
            left.append(f"{name} {os.stat(os.path.join(directory, name)).st_mtime_ns}")
        except OSError:
            continue
    return ", ".join(left)


def project_files_stamp(directory: str) -> str:
    """The stamp of the files that an editable installation is made of, by their content.

    ``""``, which equals no stamp, when there is none of them.
    """
    digest = hashlib.sha256(os.path.realpath(directory).encode("utf-8", "surrogateescape"))
    count = 0
    for name in PROJECT_FILES:
        try:
            data = read_bytes(os.path.join(directory, name))
        except FileAccessError:
            return ""
        if data is None:
            continue
        count += 1
        digest.update(f"{name}\0{len(data)}\n".encode() + data)
    return f"project:{digest.hexdigest()}" if count else ""


def _files(directory: str) -> Iterator[tuple[str, int, int]]:
    """Relative name, size and time of change of every file, in a fixed order."""
    pending = [""]
    while pending:
        folder = pending.pop()
        try:
            with os.scandir(os.path.join(directory, folder)) as entries:
                listed = sorted(entries, key=lambda entry: entry.name)
        except OSError:
            continue
        if folder and any(entry.name == "pyvenv.cfg" for entry in listed):
            continue
        for entry in listed:
            name = f"{folder}/{entry.name}" if folder else entry.name
            if entry.is_dir(follow_symlinks=False):
                if not _is_ignored(entry.name, at_top=not folder):
                    pending.append(name)
            elif folder or entry.name not in OWN_FILES:
                try:
                    found = entry.stat()
                except OSError:
                    continue
                yield name, found.st_size, found.st_mtime_ns


def _is_ignored(name: str, *, at_top: bool) -> bool:
    return (
        name in IGNORED_FOLDERS
        or name.endswith((".egg-info", ".dist-info"))
        or (at_top and name in LEFT_BY_BUILDS)
    )
