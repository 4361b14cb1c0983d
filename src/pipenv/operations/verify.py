"""Does the lock belong to the Pipfile? Reads two files, asks nobody."""

from __future__ import annotations

from pipenv.lockfile.conflict_marks import conflict_line
from pipenv.lockfile.freshness import is_fresh
from pipenv.operations.documents import read_text
from pipenv.pipfile.hashing import content_hash, historic_hash

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.operations.session import Session
    from pipenv.pipfile.document import Pipfile


def accepted_hashes(session: Session, pipfile: Pipfile) -> tuple[str, ...]:
    """The hash of a Pipfile in the present form and in the one that older releases wrote."""
    return (
        content_hash(pipfile.data, session.default_sources),
        historic_hash(pipfile.data, session.default_sources),
    )


def lock_conflict(session: Session) -> int | None:
    """The line of the lock's first merge conflict marker; `None` where there is none."""
    text = read_text(session.project.lockfile_path)
    return None if text is None else conflict_line(text)


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
