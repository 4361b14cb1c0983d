"""Which of two locks is installed: ``pylock.toml`` where there is one, else Pipfile.lock."""

from __future__ import annotations

from pipenv.models.records import NamedTuple
from pipenv.operations import sync as syncing
from pipenv.operations.documents import read_lockfile, require_lockfile
from pipenv.operations.pylock_place import pylock_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.lockfile.schema import Lockfile
    from pipenv.models.interpreters import Environment
    from pipenv.operations.pylock_reading import FoundPylock
    from pipenv.operations.session import Session
    from pipenv.operations.sync import Extras, PreparedSync, SyncOutcome


class ChosenLock(NamedTuple):
    """One of the two is there."""

    lockfile: Lockfile | None
    pylock: FoundPylock | None


def lock_to_install(
    session: Session, *, tells: bool = False, lockfile: Lockfile | None = None
) -> ChosenLock:
    """The lock that counts.

    Args:
        session: of the project.
        tells: where the other one says something else, that is told.
        lockfile: Pipfile.lock, if it has been read.

    Raises:
        LockfileNotFound: there is neither.
        InvalidLockfile: one cannot be read.
    """
    if not pylock_names(session.project.root):
        return ChosenLock(lockfile or require_lockfile(session.project), None)
    from pipenv.operations.pylock_reading import found_pylock, tell_differences

    lockfile = lockfile or read_lockfile(session.project)
    found = found_pylock(session) if tells or lockfile is None else None
    if found is None:
        return ChosenLock(lockfile or require_lockfile(session.project), None)
    if lockfile is not None:
        tell_differences(session, found, lockfile)
    return ChosenLock(None, found)


def prepare_lock(
    session: Session,
    chosen: ChosenLock,
    parts: syncing.PartsRequest,
    environment: Environment,
    extras: Extras = "keep",
) -> PreparedSync:
    """Decide what has to happen, and bring every file that it needs.

    Raises:
        As `pipenv.operations.sync.prepare` and `pipenv.operations.pylock_sync.prepare`.
    """
    if chosen.pylock is not None:
        from pipenv.operations.pylock_sync import prepare

        return prepare(session, chosen.pylock, parts, environment, extras)
    lockfile = chosen.lockfile or require_lockfile(session.project)
    categories = syncing.categories_to_install(
        session, lockfile, dev=parts.dev, named=parts.named, all_of_them=parts.all_of_them
    )
    return syncing.prepare(session, lockfile, categories, environment, extras)


def sync_lock(
    session: Session,
    chosen: ChosenLock,
    parts: syncing.PartsRequest,
    environment: Environment,
    extras: Extras = "keep",
) -> SyncOutcome:
    """Install what the lock lists and is not there yet.

    Raises:
        As `prepare_lock`; nothing was touched.
        InstallError: the environment could not be changed; it is as it was.
    """
    prepared = prepare_lock(session, chosen, parts, environment, extras)
    outcome = syncing.carry_out(session, prepared)
    return outcome if chosen.pylock is None else outcome._replace(source=chosen.pylock.name)


def listed_names(chosen: ChosenLock) -> set[str]:
    """Canonical names of everything that the lock lists for anybody."""
    if chosen.pylock is not None:
        return {package.name for package in chosen.pylock.pylock.packages}
    return set() if chosen.lockfile is None else syncing.locked_names(chosen.lockfile)
