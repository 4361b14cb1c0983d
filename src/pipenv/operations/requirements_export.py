"""``requirements``: what is locked, or listed, in the format that pip reads."""

from __future__ import annotations

from pipenv.errors import LockfileNotFound
from pipenv.lockfile.requirements_lines import Listed, index_lines, requirement_line, united
from pipenv.models.names import canonical_name
from pipenv.models.origins import IndexOrigin, VcsOrigin
from pipenv.models.records import NamedTuple
from pipenv.operations.documents import read_lockfile
from pipenv.pipfile.document import lock_category, pipfile_category
from pipenv.pipfile.entries import parse_entry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipenv.lockfile.schema import Lockfile
    from pipenv.operations.session import Session
    from pipenv.pipfile.document import Pipfile


class RequirementsRequest(NamedTuple):
    """What is to be written."""

    categories: tuple[str, ...]
    """Names of Pipfile or lock, in order; unknown ones have no entries."""
    hashes: bool = False
    markers: bool = True
    indexes: bool = True
    only_listed: bool = False
    """Leave out what only other packages need."""
    from_pipfile: bool = False
    """The Pipfile's own specifiers, without any lock."""


def requirements(session: Session, request: RequirementsRequest) -> list[str]:
    """Return the lines, indexes first; reads two files and writes none.

    Raises:
        LockfileNotFound: there is no lock.
        InvalidLockfile, InvalidPipfile, PipfileNotFound: what is needed cannot be read.
    """
    if request.from_pipfile:
        session.require_pipfile()
        pipfile = session.pipfile()
        sources = pipfile.sources or (session.default_index(),)
        found = [_listed(pipfile, name) for name in request.categories]
    else:
        lockfile = _lockfile(session)
        sources = lockfile.sources or (session.default_index(),)
        listed = session.pipfile() if request.only_listed else None
        found = [_locked(lockfile, lock_category(name), listed) for name in request.categories]
    lines = index_lines(session.mirrored(tuple(sources))) if request.indexes else []
    lines += [
        requirement_line(entry, hashes=request.hashes, markers=request.markers)
        for entry in united(found)
    ]
    return lines


def _lockfile(session: Session) -> Lockfile:
    lockfile = read_lockfile(session.project)
    if lockfile is None:
        # Programs that call us look for the name of this exception, and lock then.
        raise LockfileNotFound(
            "Pipfile.lock not found (FileNotFoundError), and its requirements cannot be told",
            hints=["run `pipenv lock` first", "or write what the Pipfile lists: --no-lock"],
        )
    return lockfile


def _locked(lockfile: Lockfile, category: str, pipfile: Pipfile | None) -> Iterator[Listed]:
    """The entries of a category of the lock; only those that `pipfile` lists, if that is given."""
    wanted = None
    if pipfile is not None:
        wanted = {*map(canonical_name, pipfile.entries(pipfile_category(category)))}
    raw = lockfile.raw.get(category, {})
    for name, pin in lockfile.categories.get(category, {}).items():
        if wanted is not None and canonical_name(name) not in wanted:
            continue
        table = raw[name].table if name in raw else {}
        extras = _written_extras(table.get("extras"), pin.extras)
        if isinstance(pin.origin, VcsOrigin) and pin.origin.editable:
            extras = ()  # pip 25 refuses them; what they need is locked besides
        marker = table.get("markers")
        yield Listed(
            name,
            extras,
            f"=={pin.version}" if pin.version and isinstance(pin.origin, IndexOrigin) else "",
            pin.origin,
            marker if isinstance(marker, str) else str(pin.marker or ""),
            pin.digests,
        )


def _listed(pipfile: Pipfile, category: str) -> Iterator[Listed]:
    """The entries of a category of the Pipfile."""
    category = pipfile_category(category)
    for name, value in pipfile.entries(category).items():
        entry = parse_entry(name, value, category=category)
        requirement = entry.requirement
        table = value if isinstance(value, dict) else {}
        version = value if isinstance(value, str) else table.get("version", "*")
        written = "".join(str(version).split())
        marker = str(requirement.marker or "")
        yield Listed(
            name,
            _written_extras(table.get("extras"), entry.extras),
            "" if written == "*" or not isinstance(entry.origin, IndexOrigin) else written,
            entry.origin,
            marker.replace('"', "'") if "'" not in marker else marker,
        )


def _written_extras(written: object, known: Sequence[str]) -> tuple[str, ...]:
    """Extras in the order in which they are written."""
    if isinstance(written, (list, tuple)) and all(isinstance(each, str) for each in written):
        return tuple(written)
    return tuple(known)
