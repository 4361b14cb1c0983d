"""Edit the Pipfile, lock, sync: the one story behind ``install`` and ``uninstall``.

Order, so that a failure leaves everything as it was: edit in memory, solve, fetch and verify every
file, and only then write the two files and change the environment.
"""

from __future__ import annotations

from pipenv.errors import (
    InvalidLockfile,
    LockfileNotFound,
    UntrustedLockfile,
)
from pipenv.events import Notice, silent
from pipenv.installer.plan import InstallPlan, Removal
from pipenv.lockfile.freshness import is_fresh
from pipenv.models.names import canonical_name
from pipenv.models.records import NamedTuple
from pipenv.operations import lock as locking
from pipenv.operations import sync as syncing
from pipenv.operations.beginning import ensure_pipfile, starting_pipfile
from pipenv.operations.chosen_lock import (
    ChosenLock,
    lock_to_install,
    prepare_lock,
    sync_lock,
)
from pipenv.operations.deploying import check_python, require_deployable
from pipenv.operations.direct import named_additions
from pipenv.operations.documents import (
    read_lockfile,
    read_previous_lockfile,
    read_text,
)
from pipenv.operations.environment import (
    ensure_environment,
    existing_environment,
    has_environment,
    installed_in,
    locking_environment,
    plan_environment,
)
from pipenv.operations.exclusive import replacing
from pipenv.operations.imported import (
    NOTHING,
    limits_in,
    narrowed,
    one_of_each,
    with_sources,
)
from pipenv.operations.installed_needs import needed_of
from pipenv.operations.pylock_place import pylock_names
from pipenv.operations.verify import accepted_hashes
from pipenv.pipfile.document import lock_category, parse_pipfile, pipfile_category
from pipenv.pipfile.editing import remove_all, remove_entry, set_entry, set_setting
from pipenv.pipfile.entries import merged_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Container, Mapping, Sequence

    from pipenv.lockfile.schema import Lockfile
    from pipenv.models.interpreters import Environment
    from pipenv.operations.additions import Addition
    from pipenv.operations.imported import Imported
    from pipenv.operations.session import Session
    from pipenv.pipfile.document import Pipfile


class InstallRequest(NamedTuple):
    """``install`` without packages."""

    dev: bool
    categories: tuple[str, ...]
    all_categories: bool
    deploy: bool
    ignore_pipfile: bool

    @property
    def parts(self) -> syncing.PartsRequest:
        """Which parts of the lock are installed."""
        return syncing.PartsRequest(self.dev, self.categories, self.all_categories)


class ChangeOutcome(NamedTuple):
    """What happened to the three: Pipfile, lock, environment."""

    locked: locking.LockOutcome | None
    """`None`: the lock was not touched."""
    synced: syncing.SyncOutcome | None
    added: tuple[str, ...] = ()
    dropped_entries: tuple[str, ...] = ()
    removed: tuple[Removal, ...] = ()
    remaining: tuple[str, ...] = ()
    """Named packages that stay installed because others need them."""
    unknown: tuple[str, ...] = ()
    """Named packages that were to be removed, and were nowhere."""
    lockfile: Lockfile | None = None


def target_categories(*, dev: bool, named: Sequence[str]) -> tuple[str, ...]:
    """The Pipfile categories that a command line names; empty when it names none."""
    if named:
        return tuple(pipfile_category(name) for name in named)
    return ("dev-packages",) if dev else ()


def install(session: Session, request: InstallRequest) -> ChangeOutcome:
    """Bring lock and environment to what the Pipfile says.

    Raises:
        PipfileNotFound, LockfileNotFound, LockfileOutOfDate: with `deploy`, when the two files are
            not there or do not belong together.
        ResolutionError, NetworkError, IntegrityError, BuildError, InstallError: see `lock`, `sync`.
    """
    if request.deploy:
        require_deployable(session)
    environment = plan_environment(session)
    if _has_only_pylock(session):
        text = "there is no Pipfile: installing what pylock.toml lists"
        session.report(Notice("only-pylock", text))
        chosen = lock_to_install(session, tells=True)
        synced = sync_lock(session, chosen, request.parts, environment)
        return ChangeOutcome(locked=None, synced=synced)
    # A lock alone can be installed as it is; a Pipfile begun beside it would not be its own.
    project = session.project
    is_alone = project.has_lockfile() and not project.has_pipfile()
    if request.ignore_pipfile and is_alone:
        pipfile = session.pipfile()
    else:
        pipfile = ensure_pipfile(session, environment.interpreter)
    check_python(session, environment, deploy=request.deploy)
    lockfile, stale = _usable_lock(session, pipfile, request)
    locked = None
    if lockfile is not None:
        chosen = lock_to_install(session, tells=True, lockfile=lockfile)
        synced = sync_lock(session, chosen, request.parts, environment)
    else:
        session.report(
            Notice(
                "locking",
                "Pipfile.lock is out of date, updating it" if stale else "making Pipfile.lock",
            )
        )
        locked = locking.lock(
            session, locking.LockRequest(pipfile=pipfile, keep="pins"), environment
        )
        lockfile = locked.lockfile
        prepared = prepare_lock(session, ChosenLock(lockfile, None), request.parts, environment)
        synced = write_and_carry_out(session, locked, prepared)
    return ChangeOutcome(locked=locked, synced=synced, lockfile=lockfile)


def install_text(session: Session, text: str, request: InstallRequest) -> ChangeOutcome:
    """Lock a Pipfile that is not yet written, install, and write it with its lock.

    Raises:
        ResolutionError, NetworkError, IntegrityError, BuildError: nothing was written.
        InstallError: the environment could not be changed; no file was.
    """
    environment = ensure_environment(session)
    locked = locking.lock(
        session,
        locking.LockRequest(
            pipfile=parse_pipfile(text, path=session.project.pipfile_path),
            keep="pins",
            pipfile_text=text,
        ),
        environment,
    )
    prepared = prepare_lock(session, ChosenLock(locked.lockfile, None), request.parts, environment)
    synced = write_and_carry_out(session, locked, prepared)
    return ChangeOutcome(locked=locked, synced=synced, lockfile=locked.lockfile)


def _has_only_pylock(session: Session) -> bool:
    project = session.project
    if project.has_pipfile() or project.has_lockfile():
        return False
    return bool(pylock_names(project.root))


def add(
    session: Session,
    additions: Sequence[Addition],
    categories: Sequence[str],
    imported: Imported = NOTHING,
    also: Container[str] = (),
) -> ChangeOutcome:
    """Add packages, lock with as few moves as possible, install.

    `categories` are Pipfile names; empty means ``[packages]``. `imported` comes on top.  Installed
    are those categories, default, and whichever of the lock are in `also`.

    Raises:
        ResolutionError, NetworkError, IntegrityError, BuildError: nothing was written.
        InstallError: the environment could not be changed; both files are as they were.
    """
    environment = plan_environment(session)
    additions, imported = all_additions(session, additions, imported, environment)
    text = pipfile_with(session, additions, categories, imported, environment)
    pipfile = parse_pipfile(text, path=session.project.pipfile_path)
    moving = {
        addition.requirement.key
        for addition in additions
        if addition.requirement.specifiers.clauses or addition.origin is not None
    }
    locked = locking.lock(
        session,
        locking.LockRequest(
            pipfile=pipfile,
            keep="pins",
            moving=moving,
            pipfile_text=text if text != read_text(session.project.pipfile_path) else None,
            limits=limits_in(imported.limits, environment.interpreter.environment),
        ),
        environment,
    )
    to_install = {"default", *(lock_category(category) for category in categories)}
    ordered = [name for name in locked.lockfile.categories if name in to_install or name in also]
    trusted = narrowed(locked.lockfile, imported.digests)
    prepared = syncing.prepare(session, trusted, ordered, environment)
    synced = write_and_carry_out(session, locked, prepared)
    return ChangeOutcome(
        locked=locked,
        synced=synced,
        added=tuple(addition.requirement.name for addition in additions),
        lockfile=locked.lockfile,
    )


def pipfile_with(
    session: Session,
    additions: Sequence[Addition],
    categories: Sequence[str],
    imported: Imported,
    environment: Environment,
) -> str:
    """The text of the Pipfile, which may have to be begun, with what is to be added."""
    text = read_text(session.project.pipfile_path)
    if text is None:
        text = starting_pipfile(session, environment.interpreter, imported.primary)
    text = with_sources(text, imported.sources, session.first_source)
    before = parse_pipfile(text, path=session.project.pipfile_path)
    sort = session.settings.flag("sort_pipfile")
    for category in categories or ("packages",):
        entries = {**before.entries(category)}
        for addition in additions:
            name, value = merged_value(
                addition.requirement, entries, origin=addition.origin, index=addition.source
            )
            if addition.requirement.key in imported.no_binary:
                table = {"version": value} if isinstance(value, str) else value
                value = {**table, "no_binary": True}
            text = set_entry(text, category, name, value, sort=sort)
            entries[name] = value
    settings = session.settings
    is_asked = settings.flag("pre") and settings.provenance["pre"] != "Pipfile"
    if is_asked or imported.allows_prereleases:
        text = set_setting(text, "allow_prereleases", value=True)
    return text


def all_additions(
    session: Session, additions: Sequence[Addition], imported: Imported, environment: Environment
) -> tuple[tuple[Addition, ...], Imported]:
    """The additions with those that were imported before them, each with its name.

    Raises:
        As `named_additions`.
    """
    listed = named_additions(session, [line.addition for line in imported.lines], environment)
    named = [
        line._replace(addition=addition)
        for line, addition in zip(imported.lines, listed, strict=True)
    ]
    lines = one_of_each(named, environment.interpreter.environment, session.report)
    digests = {line.addition.requirement.key: line.digests for line in lines if line.digests}
    found = (
        *(line.addition for line in lines),
        *named_additions(session, additions, environment),
    )
    return found, imported._replace(lines=tuple(lines), digests=digests)


def remove(
    session: Session, names: Sequence[str], *, categories: Sequence[str], all_dev: bool
) -> ChangeOutcome:
    """Remove packages from the Pipfile, the lock and the environment.

    `categories` are Pipfile names; empty: wherever the packages are listed, ``[packages]`` first.
    A named package that the rest still needs stays installed, and is told so.

    Raises:
        ResolutionError, NetworkError: nothing was written.
    """
    text = read_text(session.project.pipfile_path) or ""
    pipfile = parse_pipfile(text, path=session.project.pipfile_path)
    locked: locking.LockOutcome | None
    lockfile: Lockfile | None
    wanted = {canonical_name(name): name for name in names}
    dropped: list[str] = []
    if all_dev:
        for name in pipfile.entries("dev-packages"):
            wanted.setdefault(canonical_name(name), name)
            dropped.append(name)
        text = remove_all(text, "dev-packages")
    else:
        for category in categories or _categories_listing(pipfile, wanted):
            for name in pipfile.entries(category):
                if canonical_name(name) in wanted:
                    text = remove_entry(text, category, name)
                    dropped.append(name)
    edited = parse_pipfile(text, path=session.project.pipfile_path)
    before = read_previous_lockfile(session.project, silent)
    if session.settings.flag("skip_lock"):
        locked, lockfile = None, None
        still_locked = _listed_names(edited)
    elif dropped or before is None:
        locked = _relock(session, edited, text, changed=bool(dropped))
        lockfile = locked.lockfile
        still_locked = syncing.locked_names(lockfile)
    else:
        locked, lockfile = None, before
        still_locked = syncing.locked_names(before)
    remaining = tuple(name for key, name in wanted.items() if key in still_locked)
    leaving = {key: "uninstalled" for key in wanted if key not in still_locked}
    orphans = _locked_names(before) - still_locked - wanted.keys() - syncing.TOOLS
    if locked is not None:
        gone = dict.fromkeys(wanted, "uninstalled")
        gone.update(dict.fromkeys(orphans, "nothing else needs it"))
        locked = locked._replace(reasons={**locked.reasons, **gone})
        files = locking.changed_files(session, locked)
    else:
        files = {session.project.pipfile_path: text} if dropped else {}
    with replacing(session, files):
        removed = _remove_installed(session, leaving, orphans)
    found = {canonical_name(name) for name in dropped} | still_locked | _locked_names(before)
    found.update(each.distribution.key for each in removed)
    return ChangeOutcome(
        locked=locked,
        synced=None,
        dropped_entries=tuple(dict.fromkeys(dropped)),
        removed=removed,
        remaining=remaining,
        lockfile=lockfile,
        unknown=tuple(name for key, name in wanted.items() if key not in found),
    )


def _categories_listing(pipfile: Pipfile, names: Collection[str]) -> tuple[str, ...]:
    """Where packages are removed from when no category was named.

    ``[packages]`` as upstream, but a package that only other categories list is taken from them.
    """
    listing = [
        category
        for category in pipfile.categories
        if any(canonical_name(name) in names for name in pipfile.entries(category))
    ]
    return ("packages",) if "packages" in listing else tuple(listing)


def empty_environment(session: Session) -> ChangeOutcome:
    """Remove every distribution except the tools of the environment; both files stay.

    Raises:
        VirtualenvBroken: it cannot be used.
    """
    if not has_environment(session):
        session.report(Notice("no-environment", "there is no environment yet: nothing to remove"))
        return ChangeOutcome(locked=None, synced=None)
    environment = existing_environment(session)
    names = {
        distribution.key: "uninstalled"
        for distribution in installed_in(session, environment)
        if distribution.key not in syncing.TOOLS
    }
    return ChangeOutcome(locked=None, synced=None, removed=_remove_installed(session, names))


def _relock(session: Session, pipfile: Pipfile, text: str, *, changed: bool) -> locking.LockOutcome:
    environment = locking_environment(session)
    return locking.lock(
        session,
        locking.LockRequest(pipfile=pipfile, keep="pins", pipfile_text=text if changed else None),
        environment,
    )


def _locked_names(lockfile: Lockfile | None) -> set[str]:
    return set() if lockfile is None else syncing.locked_names(lockfile)


def _listed_names(pipfile: Pipfile) -> set[str]:
    """Canonical names of what any category of the Pipfile lists."""
    return {
        canonical_name(name)
        for category in pipfile.categories
        for name in pipfile.entries(category)
    }


def _remove_installed(
    session: Session, names: Mapping[str, str], orphans: Collection[str] = ()
) -> tuple[Removal, ...]:
    """Remove what is installed of `names`: key → why it leaves.

    Of the `orphans` those that something else needs, which may be there without being locked, stay.
    """
    if not has_environment(session):
        return ()
    environment = existing_environment(session)
    installed = installed_in(session, environment)
    by_name = {distribution.key: distribution for distribution in installed}
    leaving = [(name, reason) for name, reason in names.items() if name in by_name]
    candidates = [name for name in sorted(orphans) if name in by_name]
    if candidates:
        others = [each for each in installed if each.key not in names]
        needed = needed_of(candidates, others, environment.interpreter.environment)
        leaving += [(name, "nothing else needs it") for name in candidates if name not in needed]
    removals = tuple(Removal(by_name[name], reason) for name, reason in leaving)
    session.execute(InstallPlan((), removals, ()), {}, environment, requested=())
    return removals


def write_and_carry_out(
    session: Session, locked: locking.LockOutcome, prepared: syncing.PreparedSync
) -> syncing.SyncOutcome:
    """Write the files, change the environment; when that fails, put the files back.

    Raises:
        InstallError: the environment could not be changed; the files are as they were.
    """
    with replacing(session, locking.changed_files(session, locked)):
        return syncing.carry_out(session, prepared)


def _usable_lock(
    session: Session, pipfile: Pipfile, request: InstallRequest
) -> tuple[Lockfile | None, bool]:
    """The lock to install from, or `None` when one has to be made; and whether one was stale.

    With ``--system`` none is made: what runs there is what was locked elsewhere.

    Raises:
        LockfileNotFound: with ``--system`` there has to be one.
    """
    lock_text = read_text(session.project.lockfile_path)
    is_system = session.settings.flag("system")
    if lock_text is None:
        if is_system:
            raise LockfileNotFound(
                "Pipfile.lock not found, and --system without packages installs what is locked",
                hints=["run `pipenv lock` first", "or install what the Pipfile says: --skip-lock"],
            )
        return None, False
    if not request.ignore_pipfile and not is_fresh(lock_text, accepted_hashes(session, pipfile)):
        if not is_system:
            return None, True
        session.report(
            Notice(
                "stale-lock",
                "Pipfile.lock is out of date and installed as it is; run `pipenv lock`",
            )
        )
    try:
        return read_lockfile(session.project), False
    except UntrustedLockfile:
        raise  # a new lock would hide what may be an attack
    except InvalidLockfile:
        if request.deploy or request.ignore_pipfile or is_system:
            raise
        return None, True
