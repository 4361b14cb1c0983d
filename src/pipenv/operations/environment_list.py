"""The central environments, of this project and of others, and those that nobody needs any more."""

from __future__ import annotations

import os
import sys

from pipenv.filesystem.atomic import read_bytes
from pipenv.models.records import NamedTuple
from pipenv.virtualenvs.creation import remove
from pipenv.virtualenvs.location import is_environment, recorded_project, virtualenv_home

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


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


def central_environments(environ: Mapping[str, str]) -> list[CentralEnvironment]:
    """Return the environments in the folder that ``WORKON_HOME`` names, or the usual one, by name.

    Links are not followed: what lies elsewhere is not ours.
    """
    home = virtualenv_home(environ)
    try:
        with os.scandir(home) as entries:
            folders = sorted(
                (entry.name, entry.path) for entry in entries if entry.is_dir(follow_symlinks=False)
            )
    except OSError:
        return []
    return [_described(name, path) for name, path in folders if is_environment(path, sys.platform)]


def _described(name: str, path: str) -> CentralEnvironment:
    project = recorded_project(path)
    is_orphan = project is not None and not os.path.lexists(project)
    return CentralEnvironment(name, path, project, is_orphan, _version(path))


def _version(path: str) -> str:
    text = (read_bytes(os.path.join(path, "pyvenv.cfg")) or b"").decode("utf-8", "replace")
    for line in text.splitlines():
        key, _, value = line.partition("=")
        if key.strip() in {"version", "version_info"}:
            return ".".join(value.strip().split(".")[:3])
    return ""


def prune(found: list[CentralEnvironment]) -> None:
    """Delete environments.

    Raises:
        FileAccessError: one cannot be deleted; those before it are gone.
    """
    for environment in found:
        remove(environment.path)
