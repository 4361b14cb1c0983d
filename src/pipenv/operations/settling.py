"""Decides whether a run is one to remember, and writes it down; see `settled`."""

from __future__ import annotations

from pipenv.errors import FileAccessError
from pipenv.filesystem.atomic import read_bytes
from pipenv.models.origins import IndexOrigin
from pipenv.operations import settled
from pipenv.operations.pylock_place import pylock_bytes
from pipenv.pipfile.entries import parse_entry
from pipenv.virtualenvs.installed import site_directories

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipenv.models.interpreters import Environment
    from pipenv.operations.lock import LockOutcome
    from pipenv.operations.project import Project
    from pipenv.operations.session import Session
    from pipenv.operations.sync import SyncOutcome
    from pipenv.pipfile.document import Pipfile


def remember(
    session: Session,
    outcome: LockOutcome,
    environment: Environment,
    *,
    message: str,
    verbosity: int,
) -> None:
    """Remember a plain run that found the lock unchanged and had only that to tell."""
    if outcome.is_new_text or outcome.pipfile_text is not None or not environment.root:
        return
    if not settled.may_settle(session.environ) or not _is_timeless(outcome.pipfile):
        return
    pages = session.pages_looked_at()
    if pages is None:
        return
    files = _files(session.project)
    # The files may be others by now: what is remembered is what the run has read and found.
    if files is None or files[1] != outcome.lock_text.encode("utf-8"):
        return
    if files[0].decode("utf-8", "replace") != outcome.pipfile.text:
        return
    inputs = _digest(session, files, environment.root)
    found = settled.settle(inputs, environment.root, pages, session.now, message, verbosity)
    _keep(session, settled.LOCK_LINE, found)


def remember_installed(
    session: Session, line: Sequence[str], outcome: SyncOutcome, *, message: str, verbosity: int
) -> None:
    """Remember a plain run that had nothing to install and nothing else to tell than `message`."""
    environment, plan = outcome.environment, outcome.plan
    if plan.installations or plan.removals or not environment.root:
        return
    if not settled.may_settle(session.environ):
        return
    if not all(isinstance(kept.pin.origin, IndexOrigin) for kept in plan.kept):
        return
    files = _files(session.project)
    if files is None:
        return
    folders = [*site_directories(environment.paths)]
    folders += [kept.distribution.info_dir for kept in plan.kept]
    inputs = _digest(session, files, environment.root)
    found = settled.settle_installed(
        inputs, environment.root, folders, session.now, message, verbosity
    )
    _keep(session, line, found)


def remember_verified(session: Session) -> None:
    """Remember that the lock belongs to the Pipfile."""
    files = _files(session.project)
    if files is not None and settled.may_settle(session.environ):
        inputs = _digest(session, files, "")
        key = settled.key(session.project, settled.VERIFY_LINE)
        session.cache_folder().write(settled.BUCKET, key, inputs)


def _files(project: Project) -> tuple[bytes, bytes] | None:
    """Pipfile and lock, where both are there; the lock with its other forms."""
    try:
        pipfile, lock = read_bytes(project.pipfile_path), read_bytes(project.lockfile_path)
        others = pylock_bytes(project.root)
    except (FileAccessError, OSError):
        return None
    return None if pipfile is None or lock is None else (pipfile, lock + others)


def _digest(session: Session, files: tuple[bytes, bytes], root: str) -> bytes:
    return settled.digest_of_inputs(session.project, session.environ, *files, root)


def _keep(session: Session, line: Sequence[str], found: settled.Settled | None) -> None:
    if found is not None:
        key = settled.key(session.project, line)
        session.cache_folder().write(settled.BUCKET, key, settled.pack(found))


def _is_timeless(pipfile: Pipfile) -> bool:
    """Nothing in it means something else tomorrow, as folders, repositories and archives may."""
    if not pipfile.sources or not settled.TIMELESS_SETTINGS.issuperset(pipfile.settings):
        return False
    return all(
        isinstance(parse_entry(name, value, category=category).origin, IndexOrigin)
        for category in pipfile.categories
        for name, value in pipfile.entries(category).items()
    )
