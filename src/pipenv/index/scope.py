"""The environments that a catalog answers for: for which of them a file can be used.

A *cell* is a kind of environment that files are made for: bit 0 is the environment that locks,
exactly as it is; the others are pairs of a platform and a minor version of Python, which take a
file if any of the platform's machines does.
"""

from __future__ import annotations

import zlib

from pipenv.index.admission import Admission, python_is_new_enough
from pipenv.models.tags import expand_tags, suits
from pipenv.models.targets import target_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from pipenv.index.admission import Kind
    from pipenv.models.targets import TargetSet

HERE = 1


class Scope:
    """The environments, and judgements about files for them; remembers its judgements."""

    def __init__(self, targets: TargetSet, admission: Admission | None = None) -> None:
        self.targets = targets
        self.admission = admission or Admission(targets.here)
        """For the environment that locks."""
        self.key = scope_key(targets)
        """A short text that stands for the environments in the cache."""
        self._cells = targets.cells()
        self.all_cells = (1 << len(self._cells) + 1) - 1 - (not targets.includes_here)
        """Every cell that a file can be for."""
        self._covered: dict[Kind, int] = {}
        self._pythons: dict[str | None, int] = {}
        self._tags: dict[str, int] = {}

    def coverage(self, kind: Kind) -> int:
        """Return the cells in which a file of this kind can be used."""
        found = self._covered.get(kind)
        if found is None:
            requires_python, tags = kind
            found = self.pythons(requires_python) & ~HERE
            if tags:
                found &= self._suiting(tags)
            if self.targets.includes_here and self.admission.admits(kind):
                found |= HERE
            self._covered[kind] = found
        return found

    def admits(self, kind: Kind) -> bool:
        """Tell whether a file of this kind can be used anywhere."""
        return self.coverage(kind) != 0

    def pythons(self, requires_python: str | None) -> int:
        """Return the cells whose Python is new enough; upper bounds do not count."""
        found = self._pythons.get(requires_python)
        if found is None:
            found = 0
            if self.targets.includes_here and self.admission.admits_python(requires_python):
                found = HERE
            for cell, (_, minor) in enumerate(self._cells, start=1):
                newest = f"{minor}.99"
                if requires_python is None or python_is_new_enough(newest, requires_python):
                    found |= 1 << cell
            self._pythons[requires_python] = found
        return found

    def refusal_of_python(self, requires_python: str | None) -> str | None:
        """Say that the metadata of a version rules all the Pythons out; `None` if not."""
        if self.pythons(requires_python):
            return None
        return f"requires Python {requires_python}"

    def refusal(self, kinds: Collection[Kind]) -> str:
        """Say why a version with files of these kinds is not usable.

        Completes a sentence about a version: ``requires Python >=3.12``.
        """
        covered = 0
        for kind in kinds:
            covered |= self.coverage(kind)
        if covered & HERE or not self.targets.includes_here:
            missing = [
                platform.platform_system
                for cell, (platform, _) in enumerate(self._cells, start=1)
                if not covered >> cell & 1
            ]
            if missing:
                return f"has no file for {' and '.join(dict.fromkeys(missing))}"
        return self.admission.refusal(kinds)

    def _suiting(self, tags: str) -> int:
        found = self._tags.get(tags)
        if found is None:
            found = 0
            expanded = expand_tags(tags)
            for cell, (platform, minor) in enumerate(self._cells, start=1):
                if any(suits(tag, minor, platform.wheel_prefixes) for tag in expanded):
                    found |= 1 << cell
            self._tags[tags] = found
        return found


def scope_key(targets: TargetSet) -> str:
    """A short text that stands for environments in the cache."""
    key = target_key(targets.here)
    if targets.is_single:
        return key
    data = repr((targets.platforms, str(targets.pythons), targets.minors)).encode()
    return f"{key}{zlib.crc32(data):08x}"
