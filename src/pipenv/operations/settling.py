"""Decides whether a lock run is one to remember, and writes it down; see `settled`."""

from __future__ import annotations

from pipenv.errors import FileAccessError
from pipenv.filesystem.atomic import read_bytes
from pipenv.models.origins import IndexOrigin
from pipenv.operations import settled
from pipenv.pipfile.entries import parse_entry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.models.interpreters import Environment
    from pipenv.operations.lock import LockOutcome
    from pipenv.operations.session import Session
    from pipenv.pipfile.document import Pipfile


def remember(
    session: Session, outcome: LockOutcome, environment: Environment, *, verbosity: int
) -> None:
    """Remember a plain run that found the lock unchanged and had nothing to tell."""
    if outcome.is_new_text or outcome.pipfile_text is not None or not environment.root:
        return
    if not settled.may_settle(session.environ) or not _is_timeless(outcome.pipfile):
        return
    pages = session.pages_looked_at()
    if pages is None:
        return
    project = session.project
    try:
        pipfile, lock = read_bytes(project.pipfile_path), read_bytes(project.lockfile_path)
    except FileAccessError:
        return
    # The files may be others by now: what is remembered is what the run has read and found.
    if pipfile is None or lock is None or lock != outcome.lock_text.encode("utf-8"):
        return
    if pipfile.decode("utf-8", "replace") != outcome.pipfile.text:
        return
    inputs = settled.digest_of_inputs(project, session.environ, pipfile, lock, environment.root)
    found = settled.settle(inputs, environment.root, pages, session.now, verbosity)
    if found is not None:
        session.cache_folder().write(settled.BUCKET, settled.key(project), settled.pack(found))


def _is_timeless(pipfile: Pipfile) -> bool:
    """Nothing in it means something else tomorrow, as folders, repositories and archives may."""
    if not pipfile.sources or not settled.TIMELESS_SETTINGS.issuperset(pipfile.settings):
        return False
    return all(
        isinstance(parse_entry(name, value, category=category).origin, IndexOrigin)
        for category in pipfile.categories
        for name, value in pipfile.entries(category).items()
    )
