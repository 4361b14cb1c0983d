"""The starters of Windows programs: small ``.exe`` files that `distlib` carries as data.

They look at their own end for the interpreter's path and the text to run. `distlib` itself is not
imported; without it there are no starters.
"""

from __future__ import annotations

import os
from importlib.machinery import PathFinder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_LETTERS = {"console": "t", "gui": "w"}


class WindowsStubs:
    """Finds the starters for one processor."""

    def __init__(
        self, *, is_64bit: bool, machine: str = "", search_path: Sequence[str] | None = None
    ) -> None:
        """Look for them in the packages of `search_path`, or our own.

        Args:
            is_64bit: whether the interpreter is a 64 bit program.
            machine: its processor, as `platform.machine` has it.
            search_path: folders of packages.
        """
        self._suffix = "64" if is_64bit else "32"
        if machine.lower() in {"arm64", "aarch64"}:
            self._suffix = "64-arm"
        self._search_path = None if search_path is None else list(search_path)

    def __call__(self, kind: str) -> bytes | None:
        """The starter for ``console`` or ``gui`` programs, `None` when there is none."""
        found = PathFinder.find_spec("distlib", self._search_path)
        for folder in (found.submodule_search_locations or ()) if found else ():
            path = os.path.join(folder, f"{_LETTERS[kind]}{self._suffix}.exe")
            try:
                with open(path, "rb") as stream:
                    return stream.read()
            except OSError:
                continue
        return None
