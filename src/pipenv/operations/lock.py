"""From a Pipfile to a Lockfile: collect requirements, solve, attach the facts of each version."""

from __future__ import annotations

from pipenv.errors import InvalidPipfile, ResolutionError
from pipenv.events import Notice, StageFinished, StageStarted
from pipenv.lockfile.changes import changes_between, moves_between
from pipenv.lockfile.generator import LockedFacts, generate
from pipenv.lockfile.schema import with_sections_of
from pipenv.lockfile.writer import write_lockfile
from pipenv.models.names import canonical_name
from pipenv.models.origins import ArchiveOrigin, IndexOrigin
from pipenv.models.records import NamedTuple
from pipenv.operations.documents import (
    lock_newline,
    read_text,
    write_text,
)
from pipenv.operations.failed_lock import FailedLock
from pipenv.operations.healing import choices_of_merge, read_previous_lockfile
from pipenv.pipfile.document import line_of, lock_category
from pipenv.pipfile.entries import parse_entry
from pipenv.resolver.problem import Dependency, ResolverProblem, Root
from pipenv.resolver.solver import solve

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pipenv.index.catalog import Catalog
    from pipenv.lockfile.changes import Changes, Move
    from pipenv.lockfile.schema import Lockfile, MergedPin
    from pipenv.models.interpreters import Environment
    from pipenv.models.targets import Target
    from pipenv.operations.session import Session
    from pipenv.pipfile.document import Pipfile
    from pipenv.pipfile.entries import PipfileRequirement
    from pipenv.resolver.resolution import Resolution


class LockRequest(NamedTuple):
    """What to lock and how much may move."""

    pipfile: Pipfile
    keep: str
    """``pins``: versions of the present lock stay unless they must move; ``nothing``: newest."""
    moving: Collection[str] = ()
    """Canonical names whose present pins do not count."""
    categories: tuple[str, ...] = ()
    """Pipfile categories to renew; the others keep their sections. Empty: all."""
    pipfile_text: str | None = None
    """Written together with the lock, when the Pipfile was edited."""


class LockOutcome(NamedTuple):
    """A lock that was made but not yet written."""

    pipfile: Pipfile
    pipfile_text: str | None
    lockfile: Lockfile
    lock_text: str
    changes: Changes
    is_new_text: bool
    moves: tuple[Move, ...] = ()
    """`changes` by category."""
    merged: tuple[tuple[MergedPin, str | None], ...] = ()
    """On what the two sides of a lock with merge conflicts differed, and what was chosen."""


def lock(session: Session, request: LockRequest, environment: Environment) -> LockOutcome:
    """Resolve the Pipfile of `request` for `environment`; nothing is written.

    Raises:
        InvalidPipfile: an entry means nothing.
        ResolutionError: no set of versions fits.
        NetworkError: an index could not be asked.
    """
    pipfile = request.pipfile
    previous = read_previous_lockfile(session.project, session.report)
    target = session.lock_target(pipfile.requires, environment)
    entries = parsed_entries(pipfile)
    insist_on_indexes(entries)
    session.report(StageStarted("resolve"))
    sources = session.used_sources(pipfile)
    builder = session.builder(environment.interpreter, sources)
    catalog = session.catalog(target, sources, index_of(entries), builder)
    try:
        problem = _problem(session, request, entries, previous, target)
        _prefetch(catalog, problem, previous)
        try:
            resolution = solve(problem, catalog, session.report)
        except ResolutionError as error:
            session.advise(error, FailedLock(pipfile, problem, catalog, target, previous, solve))
            raise
        facts = _facts(catalog, resolution, entries)
        elsewhere = _facts_elsewhere(session, catalog, entries, target)
        lockfile = generate(
            pipfile=pipfile,
            content_hash=session.content_hash(pipfile),
            sources=session.written_sources(pipfile),
            entries=entries,
            resolution=resolution,
            facts=facts,
            elsewhere=elsewhere,
            environment=target.environment,
            previous=previous,
        )
    finally:
        catalog.close()
    session.report(StageFinished("resolve"))
    lockfile = _with_kept_categories(lockfile, previous, request.categories)
    text = write_lockfile(lockfile, newline=lock_newline(session.project))
    return LockOutcome(
        pipfile=pipfile,
        pipfile_text=request.pipfile_text,
        lockfile=lockfile,
        lock_text=text,
        changes=changes_between(previous, lockfile),
        is_new_text=text != read_text(session.project.lockfile_path),
        moves=moves_between(previous, lockfile),
        merged=choices_of_merge(previous, lockfile),
    )


def write(session: Session, outcome: LockOutcome) -> None:
    """Write the lock, and the Pipfile where it was edited; each file is replaced as a whole.

    The lock goes first: killed in between, the old Pipfile finds a lock that does not belong to it
    and the next run makes a new one.
    """
    if outcome.is_new_text:
        write_text(session.project.lockfile_path, outcome.lock_text)
    if outcome.pipfile_text is not None:
        write_text(session.project.pipfile_path, outcome.pipfile_text)


def parsed_entries(pipfile: Pipfile) -> dict[str, list[PipfileRequirement]]:
    """The requirements of every category by Pipfile category, in file order.

    Raises:
        InvalidPipfile: an entry means nothing.
    """
    return {
        category: [
            parse_entry(name, value, category=category)
            for name, value in pipfile.entries(category).items()
        ]
        for category in pipfile.categories
    }


def insist_on_indexes(entries: Mapping[str, list[PipfileRequirement]]) -> None:
    """Refuse what cannot be locked yet: local folders and archives, and repositories.

    Raises:
        InvalidPipfile: an entry names one.
    """
    for category, listed in entries.items():
        for entry in listed:
            origin = entry.origin
            is_url = isinstance(origin, ArchiveOrigin) and "://" in origin.url
            if not isinstance(origin, IndexOrigin) and not is_url:
                raise InvalidPipfile(
                    f"[{category}] `{entry.name}` comes from a local path or a repository, "
                    "and this version of Pipenv cannot lock those yet",
                    hints=["take it from an index, or from the URL of an archive"],
                )


def index_of(entries: Mapping[str, list[PipfileRequirement]]) -> dict[str, str]:
    """Canonical name → the source that its entry names."""
    return {
        canonical_name(entry.name): entry.index
        for listed in entries.values()
        for entry in listed
        if entry.index
    }


def _problem(
    session: Session,
    request: LockRequest,
    entries: Mapping[str, list[PipfileRequirement]],
    previous: Lockfile | None,
    target: Target,
) -> ResolverProblem:
    roots = tuple(
        Root(
            category=lock_category(category),
            dependency=_dependency(entry),
            source=_source_words(request.pipfile, category, entry.name),
        )
        for category, listed in entries.items()
        for entry in listed
        if applies(entry, target) and not entry.skip_resolver
    )
    preferences: dict[str, str] = {}
    if previous is not None and (request.keep == "pins" or previous.merged is not None):
        for pins in previous.categories.values():
            for name, pin in pins.items():
                if pin.version and canonical_name(name) not in request.moving:
                    preferences.setdefault(canonical_name(name), pin.version)
    return ResolverProblem(
        roots=roots,
        preferences=preferences,
        allow_prereleases=session.settings.flag("pre"),
    )


def applies(entry: PipfileRequirement, target: Target) -> bool:
    """Tell whether the entry's marker, if any, holds on `target`."""
    marker = entry.requirement.marker
    return marker is None or marker.evaluate(target.environment)


def _dependency(entry: PipfileRequirement) -> Dependency:
    requirement = entry.requirement
    return Dependency(
        name=requirement.key,
        extras=requirement.extras,
        specifiers=requirement.specifiers,
        marker=requirement.marker,
        url=requirement.url,
    )


def _source_words(pipfile: Pipfile, category: str, name: str) -> str:
    line = line_of(pipfile.text, category, name)
    place = f"Pipfile line {line}" if line else "Pipfile"
    return f"{place}, [{category}]"


def _prefetch(catalog: Catalog, problem: ResolverProblem, previous: Lockfile | None) -> None:
    """Ask at once for every page that will surely, or very likely, be wanted."""
    wanted = {
        root.dependency.name: root.dependency.specifiers
        for root in problem.roots
        if root.dependency.url is None
    }
    names = list(wanted)
    if previous is not None:
        for pins in previous.categories.values():
            names.extend(canonical_name(name) for name, pin in pins.items() if pin.version)
    catalog.prefetch(dict.fromkeys(names), wanted, problem.preferences)


def _facts(
    catalog: Catalog, resolution: Resolution, entries: Mapping[str, list[PipfileRequirement]]
) -> dict[str, LockedFacts]:
    versions = {name: package.version for name, package in resolution.packages.items()}
    for listed in entries.values():
        for entry in listed:
            pin = entry.requirement.specifiers.exact_pin
            if entry.skip_resolver and pin is not None:
                versions.setdefault(entry.requirement.key, pin)
    return {name: _facts_of(catalog, name, version) for name, version in versions.items()}


def _facts_of(catalog: Catalog, name: str, version: str) -> LockedFacts:
    return LockedFacts(
        digests=catalog.digests(name, version),
        requires_python=catalog.requires_python(name, version),
    )


def _facts_elsewhere(
    session: Session,
    catalog: Catalog,
    entries: Mapping[str, list[PipfileRequirement]],
    target: Target,
) -> dict[str, tuple[str, LockedFacts]]:
    """Versions for the entries whose marker is false here: they are locked, not forgotten."""
    chosen: dict[str, tuple[str, LockedFacts]] = {}
    for listed in entries.values():
        for entry in listed:
            key = entry.requirement.key
            if applies(entry, target) or key in chosen:
                continue
            version = catalog.newest_anywhere(key, entry.requirement.specifiers)
            if version is None:
                session.report(
                    Notice("elsewhere", f"no version of {entry.name} fits {entry.requirement}")
                )
                continue
            chosen[key] = (version, _facts_of(catalog, key, version))
    return chosen


def _with_kept_categories(
    lockfile: Lockfile, previous: Lockfile | None, categories: tuple[str, ...]
) -> Lockfile:
    """Put the old sections back for categories that were not asked for."""
    if not categories or previous is None:
        return lockfile
    renewed = {lock_category(category) for category in categories}
    return with_sections_of(lockfile, previous, frozenset(lockfile.categories) - renewed)
