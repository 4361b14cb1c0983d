"""Changes of a Pipfile after which a failed resolution works: tried, never guessed.

Looked for only after a failure.  Every change is tried by solving the changed problem, so whoever
calls gives the function that solves, and a clock: what is not found in time is not offered.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import chain

from pipenv.errors import InvalidValue, PipenvError, ResolutionError
from pipenv.models.conflicts import EntryChange, Fix
from pipenv.models.records import NamedTuple
from pipenv.models.specifiers import ANY, parse_specifiers
from pipenv.models.versions import parse_version
from pipenv.resolver._requirements import required
from pipenv.resolver.explanation import NEEDS_PYTHON
from pipenv.resolver.problem import Dependency, Root

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from pipenv.models.conflicts import ConflictFact
    from pipenv.models.specifiers import Specifier, SpecifierSet
    from pipenv.resolver.problem import Candidate, ResolverProblem, VersionList
    from pipenv.resolver.provider import PackageProvider
    from pipenv.resolver.resolution import Resolution

    Changed = Mapping[Root, Root | None]
    """Roots, and what stands in their place; None: nothing."""
    SolveWith = Callable[[ResolverProblem], Resolution]
    SolveForPython = Callable[[ResolverProblem, str], Resolution]
    """A problem and a ``python_version`` → what is chosen for that Python."""

MOST_FIXES = 3
MOST_CONFLICTS = 2_000
"""Of one attempt."""
_MOST_ROUNDS = 4
_NEWEST_MINOR = 40


class OutOfTime(Exception):
    """The time for trying is over."""


class Means(NamedTuple):
    """What fixes are tried with."""

    solve: SolveWith
    is_time_left: Callable[[], bool]
    solve_for_python: SolveForPython | None = None
    """None: another Python is not offered."""


class ImpatientProvider:
    """A provider that is not asked any more once the time is over."""

    def __init__(self, provider: PackageProvider, is_time_left: Callable[[], bool]) -> None:
        self._provider = provider
        self._is_time_left = is_time_left

    def versions(self, name: str) -> VersionList:
        """Return all versions of a package; see `PackageProvider`.

        Raises:
            OutOfTime: also in the other questions.
        """
        self._check()
        return self._provider.versions(name)

    def dependencies(self, candidate: Candidate, extras: tuple[str, ...]) -> tuple[Dependency, ...]:
        """Return what a version needs; see `PackageProvider`."""
        self._check()
        return self._provider.dependencies(candidate, extras)

    def prefetch(self, names: Iterable[str]) -> None:
        """Pass the hint on; see `PackageProvider`."""
        self._check()
        self._provider.prefetch(names)

    def prefetch_metadata(self, name: str, positions: Sequence[int]) -> None:
        """Pass the hint on; see `PackageProvider`."""
        self._check()
        self._provider.prefetch_metadata(name, positions)

    def _check(self) -> None:
        if not self._is_time_left():
            raise OutOfTime


def propose_fixes(
    problem: ResolverProblem, failure: ResolutionError, means: Means, most: int = MOST_FIXES
) -> tuple[Fix, ...]:
    """Find changes that help, the smallest first; none if the time is over before one is found.

    Args:
        problem: what could not be solved.
        failure: what solving it raised; its facts tell which entries are worth changing.
        means: how to try.
        most: how many are enough.
    """
    found: list[Fix] = []
    attempts = _Attempts(problem, failure, means)
    try:
        for fix in attempts.fixes():
            if fix not in found:
                found.append(fix)
            if len(found) >= most:
                break
    except OutOfTime:
        pass
    return tuple(found)


class _Attempts:
    """Tries one change after the other."""

    def __init__(self, problem: ResolverProblem, failure: ResolutionError, means: Means) -> None:
        self._problem = problem._replace(most_conflicts=MOST_CONFLICTS)
        self._conflict = failure.conflict
        self._means = means
        self._blamed = [root for root in problem.roots if is_blamed(root, failure.conflict)]
        self._names = tuple(dict.fromkeys(root.dependency.name for root in self._blamed))

    def fixes(self) -> Iterator[Fix]:
        """Yield what helps."""
        covered: set[str] = set()
        respecified = [*self._respecified()]
        for changed in chain(sorted(respecified, key=_goes_down), self._openings()):
            covered.update(change.name for change in changed.changes)
            yield changed
        on_python = self._on_another_python()
        if on_python is not None:
            yield on_python
        if not covered:
            several = self._several()
            if several is not None:
                yield several
        for name in self._names:
            fix = None if name in covered else self._without(name)
            if fix is not None:
                yield fix

    def _openings(self) -> Iterator[Fix]:
        """Let versions be chosen that are not, unless somebody names them."""
        for fact in self._conflict:
            fix = None
            if fact.kind == "prerelease":
                fix = self._with_prerelease(fact)
            elif fact.kind == "yanked":
                fix = self._pinned(fact)
            if fix is not None:
                yield fix

    # Kinds of changes

    def _respecified(self) -> Iterator[Fix]:
        """Change what is required of one package, as little as possible.

        First every package is tried without what is required of it, since that finds whether a
        change can help at all; what time is left is for changes that go less far.
        """
        found: list[tuple[str, Resolution]] = []
        with suppress(OutOfTime):
            for name in self._names:
                roots = self._roots_of(name)
                if any(_can_be_freed(root) for root in roots):
                    free = self._tried({root: _with_specifiers(root, ANY) for root in roots})
                    if free is not None:
                        found.append((name, free))
        for name, free in found:
            fix = self._nearest(name, free)
            if fix is not None:
                yield fix

    def _nearest(self, name: str, free: Resolution) -> Fix | None:
        """Find the smallest change, knowing what is chosen without any requirement.

        The change that just admits that needs no trial to be right.
        """
        version = free.packages[name].version
        changed: Changed = {}
        try:
            for change in (_next_step, _adjusted):
                before, changed = changed, self._changed_by(change, name, version)
                resolution = self._tried(changed) if changed and changed != before else None
                if resolution is not None:
                    return self._fix("specifier", changed, resolution)
        except OutOfTime:
            changed = self._changed_by(_adjusted, name, version)
            return self._fix("specifier", changed, free) if changed else None
        return None

    def _changed_by(
        self, change: Callable[[SpecifierSet, str], SpecifierSet], name: str, version: str
    ) -> Changed:
        changed = {
            root: _with_specifiers(root, change(root.dependency.specifiers, version))
            for root in self._roots_of(name)
        }
        return {root: new for root, new in changed.items() if new != root}

    def _roots_of(self, name: str) -> list[Root]:
        return [root for root in self._problem.roots if root.dependency.name == name]

    def _with_prerelease(self, fact: ConflictFact) -> Fix | None:
        """Name a pre-release, so that it may be chosen."""
        newest = fact.versions.rpartition(" ")[2].removeprefix(">=")
        return self._with_lower_bound(fact.package, f">={newest}", "prerelease")

    def _pinned(self, fact: ConflictFact) -> Fix | None:
        """Pin a yanked version, which is the way to have one."""
        newest = fact.versions.rpartition(" ")[2].removeprefix(">=").removeprefix("<=")
        return self._with_lower_bound(fact.package, f"=={newest}", "yanked")

    def _with_lower_bound(self, name: str, clause: str, kind: str) -> Fix | None:
        try:
            specifiers = parse_specifiers(clause)
        except InvalidValue:
            return None
        roots = [root for root in self._blamed if root.dependency.name == name]
        changed: dict[Root, Root | None] = {
            root: _with_specifiers(root, _with_clause(root.dependency.specifiers, specifiers))
            for root in roots
            if root.dependency.url is None
        }
        added = []
        if not roots and self._blamed:
            added.append(
                Root(self._blamed[0].category, Dependency(name, (), specifiers), source="")
            )
        resolution = self._tried(changed, added)
        return None if resolution is None else self._fix(kind, changed, resolution, added)

    def _on_another_python(self) -> Fix | None:
        """Ask for the oldest Python that all versions in question can be used with."""
        solve = self._means.solve_for_python
        conflict = self._conflict
        for _ in range(_MOST_ROUNDS):
            python = _python_for(conflict)
            if solve is None or python is None:
                return None
            self._check()
            try:
                resolution = solve(self._problem, python)
            except ResolutionError as error:
                conflict = error.conflict
            except PipenvError:
                return None
            else:
                return Fix("python", (), self._versions(resolution), python)
        return None

    def _without(self, name: str) -> Fix | None:
        """Remove the entries of one package."""
        if len(self._names) < 2 and len(self._problem.roots) < 2:
            return None
        changed: dict[Root, Root | None] = {
            root: None for root in self._problem.roots if root.dependency.name == name
        }
        resolution = self._tried(changed)
        return None if resolution is None else self._fix("remove", changed, resolution)

    def _several(self) -> Fix | None:
        """Change several entries: where there is more than one conflict, one is not enough."""
        freed: dict[Root, Root | None] = {}
        resolution = None
        conflict = self._conflict
        for _ in range(_MOST_ROUNDS):
            more = [
                root
                for root in self._problem.roots
                if root not in freed and _can_be_freed(root) and is_blamed(root, conflict)
            ]
            if not more:
                return None
            freed.update((root, _with_specifiers(root, ANY)) for root in more)
            self._check()
            try:
                resolution = self._means.solve(self._changed(freed))
                break
            except ResolutionError as error:
                conflict = error.conflict
            except PipenvError:
                return None
        if resolution is None:
            return None
        for root in [*freed]:
            kept = {each: new for each, new in freed.items() if each is not root}
            without = self._tried(kept) if kept else None
            if without is not None:
                freed, resolution = kept, without
        chosen = resolution.packages
        changed: dict[Root, Root | None] = {
            root: _with_specifiers(
                root, _adjusted(root.dependency.specifiers, chosen[root.dependency.name].version)
            )
            for root in freed
        }
        changed = {root: new for root, new in changed.items() if new != root}
        resolution = self._tried(changed)
        return None if resolution is None else self._fix("specifier", changed, resolution)

    # Steps

    def _check(self) -> None:
        if not self._means.is_time_left():
            raise OutOfTime

    def _changed(self, changed: Changed, added: Sequence[Root] = ()) -> ResolverProblem:
        roots = [changed.get(root, root) for root in self._problem.roots]
        return self._problem._replace(roots=(*(root for root in roots if root is not None), *added))

    def _tried(self, changed: Changed, added: Sequence[Root] = ()) -> Resolution | None:
        """Solve with some roots replaced; None if that does not help, or cannot be told."""
        return self._of(lambda: self._means.solve(self._changed(changed, added)))

    def _of(self, solve: Callable[[], Resolution]) -> Resolution | None:
        self._check()
        try:
            return solve()
        except PipenvError:
            return None

    def _fix(
        self,
        kind: str,
        changed: Changed,
        resolution: Resolution,
        added: Sequence[Root] = (),
    ) -> Fix:
        changes = [
            EntryChange(
                root.category,
                root.dependency.name,
                str(root.dependency.specifiers) or "*",
                None if new is None else str(new.dependency.specifiers) or "*",
                root.source,
            )
            for root, new in changed.items()
        ]
        changes += [
            EntryChange(root.category, root.dependency.name, None, str(root.dependency.specifiers))
            for root in added
        ]
        names = [change.name for change in changes if change.name not in self._names]
        return Fix(kind, tuple(changes), self._versions(resolution, names))

    def _versions(
        self, resolution: Resolution, more: Iterable[str] = ()
    ) -> tuple[tuple[str, str], ...]:
        return tuple(
            (name, resolution.packages[name].version)
            for name in (*self._names, *more)
            if name in resolution.packages
        )


def is_blamed(root: Root, conflict: Iterable[ConflictFact]) -> bool:
    """Tell whether a root is among the facts of a conflict."""
    dependency = root.dependency
    return any(
        fact.kind == "requirement"
        and fact.package == dependency.name
        and fact.category == root.category
        and fact.requirement == required(dependency)
        for fact in conflict
    )


def sentence(fix: Fix) -> str:
    """Say what to do and what comes of it."""
    if fix.kind == "python":
        todo = f'set python_version = "{fix.python}" in [requires]'
    else:
        todo = _joined([_todo(change) for change in fix.changes])
    chosen = [f"{name} {version}" for name, version in fix.versions]
    if not chosen:
        return f"{todo}: then everything else can be locked"
    return f"{todo}: then {_joined(chosen)} {'is' if len(chosen) == 1 else 'are'} locked"


def _todo(change: EntryChange) -> str:
    place = f" ({change.source})" if change.source else ""
    if change.new is None:
        return f"remove {change.name}{place}"
    if change.old is None:
        return f'add {change.name} = "{change.new}" to the Pipfile'
    return f'change {change.name} to "{change.new}"{place}'


def _goes_down(fix: Fix) -> bool:
    """Tell whether a change asks for older versions; what leads to newer ones comes first."""
    chosen = dict(fix.versions)
    return any(
        parse_version(chosen[change.name]).key < low
        for change in fix.changes
        if change.old is not None and change.name in chosen
        for clause in parse_specifiers(change.old).clauses
        if (low := clause.low) is not None and not clause.is_excluding
    )


def _joined(texts: Sequence[str]) -> str:
    *others, last = texts
    return f"{', '.join(others)} and {last}" if others else last


def _can_be_freed(root: Root) -> bool:
    return bool(root.dependency.specifiers.clauses) and root.dependency.url is None


def _with_specifiers(root: Root, specifiers: SpecifierSet) -> Root:
    if root.dependency.url is not None:
        return root
    return root._replace(dependency=root.dependency._replace(specifiers=specifiers))


def _adjusted(specifiers: SpecifierSet, version: str) -> SpecifierSet:
    """Move the clauses that refuse a version just as far as is needed; drop those that exclude."""
    return _rewritten(specifiers, version, _moved)


def _next_step(specifiers: SpecifierSet, version: str) -> SpecifierSet:
    """Like `_adjusted`, but an upper bound goes one step further only: from ``<2`` to ``<3``."""
    return _rewritten(specifiers, version, _moved_one_step)


def _rewritten(
    specifiers: SpecifierSet, version: str, move: Callable[[Specifier, str], str | None]
) -> SpecifierSet:
    key = parse_version(version).key
    texts = []
    for clause in specifiers.clauses:
        text: str | None = str(clause)
        if not parse_specifiers(str(clause)).contains(key, version):
            text = move(clause, version)
        if text is not None and text not in texts:
            texts.append(text)
    return parse_specifiers(",".join(texts))


def _moved(clause: Specifier, version: str) -> str | None:
    operator, written = clause.operator, clause.version
    base = parse_version(version)
    release = base.release
    if operator == "!=":
        return None
    if operator == "<":
        old = _release_of(written)
        places = len(old) if release[:1] == old[:1] else 1
        release = (*release, *(0 for _ in range(places - len(release))))
        return f"<{_shown(base.epoch, _following(release[:places]))}"
    if clause.is_wildcard:
        return f"=={_shown(base.epoch, release[: len(_release_of(written[:-2]))])}.*"
    if operator == "~=" and len(release) >= len(_release_of(written)):
        kept = release[: max(2, len(_release_of(written)))]
        return f"~={_shown(base.epoch, kept)}"
    if operator in {"~=", ">", ">="} and not base.is_prerelease:
        return f">={_shown(base.epoch, release[: max(2, len(_release_of(written)))])}"
    if operator in {"~=", ">"}:
        return f">={base.public}"
    return f"{operator}{version}"


def _moved_one_step(clause: Specifier, version: str) -> str | None:
    written = clause.version
    if clause.operator == "<":
        base = parse_version(written)
        return f"<{_shown(base.epoch, _following(base.release))}"
    if clause.is_wildcard and clause.operator == "==":
        base = parse_version(written[:-2])
        if parse_version(version).release > base.release:
            return f"=={_shown(base.epoch, _following(base.release))}.*"
    return _moved(clause, version)


def _release_of(written: str) -> tuple[int, ...]:
    return parse_version(written).release


def _following(release: tuple[int, ...]) -> tuple[int, ...]:
    return (*release[:-1], release[-1] + 1)


def _shown(epoch: int, release: Sequence[int]) -> str:
    text = ".".join(map(str, release))
    return f"{epoch}!{text}" if epoch else text


def _with_clause(specifiers: SpecifierSet, wanted: SpecifierSet) -> SpecifierSet:
    """Put a clause in the place of the bounds that it makes superfluous."""
    if wanted.exact_pin is not None:
        return wanted
    kept = [str(clause) for clause in specifiers.clauses if clause.operator in {"<", "<=", "!="}]
    return parse_specifiers(",".join([str(wanted), *kept]))


def _python_for(conflict: Iterable[ConflictFact]) -> str | None:
    """The oldest ``X.Y`` with which the versions ruled out by Requires-Python can be used.

    Of several versions of a package one is enough, but of every package one is needed.
    """
    wishes: dict[str, list[SpecifierSet]] = {}
    for fact in conflict:
        if fact.reason.startswith(NEEDS_PYTHON):
            text = fact.reason.removeprefix(NEEDS_PYTHON).partition(" or ")[0]
            try:
                wishes.setdefault(fact.package, []).append(parse_specifiers(text))
            except InvalidValue:
                continue
    if not wishes:
        return None
    for minor in range(_NEWEST_MINOR):
        python = f"3.{minor}"
        key = parse_version(f"{python}.{_NEWEST_MINOR}").key
        if all(any(wish.contains(key) for wish in listed) for listed in wishes.values()):
            return python
    return None
