"""Facts and conclusions in words: requirements as written, versions as ranges people recognise."""

from __future__ import annotations

from pipenv.models.records import NamedTuple
from pipenv.resolver._incompatibilities import (
    ASKED_FOR,
    UNSELECTED,
    DependencyFact,
    MergedFact,
    RootFact,
    UnusableFact,
)
from pipenv.resolver._packages import bits
from pipenv.resolver._requirements import required, wish

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipenv.resolver._incompatibilities import Incompatibility, Terms
    from pipenv.resolver._packages import Package
    from pipenv.resolver._search import Search
    from pipenv.resolver.problem import Dependency, Root

MOST_RANGES = 4
IMPOSSIBLE = "your requirements cannot all be met"
_PLURALS = {"has": "have", "was": "were", "is": "are"}


class Subject(NamedTuple):
    """Who a sentence is about."""

    text: str
    is_plural: bool

    def does(self, singular: str) -> str:
        """Return the subject with its verb, given for a singular one."""
        verb, blank, rest = singular.partition(" ")
        if self.is_plural:
            verb = _PLURALS.get(verb, verb.removesuffix("s"))
        return f"{self.text} {verb}{blank}{rest}"


class Wording:
    """Words for the packages of one search."""

    def __init__(self, search: Search) -> None:
        self._packages = search.packages
        self._by_name = search.by_name
        self._not_found = search.knowledge.not_found
        self._places = {id(root): place for place, root in enumerate(search.problem.roots)}
        self._url_roots = {
            root.dependency.name: root
            for root in search.problem.roots
            if root.dependency.url is not None
        }

    def fact(self, incompatibility: Incompatibility) -> str:
        """Say what a fact says."""
        fact = incompatibility.fact
        if isinstance(fact, RootFact):
            return wish(fact.root) + self._shortfall(fact.root.dependency)
        if isinstance(fact, UnusableFact):
            subject = self._owner(fact.package, fact.extra, incompatibility.terms[0][1])
            return subject.does(fact.reason)
        if isinstance(fact, MergedFact):
            subject = self._owner(fact.parent, fact.extra, incompatibility.terms[0][1])
            wanted = fact.child.domain & ~incompatibility.terms[-1][1]
            return subject.does(f"depends on {wanted_of(fact.child, wanted)}")
        if isinstance(fact, DependencyFact):
            subject = self._owner(fact.parent, fact.extra, incompatibility.terms[0][1])
            text = subject.does(f"depends on {required(fact.dependency)}")
            if fact.dependency.name == fact.parent.name and not fact.dependency.extras:
                return f"{text}, another version of itself"
            return text + self._shortfall(fact.dependency)
        return ""

    def place_of(self, root: Root) -> int:
        """Return the place of a root among all; the first is 0."""
        return self._places[id(root)]

    def child_of(self, dependency: Dependency) -> Package | None:
        """Return the package that a dependency is on; None if no index knows it."""
        return self._by_name.get(dependency.name)

    def absence(self, name: str) -> str:
        """Say where a package is not, in the words of the provider."""
        error = self._not_found.get(name)
        start = f"`{name}` "
        if error is None or not error.message.startswith(start):
            return "is on none of the indexes"
        return error.message.removeprefix(start)

    def _shortfall(self, dependency: Dependency) -> str:
        """Say so where not one version matches."""
        child = self.child_of(dependency)
        if child is None:
            return f", which {self.absence(dependency.name)}"
        if child.matching(dependency):
            return ""
        if not child.all_bits:
            return ", which has no versions"
        newest = child.text((child.domain or child.all_bits).bit_length() - 1)
        root = self.ruled_out_by(dependency)
        if root is not None:
            return f", but {required(root.dependency)} ({root.source}) is {newest}"
        if dependency.url is not None:
            return ""
        return f", which no version of {child.name} matches (the newest is {newest})"

    def ruled_out_by(self, dependency: Dependency) -> Root | None:
        """Return the root whose URL gives the only version there is, if that does not match."""
        child = self.child_of(dependency)
        if child is None or child.matching(dependency):
            return None
        return self._url_roots.get(child.name)

    def _owner(self, package: Package, extra: Package | None, mask: int) -> Subject:
        return subject_of(package, mask, label=package.name if extra is None else extra.label())

    def conclusion(self, terms: Terms) -> str:
        """Say that some terms cannot all hold."""
        subjects, wanted = self._sides(terms)
        if not subjects:
            return f"{_alternatives(wanted)} is needed" if wanted else IMPOSSIBLE
        first = subjects[0]
        if len(subjects) == 1 and not wanted:
            name = first.text.removeprefix("all versions of ")
            return (
                f"no version of {name} can be used" if first.is_plural else f"{name} cannot be used"
            )
        if not wanted:
            return f"{_listed([subject.text for subject in subjects])} do not fit together"
        if len(subjects) == 1:
            return first.does(f"needs {_alternatives(wanted)}")
        together = " together with ".join(subject.text for subject in subjects)
        return f"{together} needs {_alternatives(wanted)}"

    def _sides(self, terms: Terms) -> tuple[list[Subject], list[str]]:
        """The terms that name versions, and what the others want; extras are folded in."""
        masks = dict(terms)
        extras: dict[int, list[str]] = {}
        subjects: list[Subject] = []
        wanted: list[str] = []
        for index, mask in terms:
            package = self._packages[index]
            if package.base is None:
                continue
            if mask & UNSELECTED:
                wanted.append(package.label())
            elif mask & ASKED_FOR:
                extras.setdefault(package.base.index, []).append(package.extra)
                if package.base.index not in masks:
                    subjects.append(Subject(package.label(), is_plural=False))
        for index, mask in terms:
            package = self._packages[index]
            if package.base is not None:
                continue
            label = package.name
            if mask & UNSELECTED:
                wanted.append(wanted_of(package, package.domain & ~mask))
            else:
                if index in extras:
                    label = f"{label}[{','.join(sorted(extras[index]))}]"
                subjects.append(subject_of(package, mask, label=label))
        return subjects, wanted


def subject_of(package: Package, mask: int, *, within: int = 0, label: str = "") -> Subject:
    """Name versions of a package.

    Ranges run over the versions of `within`, by default those that may be chosen; what lies between
    does not exist for the reader.
    """
    within = within or package.domain
    label = label or package.name
    mask &= within
    if mask & (mask - 1) == 0:
        if not mask:
            return Subject(f"no version of {label}", is_plural=False)
        return Subject(f"{label} {package.text(mask.bit_length() - 1)}", is_plural=False)
    if mask == within:
        usable_only = package.all_bits & ~package.hidden_prereleases & ~within
        adjective = "usable versions" if usable_only else "versions"
        return Subject(f"all {adjective} of {label}", is_plural=True)
    return Subject(f"{label} {', '.join(_ranges(package, mask, within))}", is_plural=False)


def wanted_of(package: Package, mask: int) -> str:
    """Name versions of a package any of which will do."""
    if mask == package.domain:
        return package.name
    return " or ".join(subject_of(package, mask).text.rsplit(", ", 1))


def _ranges(package: Package, mask: int, within: int) -> list[str]:
    runs: list[tuple[int, int]] = []
    previous = first = -1
    for bit in bits(within):
        if mask >> bit & 1:
            first = bit if first < 0 else first
            previous = bit
        elif first >= 0:
            runs.append((first, previous))
            first = -1
    lowest = (within & -within).bit_length() - 1
    highest = within.bit_length() - 1
    if first >= 0:
        runs.append((first, previous))
    texts = [_range(package, run, lowest, highest) for run in runs]
    if len(texts) > MOST_RANGES:
        left_out = len(texts) - MOST_RANGES
        texts[2:-2] = [f"… ({left_out} more)"]
    return texts


def _range(package: Package, run: tuple[int, int], lowest: int, highest: int) -> str:
    first, last = run
    if first == last:
        return package.text(first)
    if last == highest:
        return f">={package.text(first)}"
    if first == lowest:
        return f"<={package.text(last)}"
    return f"{package.text(first)} to {package.text(last)}"


def versions_of(package: Package, mask: int, *, within: int = 0) -> str:
    """Name versions alone: ``1.0 to 2.1, 3.0``."""
    within = within or package.domain
    mask &= within
    if mask & (mask - 1) and mask == within:
        lowest, highest = (mask & -mask).bit_length() - 1, mask.bit_length() - 1
        return f"{package.text(lowest)} to {package.text(highest)}"
    return ", ".join(_ranges(package, mask, within))


def by_reason(package: Package, mask: int) -> dict[str, int]:
    """Group versions that do not count by the reason why, newest first."""
    groups: dict[str, int] = {}
    for bit in reversed([*bits(mask)]):
        reason = package.reason(bit)
        groups[reason] = groups.get(reason, 0) | 1 << bit
    return groups


def visible(package: Package) -> int:
    """All versions that people think of: pre-releases nobody asked for are none."""
    return package.all_bits & ~package.hidden_prereleases


def unusable_groups(package: Package, mask: int) -> list[str]:
    """Say of versions why they do not count, those with one reason together, newest first."""
    groups = by_reason(package, mask)
    texts = [
        subject_of(package, group, within=visible(package)).does(reason)
        for reason, group in groups.items()
    ]
    if len(texts) > MOST_RANGES:
        others = sum(group.bit_count() for group in [*groups.values()][MOST_RANGES:])
        texts[MOST_RANGES:] = [f"{others} more versions of {package.name} cannot be used either"]
    return texts


def _listed(texts: Sequence[str]) -> str:
    *others, last = texts
    return f"{', '.join(others)} and {last}" if others else last


def _alternatives(texts: Sequence[str]) -> str:
    return " or ".join(texts)
