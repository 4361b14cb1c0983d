"""Who owns which file of an environment: the other distributions' RECORDs, read when asked for."""

from __future__ import annotations

import os

from pipenv.installer.record import recorded_paths
from pipenv.models.names import canonical_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from pipenv.models.interpreters import Environment

_SUFFIXES = (".dist-info", ".egg-info")


def site_dirs(environment: Environment) -> tuple[str, ...]:
    """The folders that hold the environment's distributions, each once, in their normal form."""
    paths = environment.paths
    found: dict[str, str] = {}
    for folder in (paths.purelib, paths.platlib):
        found.setdefault(os.path.realpath(folder), os.path.normpath(folder))
    return tuple(found.values())


def info_dirs(folders: Sequence[str]) -> list[tuple[str, str]]:
    """Canonical name and path of each ``.dist-info`` and ``.egg-info``, sorted by path."""
    found: list[tuple[str, str]] = []
    for folder in folders:
        try:
            names = os.listdir(folder)
        except OSError:
            continue
        found += [
            (canonical_name(name.rpartition(".")[0].partition("-")[0]), os.path.join(folder, name))
            for name in sorted(names)
            if name.endswith(_SUFFIXES)
        ]
    return found


class Owners:
    """Finds the distribution that a file belongs to. Reading all RECORDs waits for a question."""

    def __init__(self, folders: Sequence[str], leaving: Collection[str] = ()) -> None:
        """Look in the site folders `folders`.

        Args:
            folders: see `site_dirs`.
            leaving: paths of ``.dist-info`` folders whose claims do not count.
        """
        self._folders = tuple(folders)
        self._leaving = frozenset(leaving)
        self._owners: dict[str, str] | None = None

    def owner_of(self, path: str) -> str | None:
        """The canonical name of the distribution whose RECORD lists `path`, `None` for nobody's.

        Args:
            path: absolute and normal.
        """
        if self._owners is None:
            self._owners = self._read()
        return self._owners.get(os.path.normcase(path))

    def _read(self) -> dict[str, str]:
        owners: dict[str, str] = {}
        for name, info_dir in info_dirs(self._folders):
            if info_dir in self._leaving:
                continue
            for path in recorded_paths(info_dir) or ():
                owners.setdefault(os.path.normcase(path), name)
        return owners
