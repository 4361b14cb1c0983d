"""What would help after a failed resolution: changes that were tried, names that may be meant.

Loaded only when a resolution has failed.  Everything together ends after a few seconds; what was
not found by then is not offered.
"""

from __future__ import annotations

from pipenv.errors import BackendFailed, PipenvError, ResolutionError
from pipenv.index.alternative_names import alternatives
from pipenv.models.names import canonical_name
from pipenv.models.tags import supported_tags
from pipenv.pipfile.document import line_of, pipfile_category
from pipenv.resolver.explanation import ALLOW_PRERELEASES, NEEDS_PYTHON, PIN_YANKED
from pipenv.resolver.fixes import ImpatientProvider, Means, propose_fixes, sentence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipenv.index.catalog import Catalog
    from pipenv.models.artifacts import Artifact
    from pipenv.models.conflicts import ConflictFact, Fix
    from pipenv.models.core_metadata import CoreMetadata
    from pipenv.models.targets import Target
    from pipenv.operations.failed_lock import FailedLock
    from pipenv.pipfile.document import Pipfile
    from pipenv.resolver.problem import ResolverProblem
    from pipenv.resolver.resolution import Resolution

SECONDS = 5.0
MOST_SUGGESTIONS = 2
_NO_FILE = ("has wheels only", "has no file")


def advise(
    error: ResolutionError,
    failed: FailedLock,
    catalog_for: Callable[[Target], Catalog],
    clock: Callable[[], float],
) -> None:
    """Add to `error` what helps: `fixes`, `suggestions`, and hints that say them.

    Args:
        error: what solving raised; its facts get Pipfile categories and line numbers.
        failed: what was solved.
        catalog_for: the same indexes for another target; closed here.
        clock: seconds, from wherever it likes to count.
    """
    deadline = clock() + SECONDS

    def is_time_left() -> bool:
        return clock() < deadline

    hints: list[str] = []
    error.suggestions = _suggestions(error, failed, is_time_left)
    if error.suggestions:
        names = " or ".join(f"`{name}`" for name in error.suggestions)
        hints.append(f"did you mean {names}?")
    other = _OtherPythons(failed, catalog_for, is_time_left)
    means = Means(
        lambda problem: failed.solve(problem, ImpatientProvider(failed.provider, is_time_left)),
        is_time_left,
        other.solve,
    )
    fixes: tuple[Fix, ...] = ()
    if not error.suggestions:
        try:
            fixes = propose_fixes(failed.problem, error, means)
        finally:
            other.close()
    hints.extend(sentence(fix) for fix in fixes)
    hints.extend(_place(error, failed))
    if not error.suggestions:
        hints.extend(hint for hint in error.hints if not (fixes and _is_untried(hint)))
    error.hints = tuple(hints)
    error.fixes = tuple(_located_fix(fix, failed.pipfile) for fix in fixes)
    error.conflict = tuple(_located(fact, failed.pipfile) for fact in error.conflict)


def _is_untried(hint: str) -> bool:
    """Tell whether a hint says what might help; where something was tried, that is better."""
    return hint.endswith(ALLOW_PRERELEASES) or hint.startswith(PIN_YANKED)


def _located(fact: ConflictFact, pipfile: Pipfile) -> ConflictFact:
    if not fact.category:
        return fact
    category = pipfile_category(fact.category)
    return fact._replace(category=category, line=_line(pipfile, category, fact.package))


def _located_fix(fix: Fix, pipfile: Pipfile) -> Fix:
    changes = []
    for change in fix.changes:
        category = pipfile_category(change.category)
        line = None if change.old is None else _line(pipfile, category, change.name)
        changes.append(change._replace(category=category, line=line))
    return fix._replace(changes=tuple(changes))


def _line(pipfile: Pipfile, category: str, name: str) -> int | None:
    for written in pipfile.entries(category):
        if canonical_name(written) == name:
            return line_of(pipfile.text, category, written)
    return None


def _place(error: ResolutionError, failed: FailedLock) -> Iterator[str]:
    """Say what Python and platform the lock is for, where that is a reason."""
    target = failed.target
    reasons = [fact.reason for fact in error.conflict]
    if any(reason.startswith(NEEDS_PYTHON) for reason in reasons):
        asked = any(key.startswith("python_") for key in failed.pipfile.requires)
        where = " ([requires] in the Pipfile)" if asked else ""
        yield f"this project uses Python {target.python_version}{where}"
    elif any(reason.startswith(_NO_FILE) for reason in reasons):
        system = target.environment.get("sys_platform", "")
        machine = target.environment.get("platform_machine", "")
        name = target.environment.get("platform_python_implementation", "Python")
        yield f"this is {name} {target.python_full_version} on {system} {machine}".rstrip()


# Names


def _suggestions(
    error: ResolutionError, failed: FailedLock, is_time_left: Callable[[], bool]
) -> tuple[str, ...]:
    """Names that exist, for the name of the user's that does not."""
    if any(fact.kind == "dependency" for fact in error.conflict):
        return ()
    wanted = next((fact.package for fact in error.conflict if fact.kind == "not-found"), None)
    if wanted is None:
        return ()
    locked = _locked_names(failed)
    entries = {root.dependency.name for root in failed.problem.roots}
    catalog = failed.catalog
    guesses = alternatives(wanted, [*locked, *sorted(entries), *_cached_names(failed)])
    is_offline = catalog.shelf.policy.is_offline
    if not is_offline:
        catalog.prefetch(guesses)
    found: list[str] = []
    for guess in guesses:
        if len(found) >= MOST_SUGGESTIONS or not is_time_left():
            break
        try:
            exists = bool(catalog.versions(guess).usable)
        except PipenvError:
            exists = is_offline and guess in locked
        if exists:
            found.append(guess)
    return tuple(found)


def _locked_names(failed: FailedLock) -> dict[str, None]:
    if failed.previous is None:
        return {}
    return {
        canonical_name(name): None for pins in failed.previous.categories.values() for name in pins
    }


def _cached_names(failed: FailedLock) -> list[str]:
    shelf = failed.catalog.shelf
    return [name for source in shelf.sources for name in shelf.store.names(source.url)]


# Other Pythons


class _OtherPythons:
    """Solves for Pythons that the project does not use."""

    def __init__(
        self,
        failed: FailedLock,
        catalog_for: Callable[[Target], Catalog],
        is_time_left: Callable[[], bool],
    ) -> None:
        self._target = failed.target
        self._solve = failed.solve
        self._edited = failed.edited
        self._catalog_for = catalog_for
        self._is_time_left = is_time_left
        self._catalogs: dict[str, Catalog] = {}

    def solve(self, problem: ResolverProblem, python: str) -> Resolution:
        """Solve for a ``python_version``; what would have to be built counts as unusable."""
        if _numbers(python) <= _numbers(self._target.python_version):
            raise ResolutionError(f"an older Python than {python} is in use already")
        catalog = self._catalogs.get(python)
        if catalog is None:
            catalog = self._catalog_for(target_for_python(self._target, python))
            self._catalogs[python] = catalog
        return self._solve(problem, ImpatientProvider(self._edited(catalog), self._is_time_left))

    def close(self) -> None:
        """Stop asking."""
        for catalog in self._catalogs.values():
            catalog.close()


class NoBuilder:
    """A `SourceBuilder` that builds nothing: the Python that it would take may not be here."""

    def metadata(self, archive_path: str, artifact: Artifact) -> CoreMetadata:
        """Refuse; see `SourceBuilder`."""
        del archive_path
        raise BackendFailed(f"`{artifact.filename}` is not built for a Python that is not used")

    def wheel(self, archive_path: str, name: str, version: str) -> str:
        """Refuse; see `SourceBuilder`."""
        del archive_path
        raise BackendFailed(f"`{name}` {version} is not built for a Python that is not used")


def target_for_python(target: Target, python: str) -> Target:
    """The same platform with another minor version of the same implementation."""
    name = target.environment.get("implementation_name", "")
    own = min(target.tags, key=target.tags.__getitem__).split("-") if target.tags else []
    major, minor = _numbers(python)[:2]
    abis = []
    if name == "cpython" and own:
        suffix = own[1].removeprefix(own[0]) if own[1].startswith(own[0]) else ""
        abis.append(f"cp{major}{minor}{suffix}")
    platforms = dict.fromkeys(
        tag.split("-", 2)[2] for tag in sorted(target.tags, key=target.tags.__getitem__)
    )
    platforms.pop("any", None)
    tags = supported_tags(name, (major, minor), abis, tuple(platforms))
    environment = {
        **target.environment,
        "python_version": python,
        "python_full_version": f"{python}.0",
    }
    return target._replace(
        environment=environment, tags={tag: rank for rank, tag in enumerate(tags)}
    )


def _numbers(python: str) -> tuple[int, ...]:
    return tuple(int(part) for part in python.split(".") if part.isdecimal())
