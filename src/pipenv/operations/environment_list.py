"""The central environments, of this project and of others, and those that nobody needs any more."""

from __future__ import annotations

import os
import sys

from pipenv.errors import Busy, FileAccessError
from pipenv.filesystem.locks import FileLock
from pipenv.models.records import NamedTuple
from pipenv.operations.cache_place import LOCKS, MAKING, lock_name
from pipenv.virtualenvs.configuration import FILE_NAME, parse_configuration
from pipenv.virtualenvs.creation import remove
from pipenv.virtualenvs.location import (
    is_environment,
    recorded_project,
    virtualenv_home,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LIMIT = 1 << 16


class CentralEnvironment(NamedTuple):
    """One environment in the folder for them."""

    name: str
    path: str
    project: str | None
    """The folder that it was made for; `None` where nothing says so."""
    is_orphan: bool
    """That folder is gone."""
    python: str
    """Version; empty where nothing says so."""
    last_used: float
    """When its Python was last started, in seconds since the epoch.

    As exactly as the file system notes when a file is read: many do so once a day.
    """


def central_environments(environ: Mapping[str, str], cwd: str) -> list[CentralEnvironment]:
    """Return the environments in the folder that ``WORKON_HOME`` names, or the usual one, by name.

    Links are not followed: what lies elsewhere is not ours. A relative folder is one below `cwd`.
    """
    home = os.path.join(cwd, virtualenv_home(environ))
    try:
        with os.scandir(home) as entries:
            folders = sorted(
                (entry.name, entry.path) for entry in entries if entry.is_dir(follow_symlinks=False)
            )
    except OSError:
        return []
    return [_described(name, path) for name, path in folders if is_environment(path, sys.platform)]


def is_orphan(path: str) -> bool:
    """Tell whether the environment `path` was made for a folder that is gone."""
    project = recorded_project(path)
    return project is not None and os.path.isabs(project) and not os.path.lexists(project)


def _described(name: str, path: str) -> CentralEnvironment:
    text, last_used = _configuration(os.path.join(path, FILE_NAME))
    values = parse_configuration(text)
    version = values.get("version") or values.get("version_info") or ""
    return CentralEnvironment(
        name,
        path,
        recorded_project(path),
        is_orphan(path),
        ".".join(version.split(".")[:3]),
        last_used,
    )


def _configuration(path: str) -> tuple[str, float]:
    """What ``pyvenv.cfg`` says, and when it was last read: its Python reads it at every start.

    To look is not to use, so this access is not to be noted.
    """
    for flags in (getattr(os, "O_NOATIME", 0), 0):
        try:
            descriptor = os.open(path, os.O_RDONLY | flags)
        except OSError:
            continue  # only the owner may look unnoticed
        try:
            status = os.fstat(descriptor)
            data = os.read(descriptor, _LIMIT)
        except OSError:
            break
        finally:
            os.close(descriptor)
        return data.decode("utf-8", "replace"), max(status.st_atime, status.st_mtime)
    return "", 0.0


def size_of(path: str) -> int:
    """The bytes of all files in a folder, those with several names once."""
    total = 0
    seen: set[tuple[int, int]] = set()
    for folder, _, names in os.walk(path):
        for name in names:
            try:
                status = os.lstat(os.path.join(folder, name))
            except OSError:
                continue
            key = (status.st_dev, status.st_ino)
            if status.st_nlink == 1 or key not in seen:
                seen.add(key)
                total += status.st_size
    return total


class Pruned(NamedTuple):
    """What has become of environments that were to be deleted."""

    deleted: tuple[CentralEnvironment, ...]
    spared: tuple[str, ...]
    """Why others were not, a sentence each."""


def prune(found: Sequence[CentralEnvironment], cache_dir: str) -> Pruned:
    """Delete environments of projects that are gone.

    One that another Pipenv is working on, or whose project is back, is left alone.

    Args:
        found: which.
        cache_dir: where the locks of environments are.
    """
    deleted: list[CentralEnvironment] = []
    spared: list[str] = []
    locks = os.path.join(cache_dir, LOCKS)
    for each in found:
        try:
            os.makedirs(locks, exist_ok=True)
        except OSError:
            spared.append(f"{each.path}: `{locks}` cannot be made, so it cannot be locked")
            continue
        try:
            with (
                FileLock(os.path.join(locks, lock_name(each.path, MAKING)), timeout_seconds=0),
                FileLock(os.path.join(locks, lock_name(each.path)), timeout_seconds=0),
            ):
                if not is_orphan(each.path):
                    spared.append(f"{each.path}: its project is back")
                    continue
                remove(each.path)
        except Busy:
            spared.append(f"{each.path}: another Pipenv is changing it")
        except FileAccessError as error:
            spared.append(error.message)
        else:
            deleted.append(each)
    return Pruned(tuple(deleted), tuple(spared))
