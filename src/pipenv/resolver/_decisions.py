"""Decisions: which package is next, and which of its versions is tried."""

from __future__ import annotations

from heapq import heappop, heappush

from pipenv.resolver._incompatibilities import ASKED_FOR

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.resolver._packages import Package
    from pipenv.resolver._partial_solution import PartialSolution

PINNED, VICTIM, CULPRIT, ORDINARY = range(4)
"""Classes of packages, in the order they are decided; within one the first sighted comes first."""

_CLASS_SHIFT = 32
CLASHES_BEFORE_REORDERING = 5


def rank(kind: int, sighting: int) -> int:
    """Combine the class of a package and the order of its first sighting."""
    return kind << _CLASS_SHIFT | sighting


class Experience:
    """Which packages clashed, by label: what one search has learnt and the next one begins with."""

    __slots__ = ("clashes", "promoted")

    def __init__(self) -> None:
        self.clashes: dict[tuple[str, str], int] = {}
        """Victim and culprit → how often, since they were last reordered."""
        self.promoted: dict[str, int] = {}
        """The class that a package was moved to."""


class DecisionQueue:
    """Packages that are required and not decided; entries that no longer hold are passed over."""

    def __init__(
        self, solution: PartialSolution, packages: list[Package], experience: Experience
    ) -> None:
        self._solution = solution
        self._packages = packages
        self._heap: list[tuple[int, int]] = []
        self._experience = experience

    def push(self, package: Package) -> None:
        """Let a package be decided when its turn comes."""
        heappush(self._heap, (package.rank, package.index))

    def pop(self) -> Package | None:
        """Take the next package to decide."""
        solution, packages, heap = self._solution, self._packages, self._heap
        while heap:
            ranked, index = heappop(heap)
            package = packages[index]
            if (
                ranked == package.rank
                and not solution.decided[index]
                and not solution.allowed[index] & 1
            ):
                return package
        return None

    def clash(self, victim: Package, culprit: Package) -> bool:
        """Count that `victim` failed because of `culprit`, which was decided before it.

        When that happens time and again both move to the front, the victim first; True then.
        """
        clashes = self._experience.clashes
        pair = (victim.label(), culprit.label())
        count = clashes.get(pair, 0) + 1
        clashes[pair] = count
        if count < CLASHES_BEFORE_REORDERING or victim.rank >> _CLASS_SHIFT <= VICTIM:
            return False
        clashes[pair] = 0
        for package, kind in ((victim, VICTIM), (culprit, CULPRIT)):
            if package.rank >> _CLASS_SHIFT > kind:
                package.rank = rank(kind, package.rank & (1 << _CLASS_SHIFT) - 1)
                self._experience.promoted[package.label()] = kind
                self.push(package)
        return True


def choose(package: Package, solution: PartialSolution) -> int:
    """Return the bit number of the version to try: the preferred one, else the newest.

    Or the oldest, where that is wanted.
    """
    allowed = solution.allowed[package.index]
    first = package.preferred_first
    if package.mentions and _prerelease_wanted(package, solution):
        first = package.with_prereleases()
    candidates = allowed & first
    if candidates & package.preferred:
        return package.preferred.bit_length() - 1
    if not candidates:
        candidates = allowed & ~package.yanked & ~package.direct or allowed
    if package.prefers_lowest:
        candidates &= -candidates
    return candidates.bit_length() - 1


def further(package: Package, solution: PartialSolution, bit: int, most: int) -> list[int]:
    """Return bit numbers of versions that may be tried next, the likeliest first."""
    below = (1 << bit) - 1
    left = (~below if package.prefers_lowest else below) & ~package.hinted & ~1
    found: list[int] = []
    for mask in (solution.allowed[package.index], package.domain):
        rest = mask & left
        while rest and len(found) < most:
            likeliest = (rest & -rest if package.prefers_lowest else rest).bit_length() - 1
            found.append(likeliest)
            rest ^= 1 << likeliest
            left &= ~(1 << likeliest)
    return found


def _prerelease_wanted(package: Package, solution: PartialSolution) -> bool:
    """Tell whether a requirement that is in force now names a pre-release."""
    allowed = solution.allowed
    return any(
        allowed[parent] == mask and (extra < 0 or allowed[extra] == ASKED_FOR)
        for parent, mask, extra in package.mentions
    )
