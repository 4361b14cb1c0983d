"""Whether a ``pylock.toml``, which is what is installed, says something else than Pipfile.lock."""

from __future__ import annotations

from pipenv.models.records import NamedTuple
from pipenv.operations.pylock_place import pylock_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.lockfile.schema import Lockfile
    from pipenv.operations.session import Session


class Disagreement(NamedTuple):
    """The lock that counts says something else than Pipfile.lock."""

    name: str
    """Of the file that counts."""
    packages: tuple[str, ...]
    """Canonical names of those of which the two list other versions."""


def disagreement(session: Session, lockfile: Lockfile | None) -> Disagreement | None:
    """What two locks disagree on; `None` where there is one, or they agree.

    Raises:
        InvalidLockfile, FileAccessError: the other one cannot be read.
    """
    if lockfile is None or not pylock_names(session.project.root):
        return None
    from pipenv.operations.pylock_reading import differences, found_pylock

    found = found_pylock(session)
    names = differences(found.pylock, lockfile) if found else []
    return Disagreement(found.name, tuple(names)) if found and names else None
