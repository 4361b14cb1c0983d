"""Conflict resolution: from an incompatibility that holds in full to the lesson behind it.

The lesson is an incompatibility too.  It leaves one package a way out once the search is back at an
earlier decision level, and it keeps the search from making the same mistake elsewhere.
"""

from __future__ import annotations

from pipenv.models.records import NamedTuple
from pipenv.resolver._incompatibilities import Incompatibility, Step

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.resolver._partial_solution import PartialSolution


class Lesson(NamedTuple):
    """What a conflict teaches; without terms: that there is no solution."""

    incompatibility: Incompatibility
    level: int
    """The decision level to go back to, where all terms but that of `package` hold."""
    package: int
    victim: int = -1
    """The package decided last, which has to change; -1 if none was decided."""
    culprit: int = -1
    """The package decided before, at `level`, that it clashes with; -1 if that level has none."""


class _Derivation:
    """The incompatibility under way, with the place on the trail that satisfies each term."""

    __slots__ = ("places", "solution", "steps", "terms")

    def __init__(self, solution: PartialSolution, conflict: Incompatibility) -> None:
        self.solution = solution
        self.steps: list[Step] = [Step(conflict, -1)]
        self.terms: dict[int, int] = {}
        self.places: dict[int, int] = {}
        for package, mask in conflict.terms:
            self.put(package, mask)

    def put(self, package: int, mask: int) -> None:
        """Add a term; one that holds from the start only adds the reasons why it does."""
        solution = self.solution
        place = solution.satisfier(package, mask)
        if place < 0:
            missing = solution.originals[package] & ~mask
            if missing:
                found = solution.forbidders(package, missing)
                self.steps.extend(Step(incompatibility, package) for incompatibility in found)
            self.terms.pop(package, None)
            self.places.pop(package, None)
        else:
            self.terms[package] = mask
            self.places[package] = place

    def last_two(self) -> tuple[int, int, int]:
        """Return the package satisfied last, the place where, and the place of the one before."""
        last = before = -1
        package = -1
        for candidate, place in self.places.items():
            if place > last:
                before, last, package = last, place, candidate
            elif place > before:
                before = place
        return package, last, before

    def lesson(self, level: int, package: int, level_of_conflict: int) -> Lesson:
        """Make the incompatibility, or take the conflict itself if nothing was added to it."""
        known = self.steps[0].incompatibility
        if len(self.steps) > 1 or len(known.terms) != len(self.terms):
            known = Incompatibility(tuple(self.terms.items()), None, tuple(self.steps))
        solution = self.solution
        victim = solution.decision_of(level_of_conflict) if level_of_conflict else -1
        culprit = solution.decision_of(level) if level else -1
        return Lesson(known, level, package, victim, culprit)


def learn(solution: PartialSolution, conflict: Incompatibility) -> Lesson:
    """Resolve `conflict` with the causes of its terms until one decision alone is to blame."""
    derivation = _Derivation(solution, conflict)
    while derivation.terms:
        package, place, before = derivation.last_two()
        cause = solution.trail[place][2]
        level = solution.level_of(place)
        earlier = solution.level_of(before) if before >= 0 else 0
        mask = derivation.terms[package]
        if cause is None:
            return derivation.lesson(earlier, package, level)
        own = _mask_of(cause, package)
        joined = mask | own
        if earlier < level:
            # The assignment may satisfy the term only together with earlier ones.
            partial = solution.satisfier(package, joined)
            if partial >= 0:
                earlier = max(earlier, solution.level_of(partial))
        if earlier < level:
            return derivation.lesson(earlier, package, level)
        derivation.steps.append(Step(cause, package))
        derivation.put(package, joined)
        for other, other_mask in cause.terms:
            if other != package:
                derivation.put(other, derivation.terms.get(other, -1) & other_mask)
    return derivation.lesson(0, -1, 0)


def _mask_of(incompatibility: Incompatibility, package: int) -> int:
    for candidate, mask in incompatibility.terms:
        if candidate == package:
            return mask
    return 0
