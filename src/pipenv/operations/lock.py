"""From a Pipfile to a Lockfile: collect requirements, solve, attach the facts of each version."""

from __future__ import annotations

from types import MappingProxyType

from pipenv.errors import InvalidPipfile, ResolutionError
from pipenv.events import Notice, StageFinished, StageStarted, Trace
from pipenv.lockfile.changes import changes_between, choices_of_merge, moves_between
from pipenv.lockfile.generator import LockedFacts, generate
from pipenv.lockfile.reasons import reasons_for
from pipenv.lockfile.writer import write_lockfile
from pipenv.models.names import canonical_name
from pipenv.models.origins import IndexOrigin
from pipenv.models.records import NamedTuple
from pipenv.models.specifiers import ANY
from pipenv.models.targets import only
from pipenv.operations.catalog_options import CatalogOptions
from pipenv.operations.documents import (
    lock_newline,
    read_text,
)
from pipenv.operations.exclusive import replacing
from pipenv.operations.failed_lock import FailedLock
from pipenv.operations.lock_targets import LockTargets, lock_targets
from pipenv.operations.only_indexes import OnlyIndexes
from pipenv.operations.package_words import united
from pipenv.operations.policies import apply_policies, insist_on_resolver
from pipenv.operations.solved_lock import SolvedLock
from pipenv.operations.sourcing import (
    certain_names,
    settled,
    tell_about_projects,
    with_found_indexes,
)
from pipenv.operations.verify import accepted_hashes
from pipenv.pipfile.document import line_of, lock_category
from pipenv.pipfile.entries import parse_entry
from pipenv.resolver.portability import applying, resolve
from pipenv.resolver.problem import Dependency, ResolverProblem, Root
from pipenv.resolver.solver import solve

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pipenv.index.catalog import Catalog
    from pipenv.lockfile.changes import Changes, Move
    from pipenv.lockfile.schema import Lockfile, MergedPin
    from pipenv.models.interpreters import Environment
    from pipenv.models.markers import Marker
    from pipenv.operations.direct import DirectPackages
    from pipenv.operations.late_builder import LateBuilder
    from pipenv.operations.session import Session
    from pipenv.operations.solved_lock import PylockFile
    from pipenv.pipfile.document import Pipfile
    from pipenv.pipfile.entries import PipfileRequirement
    from pipenv.resolver.edited_requirements import Override
    from pipenv.resolver.resolution import PortableResolution

    DirectReader = DirectPackages | OnlyIndexes


class LockRequest(NamedTuple):
    """What to lock and how much may move."""

    pipfile: Pipfile
    keep: str
    """``pins``: versions of the present lock stay unless they must move; ``nothing``: newest."""
    moving: Collection[str] = ()
    """Canonical names whose present pins do not count."""
    categories: tuple[str, ...] = ()
    """Pipfile categories to renew; what only others have moves if it must. Empty: all."""
    pipfile_text: str | None = None
    """Written together with the lock, when the Pipfile was edited."""
    extra_roots: tuple[Root, ...] = ()
    """Requirements that hold for this lock, but are not in the Pipfile."""
    limits: Mapping[str, Override] = MappingProxyType({})
    """Canonical name → what holds for a package in this lock if it is needed at all."""
    is_passing: bool = False
    """For this environment alone and never written: no earlier lock counts."""
    lowest: Collection[str] = ()
    """Canonical names of packages of which the oldest version that fits is wanted."""
    wants_advice: bool = True
    """A failure is worth seconds of looking for what would help."""


class LockOutcome(NamedTuple):
    """A lock that was made but not yet written."""

    pipfile: Pipfile
    pipfile_text: str | None
    lockfile: Lockfile
    lock_text: str
    changes: Changes
    is_new_text: bool
    reasons: Mapping[str, str] = MappingProxyType({})
    """Name → why it changed."""
    moves: tuple[Move, ...] = ()
    """`changes` by category."""
    merged: tuple[tuple[MergedPin, str | None], ...] = ()
    """On what the two sides of a lock with merge conflicts differed, and what was chosen."""
    pylock: PylockFile | None = None
    """The same lock in the other form, if that is wanted."""


def lock(session: Session, request: LockRequest, environment: Environment) -> LockOutcome:
    """Resolve the Pipfile of `request` for `environment`; nothing is written.

    Raises:
        InvalidPipfile: an entry means nothing.
        ResolutionError: no set of versions fits.
        NetworkError: an index could not be asked.
    """
    pipfile = request.pipfile
    insist_on_resolver(session.settings.text("resolver"))
    previous = None if request.is_passing else session.previous_lockfile()
    target = environment.interpreter.target()
    if request.is_passing:
        alone = only(target, ANY)
        aim = LockTargets(alone, alone, says_python=False)
    else:
        aim = lock_targets(pipfile.requires, pipfile.settings.get("platforms"), target)
    listed = parsed_entries(pipfile)
    session.report(StageStarted("resolve"))
    sources = session.used_sources(pipfile)
    builder = session.builder(environment.interpreter, sources)
    direct = _direct(session, request, builder, listed, previous)
    entries = direct.listed(listed)
    catalog = session.catalog(
        aim.targets,
        sources,
        index_of(entries),
        builder,
        CatalogOptions(
            direct=direct.metadata,
            no_binary=united(no_binary_names(entries), session.names_to_build()),
        ),
    )
    try:
        problem = _problem(session, request, entries, previous)
        _prefetch(catalog, problem, previous)
        direct.begin(root.dependency for root in problem.roots)
        provider, problem = apply_policies(session, pipfile, catalog, problem, request.limits)
        try:
            resolution = settled(
                catalog,
                session.report,
                lambda report: resolve(
                    problem,
                    provider,
                    report,
                    told_apart=aim.told_apart,
                    markers=_markers(previous) if request.keep == "pins" else (),
                    dead_ends=_dead_ends(entries),
                ),
            )
        except ResolutionError as error:
            if catalog.misses_something:
                raise catalog.all_that_is_missing() from error
            # What fails is told of the environment that locks, and so is what helps.
            inside = aim.targets.for_here()
            failed = FailedLock(
                pipfile,
                applying(problem, inside),
                catalog,
                provider.within(inside),
                aim.targets.here,
                previous,
                solve,
                lambda other: apply_policies(session, pipfile, other, problem, request.limits)[0],
            )
            _advise(session, request, error, failed)
            raise
        _tell(session, resolution)
        tell_about_projects(catalog, problem, session.namesakes, session.report)
        facts = _facts(catalog, resolution, entries, direct)
        elsewhere = {}
        if not request.is_passing:
            elsewhere = _facts_elsewhere(session, catalog, entries, resolution, direct)
        lockfile = generate(
            pipfile=pipfile,
            content_hash=session.content_hash(pipfile),
            sources=session.written_sources(pipfile),
            entries=entries,
            resolution=resolution,
            facts=facts,
            elsewhere=elsewhere,
            says_python=aim.says_python,
            previous=previous,
            keeps_markers=request.keep == "pins",
        )
        lockfile = with_found_indexes(lockfile, catalog)
        solved = SolvedLock(
            *(pipfile, problem, catalog, provider, direct.facts, aim, _dead_ends(entries)),
            *(resolution, lockfile),
        )
        pylock = None if request.is_passing else session.pylock(solved)
    finally:
        direct.close()
        catalog.close()
    session.report(StageFinished("resolve"))
    changes = changes_between(previous, lockfile)
    text = write_lockfile(lockfile, newline=lock_newline(session.project))
    if previous is not None and lockfile.content_hash != previous.content_hash:
        text = _with_old_hash(session, pipfile, lockfile, previous, text)
    return LockOutcome(
        pipfile=pipfile,
        pipfile_text=request.pipfile_text,
        lockfile=lockfile,
        lock_text=text,
        changes=changes,
        is_new_text=text != read_text(session.project.lockfile_path),
        reasons=reasons_for(changes, resolution, asked=request.moving, is_first=previous is None),
        moves=moves_between(previous, lockfile),
        merged=choices_of_merge(previous, lockfile),
        pylock=pylock,
    )


def _advise(
    session: Session, request: LockRequest, error: ResolutionError, failed: FailedLock
) -> None:
    if request.wants_advice:
        session.advise(error, failed)


def _direct(
    session: Session,
    request: LockRequest,
    builder: LateBuilder,
    listed: Mapping[str, list[PipfileRequirement]],
    previous: Lockfile | None,
) -> DirectReader:
    if all(isinstance(each.origin, IndexOrigin) for entries in listed.values() for each in entries):
        return OnlyIndexes()
    from pipenv.operations.direct import DirectPackages, kept_pins

    if request.keep != "pins" and not session.settings.flag("offline"):
        return DirectPackages(session, builder)
    kept = kept_pins(session, request.pipfile, previous, request.moving)
    return DirectPackages(session, builder, kept)


def _with_old_hash(
    session: Session, pipfile: Pipfile, lockfile: Lockfile, previous: Lockfile, text: str
) -> str:
    """The old text where only the form of the Pipfile's hash would change.

    Tools that write the historic form would find their lock changed by every run otherwise.
    """
    old_hash = previous.content_hash
    if old_hash not in accepted_hashes(session, pipfile):
        return text
    same = write_lockfile(
        lockfile._replace(content_hash=old_hash), newline=lock_newline(session.project)
    )
    return same if same == read_text(session.project.lockfile_path) else text


def write(session: Session, outcome: LockOutcome) -> None:
    """Write the lock, and the Pipfile where it was edited; all of them or none."""
    with replacing(session, changed_files(session, outcome)):
        pass


def changed_files(session: Session, outcome: LockOutcome) -> dict[str, str]:
    """Path → new text of the files that `outcome` changes, in the order of writing.

    The lock goes before the Pipfile, so that a Pipfile never waits for its lock, and before the
    lock its other form, so that it is never the older of the two for long.
    """
    found: dict[str, str] = {}
    if outcome.pylock is not None and outcome.pylock.text != read_text(outcome.pylock.path):
        found[outcome.pylock.path] = outcome.pylock.text
    if outcome.is_new_text:
        found[session.project.lockfile_path] = outcome.lock_text
    if outcome.pipfile_text is not None:
        found[session.project.pipfile_path] = outcome.pipfile_text
    return found


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


def index_of(entries: Mapping[str, list[PipfileRequirement]]) -> dict[str, str]:
    """Canonical name → the source that its entry names."""
    return {
        canonical_name(entry.name): entry.index
        for listed in entries.values()
        for entry in listed
        if entry.index
    }


def no_binary_names(entries: Mapping[str, list[PipfileRequirement]]) -> frozenset[str]:
    """Canonical names of packages that are to be built from their source distributions."""
    return frozenset(
        canonical_name(entry.name)
        for listed in entries.values()
        for entry in listed
        if entry.no_binary
    )


def _problem(
    session: Session,
    request: LockRequest,
    entries: Mapping[str, list[PipfileRequirement]],
    previous: Lockfile | None,
) -> ResolverProblem:
    roots = tuple(
        Root(
            category=lock_category(category),
            dependency=_dependency(entry),
            source=_source_words(request.pipfile, category, entry.name),
        )
        for category, listed in entries.items()
        for entry in listed
        if not entry.skip_resolver
    )
    preferences = {} if previous is None else _preferences(request, previous)
    return ResolverProblem(
        roots=(*roots, *request.extra_roots),
        preferences=preferences,
        allow_prereleases=session.settings.flag("pre")
        or request.pipfile.settings.get("allow_prereleases") is True,
        conflicts=_conflicts(request.pipfile),
        is_divided=request.pipfile.settings.get("use_default_constraints", True) is False,
        lowest=frozenset(request.lowest),
    )


def _preferences(request: LockRequest, previous: Lockfile) -> dict[str, str]:
    """Canonical name → version to keep: of all that is not to move."""
    renewed = {lock_category(category) for category in request.categories}
    keeps = request.keep == "pins" or previous.merged is not None
    if not keeps and not renewed:
        return {}
    moving = set(request.moving)
    if not keeps:
        for category in renewed:
            moving.update(map(canonical_name, previous.categories.get(category, ())))
    found: dict[str, str] = {}
    for pins in previous.categories.values():
        for name, pin in pins.items():
            if pin.version and canonical_name(name) not in moving:
                found.setdefault(canonical_name(name), pin.version)
    return found


def _conflicts(pipfile: Pipfile) -> tuple[frozenset[str], ...]:
    """The sets of categories that ``[pipenv] conflicts`` lists, by their lock names.

    Raises:
        InvalidPipfile: it is no list of lists of categories.
    """
    written = pipfile.settings.get("conflicts", [])
    if not isinstance(written, list) or not all(
        isinstance(each, list) and all(isinstance(name, str) for name in each) for each in written
    ):
        raise InvalidPipfile(
            '[pipenv] conflicts must be a list of lists of categories, such as [["cpu", "gpu"]]'
        )
    return tuple(frozenset(map(lock_category, each)) for each in written)


def _markers(previous: Lockfile | None) -> list[Marker]:
    """The markers of a lock: what its entries say must be told apart to be compared."""
    if previous is None:
        return []
    pins = (pin for section in previous.categories.values() for pin in section.values())
    return [*{pin.marker: None for pin in pins if pin.marker is not None}]


def _dead_ends(entries: Mapping[str, list[PipfileRequirement]]) -> dict[str, frozenset[str]]:
    """Per category the packages whose needs are not to be locked."""
    return {
        lock_category(category): frozenset(
            entry.requirement.key for entry in listed if entry.skip_resolver
        )
        for category, listed in entries.items()
    }


def _tell(session: Session, resolution: PortableResolution) -> None:
    """Say what did not come out as each category, or each platform, would have it alone."""
    effort = resolution.shared.statistics
    session.report(
        Trace(
            f"resolved with {effort.decisions} decisions, {effort.conflicts} conflicts, "
            f"{effort.backtracks} backtracks, {effort.restarts} restarts"
        )
    )
    for move in resolution.moves:
        because = f", because {move.reason}" if move.reason else " because of other categories"
        session.report(
            Notice(
                "moved-together",
                f"[packages] alone would have {move.name} {move.alone}; "
                f"{move.together} is locked{because}",
            )
        )
    for each in resolution.compromises:
        if not each.name:
            where = f" for {each.needed_by}" if each.needed_by else ""
            text = f"Pipfile.lock does not hold{where}: {each.requirement}"
        else:
            where = f" where {each.where}" if each.where is not None else " on other platforms"
            locked = f"{each.name} {each.version}" if each.version else f"no {each.name}"
            text = f"{locked} is locked, but {each.needed_by} needs {each.requirement}{where}"
        session.report(Notice("not-portable", text))


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
        names.extend(certain_names(catalog, previous))
    catalog.prefetch(dict.fromkeys(names), wanted, problem.preferences)


def _facts(
    catalog: Catalog,
    resolution: PortableResolution,
    entries: Mapping[str, list[PipfileRequirement]],
    direct: DirectReader,
) -> dict[tuple[str, str], LockedFacts]:
    """What the lock says about each version, by canonical name and version."""
    versions: dict[tuple[str, str], str | None] = {
        (name, package.version): package.url
        for each in (resolution.shared, *resolution.separate.values())
        for name, package in each.packages.items()
    }
    for listed in entries.values():
        for entry in listed:
            pin = entry.requirement.specifiers.exact_pin
            if entry.skip_resolver and pin is not None:
                versions.setdefault((entry.requirement.key, pin), None)
    return {
        (name, version): direct.facts(name, url) if url else _facts_of(catalog, name, version)
        for (name, version), url in versions.items()
    }


def _facts_of(catalog: Catalog, name: str, version: str) -> LockedFacts:
    return LockedFacts(
        digests=catalog.digests(name, version),
        requires_python=catalog.requires_python(name, version),
    )


def _facts_elsewhere(
    session: Session,
    catalog: Catalog,
    entries: Mapping[str, list[PipfileRequirement]],
    resolution: PortableResolution,
    direct: DirectReader,
) -> dict[str, tuple[str, LockedFacts]]:
    """Versions for the entries that apply nowhere: they are locked, not forgotten."""
    chosen: dict[str, tuple[str, LockedFacts]] = {}
    for category, listed in entries.items():
        reached = resolution.reached.get(lock_category(category), {})
        for entry in listed:
            key = entry.requirement.key
            if key in reached or key in chosen or entry.skip_resolver:
                continue
            if entry.requirement.url is not None:
                chosen[key] = ("", direct.facts_elsewhere(entry))
                continue
            version = catalog.newest_anywhere(key, entry.requirement.specifiers)
            if version is None:
                session.report(
                    Notice("elsewhere", f"no version of {entry.name} fits {entry.requirement}")
                )
                continue
            chosen[key] = (version, _facts_of(catalog, key, version))
    return chosen
