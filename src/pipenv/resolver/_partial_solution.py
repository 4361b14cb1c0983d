"""The partial solution: what each package may still be, and how that came about.

Assignments are kept on a trail, in order, each with the incompatibility that forced it (None for a
decision), so that they can be undone and conflicts traced to their causes.
"""

from __future__ import annotations

from bisect import bisect_right

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.resolver._incompatibilities import Incompatibility

    Assignment = tuple[int, int, Incompatibility | None, int]


class PartialSolution:
    """For each package (by index) the values that the assignments so far leave over."""

    __slots__ = (
        "allowed",
        "decided",
        "domains",
        "forbidding",
        "latest",
        "originals",
        "starts",
        "trail",
    )

    def __init__(self) -> None:
        self.allowed: list[int] = []
        self.originals: list[int] = []
        """All values at the start."""
        self.domains: list[int] = []
        """The same without what incompatibilities of one term forbid for good."""
        self.forbidding: list[list[tuple[int, Incompatibility]]] = []
        """Those incompatibilities, with the mask each forbids."""
        self.decided: list[bool] = []
        self.latest: list[int] = []
        """Place of the package's latest assignment on the trail, or -1."""
        self.trail: list[Assignment] = []
        """Package, values before, cause, place of the package's assignment before this one."""
        self.starts: list[int] = []
        """Where on the trail each decision level begins, level 1 first."""

    def add_package(self, domain: int) -> int:
        """Make room for one more package; returns its index."""
        self.allowed.append(domain)
        self.originals.append(domain)
        self.domains.append(domain)
        self.forbidding.append([])
        self.decided.append(False)
        self.latest.append(-1)
        return len(self.allowed) - 1

    def assign(self, package: int, allowed: int, cause: Incompatibility | None) -> None:
        """Narrow a package's values."""
        trail = self.trail
        trail.append((package, self.allowed[package], cause, self.latest[package]))
        self.latest[package] = len(trail) - 1
        self.allowed[package] = allowed

    def decide(self, package: int, bit: int) -> None:
        """Choose a version, on a new decision level."""
        self.starts.append(len(self.trail))
        self.assign(package, bit, None)
        self.decided[package] = True

    def level_of(self, place: int) -> int:
        """Return the decision level of a place on the trail."""
        return bisect_right(self.starts, place)

    def decision_of(self, level: int) -> int:
        """Return the package that was decided on a level (from 1)."""
        return self.trail[self.starts[level - 1]][0]

    def backjump(self, level: int) -> list[int]:
        """Undo everything after an earlier level; returns the packages whose decisions go."""
        trail, allowed, latest, decided = self.trail, self.allowed, self.latest, self.decided
        undone: list[int] = []
        start = self.starts[level]
        for place in range(len(trail) - 1, start - 1, -1):
            package, before, cause, previous = trail[place]
            allowed[package] = before
            latest[package] = previous
            if cause is None:
                decided[package] = False
                undone.append(package)
        del trail[start:]
        del self.starts[level:]
        return undone

    def satisfier(self, package: int, mask: int) -> int:
        """Return the place on the trail since when the value surely lies in `mask`.

        -1: from the start.  The term must be satisfied now.
        """
        trail = self.trail
        place = self.latest[package]
        while place >= 0:
            _, before, _, previous = trail[place]
            if before & ~mask:
                return place
            place = previous
        return -1

    def forbid(self, package: int, incompatibility: Incompatibility, mask: int) -> int | None:
        """Take values from a package for good, in hindsight too.

        Returns the first place on the trail after which the package has no value left, if any.
        """
        self.forbidding[package].append((mask, incompatibility))
        keep = ~mask
        self.domains[package] &= keep
        trail = self.trail
        after = self.allowed[package] & keep
        self.allowed[package] = after
        first_empty: int | None = None
        place = self.latest[package]
        while place >= 0:
            _, before, cause, previous = trail[place]
            if not after:
                first_empty = place
            after = before & keep
            trail[place] = (package, after, cause, previous)
            place = previous
        return first_empty

    def forbidders(self, package: int, mask: int) -> list[Incompatibility]:
        """Return incompatibilities that together forbid all values of `mask`."""
        found: list[Incompatibility] = []
        for forbidden, incompatibility in self.forbidding[package]:
            if not mask:
                break
            if mask & forbidden:
                found.append(incompatibility)
                mask &= ~forbidden
        return found
