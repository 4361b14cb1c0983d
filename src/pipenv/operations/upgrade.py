"""Move packages to newer versions: all that a Pipfile admits, or some by name and little else."""

from __future__ import annotations

from pipenv.errors import ProjectError, RequestRefused
from pipenv.events import Notice
from pipenv.models.names import canonical_name
from pipenv.models.records import NamedTuple
from pipenv.operations import lock as locking
from pipenv.operations import sync as syncing
from pipenv.operations.beginning import ensure_pipfile
from pipenv.operations.change import ChangeOutcome, write_and_carry_out
from pipenv.operations.direct import named_additions
from pipenv.operations.documents import read_previous_lockfile, read_text
from pipenv.operations.environment import (
    ensure_environment,
    has_environment,
    installed_in,
    locking_environment,
)
from pipenv.operations.imported import with_sources
from pipenv.pipfile.document import lock_category, parse_pipfile
from pipenv.pipfile.editing import set_entry
from pipenv.pipfile.entries import merged_value
from pipenv.resolver.problem import Dependency, Root

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipenv.models.indexes import Index
    from pipenv.models.interpreters import Environment
    from pipenv.operations.additions import Addition
    from pipenv.operations.session import Session
    from pipenv.pipfile.document import Pipfile


class UpgradeRequest(NamedTuple):
    """What is to move."""

    additions: tuple[Addition, ...]
    """The named packages; empty: `everything` or only what the lock has to catch up with."""
    sources: tuple[Index, ...]
    """What the Pipfile does not have yet and is to have."""
    categories: tuple[str, ...]
    """Pipfile categories; empty: `[packages]`, or where the named packages are listed."""
    everything: bool
    """Take the newest of all packages in the categories."""
    edits_pipfile: bool
    installs: bool
    """Bring the environment to the new lock."""


class OutdatedPackage(NamedTuple):
    """An installed package of which a newer version could be locked."""

    name: str
    installed: str
    available: str


def upgrade(session: Session, request: UpgradeRequest) -> ChangeOutcome:
    """Lock newer versions, and install them if asked.

    Pins of packages that were not named stay unless they must move.

    Raises:
        ResolutionError, NetworkError, IntegrityError, BuildError: nothing was written.
        InstallError: the environment could not be changed; both files are as they were.
    """
    environment = ensure_environment(session)
    ensure_pipfile(session, environment.interpreter)
    before = read_text(session.project.pipfile_path) or ""
    pipfile = parse_pipfile(before, path=session.project.pipfile_path)
    additions = named_additions(session, request.additions, environment)
    text = _with_sources(session, before, request)
    roots: list[Root] = []
    renewed = request.categories or ("packages",)
    if additions:
        renewed = ()
        for addition in additions:
            for category in _categories_of(session, pipfile, addition, request.categories):
                if request.edits_pipfile:
                    text = _edited(session, text, category, addition)
                else:
                    roots.append(_root(category, addition))
    locked = locking.lock(
        session,
        locking.LockRequest(
            pipfile=parse_pipfile(text, path=session.project.pipfile_path),
            keep="nothing" if request.everything else "pins",
            moving={addition.requirement.key for addition in additions},
            categories=renewed if request.everything else (),
            pipfile_text=text if text != before else None,
            extra_roots=tuple(roots),
        ),
        environment,
    )
    if not request.installs:
        locking.write(session, locked)
        return ChangeOutcome(locked=locked, synced=None, lockfile=locked.lockfile)
    to_install = {"default", *map(lock_category, request.categories)}
    ordered = [name for name in locked.lockfile.categories if name in to_install]
    prepared = syncing.prepare(session, locked.lockfile, ordered, environment)
    synced = write_and_carry_out(session, locked, prepared)
    return ChangeOutcome(locked=locked, synced=synced, lockfile=locked.lockfile)


def _with_sources(session: Session, text: str, request: UpgradeRequest) -> str:
    if not request.sources:
        return text
    if not request.edits_pipfile:
        raise RequestRefused(
            "the Pipfile has no such [[source]], and --lock-only leaves it as it is",
            hints=["leave out --lock-only, or add the source to the Pipfile first"],
        )
    return with_sources(text, request.sources, session.first_source)


def outdated(session: Session, categories: Sequence[str]) -> list[OutdatedPackage]:
    """Compare what is installed with what a new lock would have; nothing is written or made.

    Raises:
        ResolutionError, NetworkError: see `lock`.
    """
    is_there = session.settings.flag("system") or has_environment(session)
    environment = ensure_environment(session) if is_there else locking_environment(session)
    request = locking.LockRequest(pipfile=session.pipfile(), keep="nothing")
    locked = locking.lock(session, request, environment)
    if is_there:
        return _differences(session, locked, categories, environment)
    said = "there is no virtualenv, so nothing is installed; `pipenv outdated` compares the lock"
    session.report(Notice("no-environment", said))
    return []


def _differences(
    session: Session,
    locked: locking.LockOutcome,
    categories: Sequence[str],
    environment: Environment,
) -> list[OutdatedPackage]:
    installed = {each.key: each for each in installed_in(session, environment)}
    found: dict[str, OutdatedPackage] = {}
    for category in map(lock_category, categories or ("packages",)):
        for name, pin in locked.lockfile.categories.get(category, {}).items():
            present = installed.get(canonical_name(name))
            if present is not None and pin.version and present.version != pin.version:
                found[name] = OutdatedPackage(name, present.version, pin.version)
    return [found[name] for name in sorted(found)]


def _categories_of(
    session: Session, pipfile: Pipfile, addition: Addition, named: Sequence[str]
) -> tuple[str, ...]:
    """Where a named package is to be upgraded.

    One that is listed in other categories than the ones named is upgraded there.
    """
    key = addition.requirement.key
    listing = tuple(
        category
        for category in pipfile.categories
        if any(canonical_name(name) == key for name in pipfile.entries(category))
    )
    wanted = tuple(named) or ("packages",)
    found = tuple(category for category in wanted if category in listing)
    if found:
        return found
    if listing:
        places = " and ".join(f"[{category}]" for category in listing)
        session.report(
            Notice("elsewhere-listed", f"{addition.requirement.name} is listed in {places}")
        )
        return listing
    previous = read_previous_lockfile(session.project, session.report)
    is_locked = previous is not None and any(
        canonical_name(name) == key for pins in previous.categories.values() for name in pins
    )
    is_bare = addition.origin is None and addition.source is None
    if is_locked and is_bare and not addition.requirement.specifiers.clauses:
        return ()  # what others need moves by itself
    return wanted


def _edited(session: Session, text: str, category: str, addition: Addition) -> str:
    pipfile = parse_pipfile(text, path=session.project.pipfile_path)
    entries = pipfile.entries(category)
    name, value = merged_value(
        addition.requirement, entries, origin=addition.origin, index=addition.source
    )
    if entries.get(name) == value:
        return text
    sort = session.settings.flag("sort_pipfile")
    return set_entry(text, category, name, value, sort=sort)


def _root(category: str, addition: Addition) -> Root:
    requirement = addition.requirement
    if requirement.url is not None or addition.origin is not None:
        raise ProjectError(
            f"`{requirement.name}` has an address, which only the Pipfile can hold",
            hints=["leave out --lock-only"],
        )
    needed = Dependency(
        requirement.key, requirement.extras, requirement.specifiers, requirement.marker
    )
    return Root(lock_category(category), needed, "the command line")
