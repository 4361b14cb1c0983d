"""How files get from the cache into environments, as far as that was asked for.

Single files are clones, hard links or copies. With ``symlink``, folders that one distribution has
for itself are links as a whole, and what is left is placed file by file.
"""

from __future__ import annotations

import os

from pipenv.filesystem.linking import METHODS
from pipenv.installer.destination import Disk
from pipenv.installer.vacancies import Vacancies, can_hold_links

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipenv.installer.placement import Placement

SYMLINK = "symlink"
LINK_MODES = (*METHODS, SYMLINK)
_WORDS = {
    "clone": "clones",
    "hardlink": "hard links",
    "copy": "copies",
    SYMLINK: "symbolic links",
}


class LinkMode:
    """One of `LINK_MODES` for one change, or none."""

    def __init__(self, mode: str | None, lasting_cache: str | None) -> None:
        """Prepare.

        Args:
            mode: one of `LINK_MODES`; `None` for as cheaply as it can be, without a word about
                what cannot.
            lasting_cache: the folder that symbolic links may lead into; `None` when wheels do not
                outlive the run.
        """
        self._mode = mode
        self._cache = None if lasting_cache is None else os.path.abspath(lasting_cache) + os.sep
        self.disk = Disk(mode if mode in METHODS else METHODS[0])
        """Places single files."""
        self._reason: str | None = None

    def fold(
        self, placements: Sequence[Placement], site_dirs: Sequence[str], leaving: Iterable[str]
    ) -> None:
        """Make links of whole folders, if that is wanted and can be.

        Args:
            placements: all that are to come.
            site_dirs: the environment's site folders.
            leaving: absolute paths of files and links that will be gone.
        """
        if self._mode != SYMLINK:
            return
        self._reason = None
        if self._cache is None:
            self._reason = "the cache does not outlive this run"
        elif not can_hold_links(site_dirs[0]):
            self._reason = f"`{site_dirs[0]}` cannot hold symbolic links"
        else:
            self._fold(placements, self._cache, Vacancies(site_dirs, frozenset(leaving)))

    def _fold(self, placements: Sequence[Placement], cache: str, vacancies: Vacancies) -> None:
        brought: dict[str, int] = {}
        for placement in placements:
            for folder in {group.folder for group in placement.linked}:
                brought[folder] = brought.get(folder, 0) + 1

        def may_be_link(folder: str) -> bool:
            return brought[folder] == 1 and vacancies.is_vacant(folder)

        for placement in placements:
            lasts = placement.wheel.root.startswith(cache)
            if not (lasts and placement.fold(may_be_link)):
                self._reason = "the cache cannot be written"

    def fallback(self) -> str | None:
        """What was done instead of what was asked for, and why; `None` when it could be done."""
        if self._mode is None:
            return None
        used = self.disk.method_used()
        reason = self._reason
        if self._mode in METHODS and used != self._mode:
            reason = "the file system cannot do that from the cache to the environment"
        if reason is None:
            return None
        return f"{_WORDS[used]} are made instead of {_WORDS[self._mode]}: {reason}"
