"""Build environments that hold nothing: enough for backends that lie in the source tree."""

from __future__ import annotations

import os
import venv
from contextlib import contextmanager
from typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


class BareEnvironment(NamedTuple):
    """The two paths that a build needs."""

    python: str
    scripts: str


class Preparation(NamedTuple):
    """One call of `BareEnvironments.prepare`."""

    requirements: tuple[str, ...]
    building: tuple[str, ...]


class BareEnvironments:
    """Lends one environment without packages to every build, and notes what was asked for."""

    def __init__(self, folder: Path) -> None:
        """Make the environment in `folder` when it is first asked for."""
        self._folder = folder
        self.prepared: list[Preparation] = []
        self.lent = 0
        """How many are in use now."""

    @contextmanager
    def prepare(
        self, requirements: Sequence[str], *, building: tuple[str, ...]
    ) -> Iterator[BareEnvironment]:
        self.prepared.append(Preparation(tuple(requirements), building))
        if not (self._folder / "pyvenv.cfg").exists():
            venv.create(self._folder, with_pip=False, symlinks=os.name != "nt")
        scripts = self._folder / ("Scripts" if os.name == "nt" else "bin")
        self.lent += 1
        try:
            yield BareEnvironment(str(scripts / "python"), str(scripts))
        finally:
            self.lent -= 1
