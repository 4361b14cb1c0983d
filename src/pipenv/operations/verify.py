"""Does the lock belong to the Pipfile? Reads two files, asks nobody."""

from __future__ import annotations

from pipenv.errors import InvalidLockfile
from pipenv.lockfile.conflict_marks import conflict_line
from pipenv.lockfile.freshness import is_fresh, recorded_hash
from pipenv.operations.documents import read_lockfile, read_text
from pipenv.pipfile.hashing import content_hash, historic_hash

FRESH = frozenset({"fresh", "fresh-by-old-hash"})
"""Of the states of a lock, those in which it belongs to the Pipfile."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.operations.session import Session
    from pipenv.pipfile.document import Pipfile


def accepted_hashes(session: Session, pipfile: Pipfile) -> tuple[str, ...]:
    """The hash of a Pipfile in the present form and in the one that older releases wrote.

    For a Pipfile without ``[[source]]``, also with the sources of the lock itself: which ones those
    were depended on the machine that locked.
    """
    found = (
        content_hash(pipfile.data, session.default_sources),
        historic_hash(pipfile.data, session.default_sources),
    )
    if pipfile.sources:
        return found
    try:
        lockfile = read_lockfile(session.project)
    except InvalidLockfile:
        return found
    sources = lockfile.sources if lockfile else ()
    if not sources:
        return found
    return (*found, content_hash(pipfile.data, lambda: sources))


def lock_conflict(session: Session) -> int | None:
    """The line of the lock's first merge conflict marker; `None` where there is none."""
    text = read_text(session.project.lockfile_path)
    return None if text is None else conflict_line(text)


def lock_state(session: Session) -> tuple[str, int | None]:
    """What there is to say of the lock in one word.

    Returns:
        ``fresh``, ``fresh-by-old-hash``, ``stale``, ``missing``, ``conflicted`` or ``unreadable``;
        and the line of the first merge conflict marker, `None` where there is none.

    Raises:
        As `lock_is_fresh`.
    """
    current, historic, *of_its_sources = accepted_hashes(session, session.pipfile())
    text = read_text(session.project.lockfile_path)
    if text is None:
        return "missing", None
    found = recorded_hash(text)
    if found is not None and found in {current, *of_its_sources}:
        return "fresh", None
    if found == historic:
        return "fresh-by-old-hash", None
    line = conflict_line(text)
    if line is not None:
        return "conflicted", line
    try:
        read_lockfile(session.project)
    except InvalidLockfile:
        return "unreadable", None
    return "stale", None


def lock_is_fresh(session: Session) -> bool:
    """Tell whether the lock was made from this Pipfile; a missing or damaged lock was not.

    Raises:
        InvalidPipfile: the Pipfile cannot be read as one.
        FileAccessError: a file cannot be read.
    """
    lock_text = read_text(session.project.lockfile_path)
    if lock_text is None:
        return False
    return is_fresh(lock_text, accepted_hashes(session, session.pipfile()))
