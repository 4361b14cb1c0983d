"""The search: turn what the provider says into incompatibilities, decide, learn from conflicts.

Pages are waited for in waves.  While packages of one wave are decided, the names that they mention
are sent to the provider, but their version lists are looked at only when nothing else is left to
decide: then all of them are on their way together.  The order never depends on what has arrived.
"""

from __future__ import annotations

from pipenv.errors import PackageNotFound, ResolutionTooDeep
from pipenv.events import StageAdvanced
from pipenv.resolver._decisions import ORDINARY, PINNED, DecisionQueue, choose, further, rank
from pipenv.resolver._incompatibilities import (
    ASKED_FOR,
    UNSELECTED,
    DependencyFact,
    Incompatibility,
    RootFact,
    UnusableFact,
)
from pipenv.resolver._knowledge import Knowledge, UniverseGrew
from pipenv.resolver._packages import Package
from pipenv.resolver._propagation import Propagation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipenv.events import Reporter
    from pipenv.resolver._conflict_resolution import Lesson
    from pipenv.resolver._incompatibilities import Fact, Terms
    from pipenv.resolver.problem import Dependency, ResolverProblem, Root

    Sighting = tuple[Package, int, Package | None, Dependency]
    """Who depends: a package, its version as a mask, and the extra of it, if one; and on what."""

MOST_CONFLICTS = 50_000
_FIRST_BATCH = 5
_LARGEST_BATCH = 50


class Search:
    """One run over a universe that does not grow.

    Raises:
        UniverseGrew: from any method that looks at dependencies; start again.
        NoSolution: likewise; with the proof.
    """

    def __init__(
        self,
        problem: ResolverProblem,
        knowledge: Knowledge,
        report: Reporter,
        most_conflicts: int = MOST_CONFLICTS,
    ) -> None:
        self.problem = problem
        self.knowledge = knowledge
        self.report = report
        self.engine = Propagation()
        self.solution = self.engine.solution
        self.packages: list[Package] = []
        """By index, extras among them."""
        self.by_name: dict[str, Package | None] = {}
        """None: no index knows the name."""
        self.decisions = 0
        self.conflicts = 0
        self._most_conflicts = most_conflicts
        self._queue = DecisionQueue(self.solution, self.packages, knowledge.experience)
        self._waiting: dict[str, list[Sighting]] = {}
        self._looked_into: set[tuple[int, int]] = set()
        self._asked: list[Package] = []
        self._dormant: list[tuple[Sighting, Package, int]] = []
        """Dependencies that are met, with what they admit: not yet among the incompatibilities."""
        self._backjumps_seen = 0
        self._known: dict[tuple[int, int, int, int, str | None], Incompatibility] = {}
        """By parent, extra of it or -1, child, identity of the specifiers, URL."""

    def run(self) -> None:
        """Search until every required package has a version.

        Raises:
            PackageNotFound: no index knows a name that the user requires.
            ResolutionTooDeep: the search was given up.
        """
        self._require_roots()
        while True:
            self._settle(None)
            if self._look_into_asked_extras():
                continue
            package = self._queue.pop()
            if package is not None:
                self._decide(package)
            elif not self._load_wave():
                return

    def _require_roots(self) -> None:
        roots = self.problem.roots
        self.knowledge.sight([root.dependency for root in roots])
        by_name: dict[str, list[Root]] = {}
        for root in roots:
            by_name.setdefault(root.dependency.name, []).append(root)
        for name, of_name in by_name.items():
            if self._load(name, [root.dependency for root in of_name]) is None:
                raise _root_not_found(self.knowledge.not_found.get(name), name, of_name)
        for root in roots:
            child = self.by_name[root.dependency.name]
            if child is not None and _is_pin(root.dependency):
                child.rank = rank(PINNED, child.index)
        for root in roots:
            self._require_root(root)

    def _require_root(self, root: Root) -> None:
        dependency = root.dependency
        child = self.by_name[dependency.name]
        if child is None:
            return
        matching = self._matching(child, dependency)
        if dependency.specifiers.mentions_prerelease:
            child.preferred_first = child.with_prereleases()
        unwanted = (child.domain | UNSELECTED) & ~matching
        self._add_fact(((child.index, unwanted),), RootFact(root, child))
        for name in dependency.extras:
            extra = self._extra(child, name)
            self._add_fact(((extra.index, UNSELECTED),), RootFact(root, extra))

    def _load(self, name: str, dependencies: Sequence[Dependency]) -> Package | None:
        """Look at the versions of a package; waits for its page."""
        package = self.knowledge.package(name, dependencies)
        self.by_name[name] = package
        if package is not None:
            self._add_package(package, package.domain | UNSELECTED)
        return package

    def _load_wave(self) -> bool:
        """Look at the versions of all packages that are needed by now; False if there is none."""
        needed = [
            name
            for name, sightings in self._waiting.items()
            if any(self._in_force(sighting) for sighting in sightings)
        ]
        found = [(name, self._waiting.pop(name)) for name in needed]
        for name, sightings in found:
            self._load(name, [sighting[3] for sighting in sightings])
        for name, sightings in found:
            child = self.by_name[name]
            for sighting in sightings:
                self._require(sighting, child)
        if needed:
            self.report(StageAdvanced("resolve", len(self.solution.starts)))
        return bool(needed)

    def _in_force(self, sighting: Sighting) -> bool:
        allowed = self.solution.allowed
        parent, mask, extra, _ = sighting
        return allowed[parent.index] == mask and (
            extra is None or allowed[extra.index] == ASKED_FOR
        )

    def _decide(self, package: Package) -> None:
        solution = self.solution
        bit = choose(package, solution)
        mask = 1 << bit
        key = (package.index, bit)
        is_new = key not in self._looked_into
        needs = self.knowledge.needs(package, bit, "") if is_new else ()
        self._looked_into.add(key)
        if isinstance(needs, str):
            self._add_fact(((package.index, mask),), UnusableFact(package, None, needs))
            return
        self.decisions += 1
        self.engine.decide(package.index, mask)
        if is_new:
            package.tries += 1
            self._prefetch_further(package, bit)
            self._look_into(package, mask, None, needs)
        self._asked.extend(package.extras.values())

    def _look_into_asked_extras(self) -> bool:
        """Add what extras need that are asked for of a decided version; False if there is none."""
        if not self._asked:
            return False
        asked, self._asked = self._asked, []
        solution = self.solution
        for extra in asked:
            base = extra.base
            if base is None or solution.allowed[extra.index] != ASKED_FOR:
                continue
            if not solution.decided[base.index]:
                continue
            mask = solution.allowed[base.index]
            key = (extra.index, mask.bit_length() - 1)
            if key in self._looked_into:
                continue
            self._looked_into.add(key)
            needs = self.knowledge.needs(base, key[1], extra.extra)
            if isinstance(needs, str):
                terms = ((base.index, mask), (extra.index, ASKED_FOR))
                self._add_fact(terms, UnusableFact(base, extra, needs))
            else:
                self._look_into(base, mask, extra, needs)
        return True

    def _look_into(
        self, parent: Package, mask: int, extra: Package | None, needs: Sequence[Dependency]
    ) -> None:
        """Add the dependencies of one version; those on new packages wait for the next wave."""
        if not needs:
            return
        is_new = self.knowledge.sight(needs)
        by_name, waiting = self.by_name, self._waiting
        for dependency in needs:
            name = dependency.name
            sighting = (parent, mask, extra, dependency)
            if name in by_name:
                child = by_name[name]
                if is_new and not self.knowledge.is_complete(name, child):
                    raise UniverseGrew
                self._require(sighting, child)
            elif name in waiting:
                waiting[name].append(sighting)
            else:
                waiting[name] = [sighting]

    def _require(self, sighting: Sighting, child: Package | None) -> None:
        """Take account of a dependency now or, if nothing follows from it yet, after going back."""
        parent, mask, extra, dependency = sighting
        if child is None:
            self._add_unmet(sighting)
            return
        _, extras, specifiers, _, url = dependency
        known = child.masks.get(id(specifiers)) if url is None else None
        matching = self._matching(child, dependency) if known is None else known[0]
        if specifiers.mentions_prerelease:
            child.mentions.append((parent.index, mask, -1 if extra is None else extra.index))
        if not self.solution.allowed[child.index] & ~matching and self._in_force(sighting):
            # As long as nothing is undone the dependency stays met.
            self._dormant.append((sighting, child, matching))
        else:
            self._require_version(sighting, child, matching)
        for name in extras:
            asked = self._extra(child, name)
            if asked is not extra:
                self._add_dependency(sighting, asked, UNSELECTED)

    def _require_version(self, sighting: Sighting, child: Package, matching: int) -> None:
        parent, mask, _, _ = sighting
        if child is parent:
            if not matching & mask:
                self._add_unmet(sighting)
        elif not matching:
            self._add_unmet(sighting)
        else:
            self._add_dependency(sighting, child, (child.domain | UNSELECTED) ^ matching)

    def _wake(self) -> None:
        """Add the dependencies from which nothing followed, now that the search went back."""
        if self.engine.backjumps != self._backjumps_seen:
            self._backjumps_seen = self.engine.backjumps
            dormant, self._dormant = self._dormant, []
            for sighting, child, matching in dormant:
                self._require_version(sighting, child, matching)

    def _add_dependency(self, sighting: Sighting, child: Package, unwanted: int) -> None:
        """Say which values of `child` are not wanted; another version may have said the same."""
        parent, mask, extra, dependency = sighting
        own = -1 if extra is None else extra.index
        key = (parent.index, own, child.index, id(dependency.specifiers), dependency.url)
        made = self._known.get(key)
        if made is not None:
            conflict = self.engine.widen(made, mask)
        elif extra is None:
            fact = DependencyFact(parent, mask, extra, dependency)
            made = Incompatibility(((parent.index, mask), (child.index, unwanted)), fact)
            conflict = self.engine.add_pair(made)
        else:
            terms = ((parent.index, mask), (extra.index, ASKED_FOR), (child.index, unwanted))
            made = Incompatibility(terms, DependencyFact(*sighting))
            conflict = self.engine.add(made)
        self._known[key] = made
        if conflict is not None:
            self._settle(conflict)

    def _add_unmet(self, sighting: Sighting) -> None:
        """Rule a version out, or an extra of it, because what it needs is not to be had."""
        parent, mask, extra, _ = sighting
        terms: Terms = ((parent.index, mask),)
        if extra is not None:
            terms += ((extra.index, ASKED_FOR),)
        self._add_fact(terms, DependencyFact(*sighting))

    def _add_fact(self, terms: Terms, fact: Fact) -> None:
        made = Incompatibility(terms, fact)
        engine = self.engine
        if len(terms) == 1:
            (package, mask) = terms[0]
            conflict = engine.forbid(package, made, mask)
        else:
            conflict = engine.add(made)
        if conflict is not None:
            self._settle(conflict)
        else:
            self._wake()

    def _settle(self, conflict: Incompatibility | None) -> None:
        """Infer all that follows, going back where a conflict asks for it."""
        lessons = self.engine.settle(conflict)
        if lessons:
            self.conflicts += len(lessons)
            if self.conflicts > self._most_conflicts:
                raise _too_deep(self.conflicts)
            for lesson in lessons:
                self._reorder(lesson)
        self._take_note_of_changes()
        self._wake()

    def _take_note_of_changes(self) -> None:
        """Queue what is required now, and let the provider know which versions are likely next."""
        engine, solution, packages = self.engine, self.solution, self.packages
        required, engine.required = engine.required, []
        for index in required:
            package = packages[index]
            if package.base is not None:
                self._asked.append(package)
            elif not solution.decided[index]:
                self._queue.push(package)
                self._hint(package)
        for index in engine.reopened:
            self._queue.push(packages[index])
        engine.reopened.clear()
        trail = solution.trail
        for place in range(engine.unseen, len(trail)):
            index = trail[place][0]
            package = packages[index]
            if package.base is None and not solution.decided[index]:
                self._hint(package)
        engine.unseen = len(trail)

    def _reorder(self, lesson: Lesson) -> None:
        """Count the clash behind a lesson; if it keeps recurring, decide its packages earlier."""
        solution = self.solution
        if lesson.culprit < 0 or lesson.victim < 0:
            return
        victim, culprit = self.packages[lesson.victim], self.packages[lesson.culprit]
        if self._queue.clash(victim, culprit) and solution.decided[culprit.index]:
            level = solution.level_of(solution.latest[culprit.index])
            self.engine.backjump(level - 1)

    def _add_package(self, package: Package, domain: int) -> None:
        package.index = self.engine.add_package(domain)
        kind = self.knowledge.experience.promoted.get(package.label(), ORDINARY)
        package.rank = rank(kind, package.index)
        self.packages.append(package)

    def _extra(self, base: Package, name: str) -> Package:
        extra = base.extras.get(name)
        if extra is None:
            extra = base.extras[name] = Package(base.name)
            extra.base, extra.extra = base, name
            self._add_package(extra, UNSELECTED | ASKED_FOR)
        return extra

    def _matching(self, child: Package, dependency: Dependency) -> int:
        """Return the values of `child` that a dependency admits."""
        known = child.masks.get(id(dependency.specifiers)) if dependency.url is None else None
        if known is not None:
            return known[0]
        matching = child.matching(dependency)
        if matching & child.hidden and self.knowledge.opens(child, dependency, matching):
            raise UniverseGrew
        matching &= child.domain
        if dependency.url is None:
            child.masks[id(dependency.specifiers)] = (matching, dependency.specifiers)
        return matching

    def _hint(self, package: Package) -> None:
        if self.solution.allowed[package.index] & 1:
            return
        bit = choose(package, self.solution)
        if not package.hinted >> bit & 1:
            self.knowledge.hint(package, (bit,))

    def _prefetch_further(self, package: Package, bit: int) -> None:
        """After 5, 10, 20, … versions that did not do, ask for as many more at once."""
        tries = package.tries
        if tries >= _FIRST_BATCH and tries % _FIRST_BATCH == 0:
            batch = tries // _FIRST_BATCH
            if batch & (batch - 1) == 0:
                most = min(tries, _LARGEST_BATCH)
                self.knowledge.hint(package, further(package, self.solution, bit, most))


def _is_pin(dependency: Dependency) -> bool:
    return dependency.url is not None or dependency.specifiers.exact_pin is not None


def _root_not_found(
    error: PackageNotFound | None, name: str, roots: Sequence[Root]
) -> PackageNotFound:
    sources = " and ".join(dict.fromkeys(root.source for root in roots))
    message = error.message if error is not None else f"no index has a package named `{name}`"
    return PackageNotFound(
        f"{message} (required by {sources})",
        hints=error.hints if error is not None else (),
        details=error.details if error is not None else "",
    )


def _too_deep(conflicts: int) -> ResolutionTooDeep:
    return ResolutionTooDeep(
        f"the search for versions that fit together was given up after {conflicts} conflicts",
        hints=(
            "state the requirements of the Pipfile more narrowly, for example with lower bounds",
        ),
    )
