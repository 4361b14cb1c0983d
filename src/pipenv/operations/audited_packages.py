"""What an audit looks at: the pins of a lock, or what is installed."""

from __future__ import annotations

import os

from pipenv.errors import InvalidLockfile, InvalidValue, RequestRefused
from pipenv.events import Notice
from pipenv.models.indexes import Index
from pipenv.models.names import canonical_name, is_name
from pipenv.models.origins import ArchiveOrigin, DirectoryOrigin, IndexOrigin, VcsOrigin
from pipenv.models.records import NamedTuple
from pipenv.models.vulnerabilities import public_version
from pipenv.operations.documents import read_lockfile, read_text, require_lockfile
from pipenv.operations.environment import existing_environment, has_environment, installed_in
from pipenv.operations.pylock_file import pylock_path
from pipenv.operations.sync import TOOLS
from pipenv.operations.system import system_environment
from pipenv.pipfile.document import lock_category, pipfile_category
from pipenv.pipfile.toml_documents import read_toml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipenv.lockfile.schema import Lockfile
    from pipenv.models.interpreters import Environment
    from pipenv.models.pins import Pin
    from pipenv.operations.session import Session

    Key = tuple[str, str]


_PLACES = {
    "vcs": "it is from a repository",
    "archive": "it is from an archive",
    "directory": "it is from a folder",
}
"""Key of ``pylock.toml`` → why nobody has records of what has it."""


class Audited(NamedTuple):
    """A version of a package."""

    name: str
    """Canonical."""
    version: str
    """As locked or installed; ``""`` where it has none of its own."""
    categories: tuple[str, ...] = ()
    """Pipfile categories that have it; none for what is installed."""
    index: str | None = None  # type: ignore[assignment] # hides a method of tuples, unused here
    """The name of the source that it is tied to."""

    @property
    def key(self) -> Key:
        """What answers go by."""
        return self.name, self.version

    @property
    def public(self) -> str:
        """The version as services know it."""
        return public_version(self.version)


class Subjects(NamedTuple):
    """All of what is looked at."""

    packages: tuple[Audited, ...]
    """By name, then by version; each once."""
    sources: tuple[Index, ...]
    """Of the lock, or of the Pipfile for what is installed."""
    beyond: Mapping[Audited, str]
    """What no index has, and so nobody has records of; and why."""
    lockfile: Lockfile | None


def subjects(
    session: Session, *, named: Sequence[str], place: str, skips_editable: bool
) -> Subjects:
    """Collect what is to be looked at.

    Args:
        session: of the project.
        named: categories by the name in Pipfile or lock; none: all.
        place: ``lock``, ``installed``, or ``any``: the lock, else what is installed.
        skips_editable: say nothing of editable packages.

    Raises:
        LockfileNotFound, InvalidLockfile, VirtualenvNotFound: there is nothing to look at.
        RequestRefused: the lock has no such category.
    """
    if place == "installed" or session.settings.flag("system"):
        return _installed(session, skips_editable=skips_editable)
    lockfile = read_lockfile(session.project)
    if lockfile is None:
        found = _pylock(session, skips_editable=skips_editable)
        if found is not None:
            return found
        if place == "any" and has_environment(session):
            text = "there is no Pipfile.lock: looking at what is installed"
            session.report(Notice("no-lock", text))
            return _installed(session, skips_editable=skips_editable)
        lockfile = require_lockfile(session.project)
    return locked(lockfile, named, skips_editable=skips_editable)


def locked(lockfile: Lockfile, named: Sequence[str] = (), *, skips_editable: bool) -> Subjects:
    """Collect the pins of some categories of a lock, of all if none is named.

    Raises:
        RequestRefused: there is no such category.
    """
    wanted = [lock_category(name) for name in named] or [*lockfile.categories]
    for category in wanted:
        if category not in lockfile.categories:
            known = ", ".join(map(pipfile_category, lockfile.categories))
            raise RequestRefused(
                f"Pipfile.lock has no category `{pipfile_category(category)}`",
                hints=[f"it has {known}"],
            )
    found: dict[Key, Audited] = {}
    beyond: dict[Key, tuple[Audited, str]] = {}
    for category in wanted:
        for name, pin in lockfile.categories[category].items():
            audited = Audited(
                canonical_name(name), pin.version or "", (pipfile_category(category),)
            )
            reason = _why_beyond(pin) if is_name(name) else "its name is none"
            if not reason:
                origin = pin.origin
                index = origin.index if isinstance(origin, IndexOrigin) else None
                _join(found, audited._replace(index=index))
            elif not (skips_editable and _is_editable(pin)):
                beyond[audited.key] = (audited, reason)
    packages = tuple(found[key] for key in sorted(found))
    return Subjects(packages, lockfile.sources, dict(beyond.values()), lockfile)


def _pylock(session: Session, *, skips_editable: bool) -> Subjects | None:
    """What the ``pylock.toml`` of the project lists, where there is one (PEP 751)."""
    path = pylock_path(session.project, session.pipfile())
    text = read_text(path)
    if text is None:
        return None
    name = os.path.basename(path)
    session.report(Notice("no-lock", f"there is no Pipfile.lock: looking at {name}"))
    written = session.written_sources(session.pipfile())
    names = {each.url.rstrip("/"): each.name for each in written}
    sources = {each.name: each for each in written}
    found: dict[Key, Audited] = {}
    beyond: dict[Audited, str] = {}
    for table in _tables_of(text, name):
        url = str(table.get("index") or "").rstrip("/")
        index = names.setdefault(url, url) if url else None
        if index is not None:
            sources.setdefault(index, Index(index, url))
        version = str(table.get("version") or "")
        audited = Audited(canonical_name(str(table.get("name") or "")), version, (), index)
        directory = table.get("directory")
        reason = next((why for key, why in _PLACES.items() if key in table), "")
        reason = reason or _why_no_version(version)
        if not is_name(audited.name):
            reason = "its name is none"
        if not reason:
            found[audited.key] = audited
        elif not (skips_editable and isinstance(directory, dict) and directory.get("editable")):
            beyond[audited] = reason
    packages = tuple(found[key] for key in sorted(found))
    return Subjects(packages, tuple(sources.values()), beyond, None)


def _tables_of(text: str, name: str) -> list[Mapping[str, object]]:
    """The packages of a ``pylock.toml``.

    Raises:
        InvalidLockfile: it is none.
    """
    try:
        packages = read_toml(text).get("packages")
    except InvalidValue as error:
        raise InvalidLockfile(f"`{name}` is {error.message}") from error
    if not isinstance(packages, list) or not all(isinstance(each, dict) for each in packages):
        raise InvalidLockfile(f"`{name}` has no list of packages")
    return packages


def _join(found: dict[Key, Audited], audited: Audited) -> None:
    before = found.get(audited.key)
    if before is not None:
        audited = before._replace(categories=(*before.categories, *audited.categories))
    found[audited.key] = audited


def _why_beyond(pin: Pin) -> str:
    match pin.origin:
        case VcsOrigin():
            return _PLACES["vcs"]
        case ArchiveOrigin():
            return _PLACES["archive"]
        case DirectoryOrigin():
            return _PLACES["directory"]
    return _why_no_version(pin.version)


def _why_no_version(version: str | None) -> str:
    if not version:
        return "it has no version"
    try:
        public_version(version)
    except InvalidValue:
        return f"`{version}` is no version that can be compared"
    return ""


def _is_editable(pin: Pin) -> bool:
    return isinstance(pin.origin, (VcsOrigin, DirectoryOrigin)) and pin.origin.editable


def _installed(session: Session, *, skips_editable: bool) -> Subjects:
    is_system = session.settings.flag("system")
    environment = _system(session) if is_system else existing_environment(session)
    found: dict[Key, Audited] = {}
    beyond: dict[Audited, str] = {}
    for each in installed_in(session, environment):
        if each.key in TOOLS and not is_system:
            continue
        audited = Audited(each.key, each.version)
        is_direct = each.direct_url is not None or each.editable_project is not None
        reason = "it is not from an index" if is_direct else _why_no_version(each.version)
        if not reason:
            found[audited.key] = audited
        elif not (skips_editable and each.editable_project is not None):
            beyond[audited] = reason
    sources = session.written_sources(session.pipfile()) if session.project.has_pipfile() else ()
    return Subjects(tuple(found[key] for key in sorted(found)), sources, beyond, None)


def _system(session: Session) -> Environment:
    """The system's Python; one that the operating system manages may be looked at."""
    environ = {**session.environ, "PIPENV_BREAK_SYSTEM_PACKAGES": "1"}
    wanted = session.settings.text("python")
    return system_environment(environ, session.probe(), wanted, session.find_interpreter)
