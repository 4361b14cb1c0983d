"""Unit propagation: what follows from the incompatibilities and the assignments so far.

An incompatibility all of whose terms hold but one forces that one not to.  Those of two terms,
nearly all of them, have a list of their own per package, with both masks in place: this is the hot
loop.
"""

from __future__ import annotations

from pipenv.resolver._conflict_resolution import learn
from pipenv.resolver._incompatibilities import ASKED_FOR, UNSELECTED, Incompatibility, Step
from pipenv.resolver._partial_solution import PartialSolution

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.resolver._conflict_resolution import Lesson


class NoSolution(Exception):
    """The incompatibilities rule out everything; the proof is an incompatibility without terms."""

    def __init__(self, proof: Incompatibility) -> None:
        super().__init__("no solution")
        self.proof = proof


class Propagation:
    """The incompatibilities, the partial solution, and the inference between them."""

    __slots__ = (
        "backjumps",
        "changed",
        "late",
        "longer",
        "neglected",
        "pairs",
        "reopened",
        "required",
        "solution",
        "unseen",
    )

    def __init__(self) -> None:
        self.solution = PartialSolution()
        self.pairs: list[list[tuple[int, int, int, Incompatibility]]] = []
        """Per package: own mask, other package, its mask, the incompatibility."""
        self.longer: list[list[tuple[int, Incompatibility]]] = []
        """Per package: own mask and the incompatibility, where it has three terms or more."""
        self.changed: list[int] = []
        """Packages whose values shrank since `propagate` last came to an end.

        Never emptied by going back: what `forbid` takes in hindsight must still be looked at.
        """
        self.required: list[int] = []
        """Packages that became required; whoever empties the list owns it."""
        self.reopened: list[int] = []
        """Packages whose decision was undone; likewise."""
        self.backjumps = 0
        self.unseen = 0
        """From this place on the trail is new to whoever sets it."""
        self.late: list[tuple[int, Incompatibility | int]] = []
        """What was inferred from on a later decision level than could be; the levels ascend.

        Incompatibilities that came to be known late, and packages that were narrowed for good:
        their consequences are undone with the level, but still follow.
        """
        self.neglected: list[Incompatibility | int] = []
        """Those of `late` whose level has been undone."""

    def add_package(self, domain: int) -> int:
        """Make room for one more package; returns its index."""
        self.pairs.append([])
        self.longer.append([])
        return self.solution.add_package(domain)

    def add(self, incompatibility: Incompatibility) -> Incompatibility | None:
        """Watch an incompatibility of two or more terms; returns it if all of them hold."""
        self.watch(incompatibility)
        return self._consider(incompatibility)

    def add_pair(self, incompatibility: Incompatibility) -> Incompatibility | None:
        """Do the same for two terms, the first of which holds: what a decided version needs."""
        (left, left_mask), (right, right_mask) = incompatibility.terms
        at_left, at_right = self.pairs[left], self.pairs[right]
        incompatibility.places = (len(at_left), len(at_right))
        at_left.append((left_mask, right, right_mask, incompatibility))
        at_right.append((right_mask, left, left_mask, incompatibility))
        solution = self.solution
        starts = solution.starts
        is_late = bool(starts) and solution.latest[left] < starts[-1]
        if is_late or solution.allowed[right] & right_mask:
            return self._consider(incompatibility)
        return None

    def watch(self, incompatibility: Incompatibility) -> None:
        """Look at an incompatibility whenever the values of one of its packages change."""
        places = []
        terms = incompatibility.terms
        if len(terms) == 2:
            (left, left_mask), (right, right_mask) = terms
            places = [len(self.pairs[left]), len(self.pairs[right])]
            self.pairs[left].append((left_mask, right, right_mask, incompatibility))
            self.pairs[right].append((right_mask, left, left_mask, incompatibility))
        else:
            for package, mask in terms:
                places.append(len(self.longer[package]))
                self.longer[package].append((mask, incompatibility))
        incompatibility.places = tuple(places)

    def widen(self, incompatibility: Incompatibility, extra_mask: int) -> Incompatibility | None:
        """Let the first term of an incompatibility cover more; returns it if all terms hold."""
        (package, mask), *others = incompatibility.terms
        mask |= extra_mask
        incompatibility.terms = ((package, mask), *others)
        places = incompatibility.places
        if len(others) == 1:
            other, other_mask = others[0]
            self.pairs[package][places[0]] = (mask, other, other_mask, incompatibility)
            self.pairs[other][places[1]] = (other_mask, package, mask, incompatibility)
        else:
            self.longer[package][places[0]] = (mask, incompatibility)
        return self._consider(incompatibility)

    def assign(self, package: int, allowed: int, cause: Incompatibility) -> None:
        """Narrow a package's values and remember to look at what follows."""
        before = self.solution.allowed[package]
        self.solution.assign(package, allowed, cause)
        self.changed.append(package)
        if before & 1 and not allowed & 1:
            self.required.append(package)

    def decide(self, package: int, bit: int) -> None:
        """Choose a version."""
        self.solution.decide(package, bit)
        self.changed.append(package)

    def _consider(self, incompatibility: Incompatibility) -> Incompatibility | None:
        """Infer from a new or wider incompatibility; returns it if all its terms hold."""
        solution = self.solution
        starts = solution.starts
        if starts and solution.latest[incompatibility.terms[0][0]] < starts[-1]:
            self.late.append((len(starts), incompatibility))
        return self.examine(incompatibility)

    def examine(self, incompatibility: Incompatibility) -> Incompatibility | None:
        """Infer from one incompatibility; returns it if all its terms hold."""
        allowed = self.solution.allowed
        open_package = -1
        rest = 0
        for package, mask in incompatibility.terms:
            left_over = allowed[package] & ~mask
            if left_over:
                if open_package >= 0 or left_over == allowed[package]:
                    return None
                open_package, rest = package, left_over
        if open_package < 0:
            return incompatibility
        self.assign(open_package, rest, incompatibility)
        return None

    def _make_good(self) -> Incompatibility | None:
        """Infer again what was undone although it still follows."""
        allowed = self.solution.allowed
        level = len(self.solution.starts)
        while self.neglected:
            item = self.neglected.pop()
            if isinstance(item, int):
                self.changed.append(item)
                unmet = 0
            else:
                unmet = sum(allowed[package] & ~mask != 0 for package, mask in item.terms)
                if not unmet:
                    self.neglected.append(item)
                    return item
                if unmet == 1:
                    self.examine(item)
            # A term that does not hold now does not on an earlier level either: with two of them
            # nothing can follow there, and later changes are looked at as they come.
            if level and unmet < 2:
                self.late.append((level, item))
        return None

    def propagate(self) -> Incompatibility | None:
        """Infer until nothing more follows, or an incompatibility holds in full: returns that."""
        if self.neglected:
            conflict = self._make_good()
            if conflict is not None:
                return conflict
        changed = self.changed
        allowed = self.solution.allowed
        pairs = self.pairs
        position = 0
        while position < len(changed):
            package = changed[position]
            position += 1
            mine = allowed[package]
            for own, other, other_mask, incompatibility in pairs[package]:
                inside = mine & own
                if not inside:
                    continue
                others = allowed[other]
                if inside == mine:
                    held = others & other_mask
                    if not held:
                        continue
                    if held == others:
                        del changed[: position - 1]
                        return incompatibility
                    self.assign(other, others ^ held, incompatibility)
                elif others & other_mask == others:
                    self.assign(package, mine ^ inside, incompatibility)
                    mine ^= inside
            for own, incompatibility in self.longer[package]:
                if allowed[package] & own and self.examine(incompatibility) is not None:
                    del changed[: position - 1]
                    return incompatibility
        changed.clear()
        return None

    def forbid(
        self, package: int, incompatibility: Incompatibility, mask: int
    ) -> Incompatibility | None:
        """Take values from a package for good; returns an incompatibility that now holds in full.

        Where a decision is contradicted the search goes back to before it.

        Raises:
            NoSolution: the package has no value left at all.
        """
        solution = self.solution
        place = solution.forbid(package, incompatibility, mask)
        if not solution.domains[package]:
            first, *others = solution.forbidders(package, solution.originals[package])
            steps = (Step(first, -1), *(Step(other, package) for other in others))
            raise NoSolution(Incompatibility((), None, steps))
        cause = None
        if place is not None:
            cause = solution.trail[place][2]
            level = solution.level_of(place)
            self.backjump(level if cause is not None else level - 1)
        self.changed.append(package)
        if solution.starts and solution.originals[package] == UNSELECTED | ASKED_FOR:
            self.late.append((len(solution.starts), package))
        if not solution.allowed[package] & 1:
            self.required.append(package)
        return cause

    def settle(self, conflict: Incompatibility | None) -> list[Lesson]:
        """Resolve conflicts until propagation comes to an end without one; returns the lessons.

        Raises:
            NoSolution: the last lesson is that there is none.
        """
        lessons: list[Lesson] = []
        while True:
            if conflict is None:
                conflict = self.propagate()
                if conflict is None:
                    return lessons
            lesson = learn(self.solution, conflict)
            terms = lesson.incompatibility.terms
            if not terms:
                raise NoSolution(lesson.incompatibility)
            lessons.append(lesson)
            mask = next(mask for package, mask in terms if package == lesson.package)
            if len(terms) == 1:
                conflict = self.forbid(lesson.package, lesson.incompatibility, mask)
                continue
            self.backjump(lesson.level)
            if not lesson.incompatibility.places:
                self.watch(lesson.incompatibility)
            left_over = self.solution.allowed[lesson.package] & ~mask
            self.assign(lesson.package, left_over, lesson.incompatibility)
            conflict = None

    def backjump(self, level: int) -> None:
        """Undo everything after a decision level."""
        if level >= len(self.solution.starts):
            return
        self.backjumps += 1
        self.reopened.extend(self.solution.backjump(level))
        self.unseen = min(self.unseen, len(self.solution.trail))
        late = self.late
        while late and late[-1][0] > level:
            self.neglected.append(late.pop()[1])
