"""The proof that there is no solution, made as short as can be had cheaply.

The search learns in the order in which versions happen to be tried.  People want the few facts that
clash.  So the facts behind the search's own proof are taken once more, without the provider: those
that differ only by version are merged where the sum is enough, those that can be spared are left
out, and what remains is refuted again.
"""

from __future__ import annotations

from pipenv.resolver._incompatibilities import (
    UNSELECTED,
    DependencyFact,
    Incompatibility,
    MergedFact,
    RootFact,
    UnusableFact,
)
from pipenv.resolver._propagation import NoSolution, Propagation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipenv.resolver._incompatibilities import Fact, Terms
    from pipenv.resolver._packages import Package

MOST_CONFLICTS = 2_000
MOST_WORK = 100_000
_WORK_OF_A_CONFLICT = 25


def leaves(proof: Incompatibility) -> list[Incompatibility]:
    """Return the facts that a proof rests on, each once, in the order they are used."""
    found: list[Incompatibility] = []
    seen: set[int] = set()
    stack = [proof]
    while stack:
        incompatibility = stack.pop()
        if id(incompatibility) in seen:
            continue
        seen.add(id(incompatibility))
        if incompatibility.fact is not None:
            found.append(incompatibility)
        stack.extend(step.incompatibility for step in reversed(incompatibility.steps))
    return found


class _Refuter:
    """Proves the same over again from other facts, as long as that is not too much work."""

    def __init__(self, domains: Sequence[int]) -> None:
        self._domains = domains
        self.work = 0

    def refute(self, facts: Sequence[Incompatibility]) -> Incompatibility | None:
        """Prove that some facts contradict each other; None if they do not, or not easily."""
        if self.work > MOST_WORK:
            return None
        self.work += len(facts)
        return self._refute(facts)

    def _refute(self, facts: Sequence[Incompatibility]) -> Incompatibility | None:
        engine = Propagation()
        for domain in self._domains:
            engine.add_package(domain)
        try:
            for fact in facts:
                _add(engine, Incompatibility(fact.terms, fact.fact))
            conflicts = 0
            while conflicts <= MOST_CONFLICTS:
                package = _next(engine)
                if package is None:
                    return None
                newest = engine.solution.allowed[package].bit_length() - 1
                engine.decide(package, 1 << newest)
                lessons = len(engine.settle(None))
                conflicts += lessons
                self.work += 1 + lessons * _WORK_OF_A_CONFLICT
        except NoSolution as found:
            return found.proof
        return None


def _add(engine: Propagation, fact: Incompatibility) -> None:
    if len(fact.terms) == 1:
        ((package, mask),) = fact.terms
        conflict = engine.forbid(package, fact, mask)
    else:
        conflict = engine.add(fact)
    engine.settle(conflict)


def _next(engine: Propagation) -> int | None:
    """The first package that is required and not decided."""
    solution = engine.solution
    open_packages = [
        package
        for package in dict.fromkeys(engine.required + engine.reopened)
        if not solution.allowed[package] & UNSELECTED and not solution.decided[package]
    ]
    engine.required[:], engine.reopened[:] = open_packages, []
    return min(open_packages, default=None)


def shorten(
    packages: Sequence[Package], domains: Sequence[int], proof: Incompatibility
) -> Incompatibility:
    """Return a proof from fewer and broader facts, or the same one where that takes too long."""
    refuter = _Refuter(domains)
    shorter = refuter.refute(_joined(leaves(proof)))
    if shorter is None:
        return proof
    for group in _groups(leaves(shorter)):
        facts = leaves(shorter)
        without = [fact for fact in facts if not any(fact.fact is each.fact for each in group)]
        if len(facts) - len(without) == len(group):
            shorter = refuter.refute([*without, _merged(group, packages)]) or shorter
    for candidate in sorted(leaves(shorter), key=_spared_first):
        facts = leaves(shorter)
        without = [fact for fact in facts if fact.fact is not candidate.fact]
        if len(without) < len(facts):
            shorter = refuter.refute(without) or shorter
    return refuter.refute(sorted(leaves(shorter), key=_roots_last)) or shorter


def _spared_first(incompatibility: Incompatibility) -> int:
    """Roots are tried first: the fewer requirements of the user a proof blames, the better."""
    return 0 if isinstance(incompatibility.fact, RootFact) else 1


def _roots_last(incompatibility: Incompatibility) -> int:
    return 1 if isinstance(incompatibility.fact, RootFact) else 0


def _joined(facts: Sequence[Incompatibility]) -> list[Incompatibility]:
    """Join facts of one term that say the same of several versions."""
    joined: dict[object, Incompatibility] = {}
    for incompatibility in facts:
        fact = incompatibility.fact
        key: object = id(incompatibility)
        if isinstance(fact, DependencyFact) and not _rest(incompatibility):
            dependency = fact.dependency
            extra = "" if fact.extra is None else fact.extra.extra
            key = (fact.parent.index, extra, dependency._replace(marker=None))
        elif isinstance(fact, UnusableFact):
            extra = "" if fact.extra is None else fact.extra.extra
            key = (fact.package.index, extra, fact.reason)
        known = joined.get(key)
        joined[key] = incompatibility if known is None else _united(known, incompatibility)
    return list(joined.values())


def _rest(incompatibility: Incompatibility) -> Terms:
    """The terms besides those of the parent and its extra."""
    fact = incompatibility.fact
    if isinstance(fact, (DependencyFact, MergedFact)):
        return incompatibility.terms[1 if fact.extra is None else 2 :]
    return ()


def _united(left: Incompatibility, right: Incompatibility) -> Incompatibility:
    (package, mask), *others = left.terms
    return Incompatibility(((package, mask | right.terms[0][1]), *others), left.fact)


def _groups(facts: Sequence[Incompatibility]) -> list[list[Incompatibility]]:
    """Group dependencies of the versions of one package on one other package."""
    groups: dict[tuple[int, ...], list[Incompatibility]] = {}
    for incompatibility in facts:
        rest = _rest(incompatibility)
        if len(rest) == 1 and isinstance(incompatibility.fact, DependencyFact):
            key = tuple(package for package, _ in incompatibility.terms)
            groups.setdefault(key, []).append(incompatibility)
    return [group for group in groups.values() if len(group) > 1]


def _merged(group: Sequence[Incompatibility], children: Sequence[Package]) -> Incompatibility:
    """Weaken a group to one fact: any of the versions needs any of the versions."""
    versions, unwanted = 0, -1
    dependencies = []
    for incompatibility in group:
        versions |= incompatibility.terms[0][1]
        unwanted &= incompatibility.terms[-1][1]
        if isinstance(incompatibility.fact, DependencyFact):
            dependencies.append(incompatibility.fact.dependency)
    first = group[0]
    fact: Fact | None = first.fact
    child = first.terms[-1][0]
    if isinstance(fact, DependencyFact):
        fact = MergedFact(fact.parent, fact.extra, tuple(dependencies), children[child])
    terms = ((first.terms[0][0], versions), *first.terms[1:-1], (child, unwanted))
    return Incompatibility(terms, fact)
