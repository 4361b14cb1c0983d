"""Where a link can take the place of a folder: nothing is there, or nothing stays there."""

from __future__ import annotations

import os

from pipenv.installer.removal import compiled_files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_TRIAL = ".pipenv-journal.trial"


class Vacancies:
    """The folders of an environment that will be free when what leaves is gone."""

    def __init__(self, site_dirs: Sequence[str], leaving: Collection[str]) -> None:
        """Look at an environment.

        Args:
            site_dirs: its site folders.
            leaving: absolute paths of files and links that will be gone.
        """
        self._site_dirs = frozenset(site_dirs)
        self._leaving = leaving

    def is_vacant(self, folder: str) -> bool:
        """Tell whether nothing will be at `folder`, nor a link above it."""
        at = folder
        while at not in self._site_dirs:
            if at in self._leaving:
                return True
            if os.path.islink(at):
                return False
            parent = os.path.dirname(at)
            if parent == at:
                return False
            at = parent
        return not os.path.lexists(folder) or self._is_leaving(folder)

    def _is_leaving(self, folder: str) -> bool:
        if not os.path.isdir(folder):
            return False
        files = [os.path.join(at, name) for at, _, names in os.walk(folder) for name in names]
        links = [
            os.path.join(at, name)
            for at, names, _ in os.walk(folder)
            for name in names
            if os.path.islink(os.path.join(at, name))
        ]
        gone = [path for path in files if path in self._leaving]
        left = {*files, *links}.difference(gone, compiled_files(gone), self._leaving)
        return bool(files or links) and not left


def can_hold_links(folder: str) -> bool:
    """Find out whether a symbolic link to a folder can be made in `folder`, by making one."""
    path = os.path.join(folder, _TRIAL)
    try:
        os.symlink(folder, path, target_is_directory=True)
    except FileExistsError:
        pass  # of a killed run
    except (OSError, NotImplementedError):
        return False
    os.unlink(path)
    return True
