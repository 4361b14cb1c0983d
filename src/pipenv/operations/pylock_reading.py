"""The ``pylock.toml`` of a project, read; and whether it says the same as Pipfile.lock."""

from __future__ import annotations

import os

from pipenv.errors import InvalidLockfile, InvalidValue, LocksDisagree
from pipenv.events import Notice
from pipenv.lockfile.pylock import place_key
from pipenv.lockfile.pylock_reader import format_minor, read_pylock
from pipenv.models.names import canonical_name
from pipenv.models.origins import IndexOrigin, VcsOrigin
from pipenv.models.records import NamedTuple
from pipenv.models.versions import version_key
from pipenv.operations.documents import read_text
from pipenv.operations.places import file_url, local_path
from pipenv.operations.pylock_file import pylock_path
from pipenv.operations.pylock_place import NAME, pylock_names
from pipenv.pipfile.toml_documents import read_toml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.lockfile.pylock import Pylock
    from pipenv.lockfile.schema import Lockfile
    from pipenv.models.origins import Origin
    from pipenv.operations.session import Session

_MOST_NAMES = 5


class FoundPylock(NamedTuple):
    """A file, and what it says."""

    path: str
    pylock: Pylock

    @property
    def name(self) -> str:
        """The name of the file."""
        return os.path.basename(self.path)


def pylock_found(session: Session) -> str | None:
    """The path of the file that counts, if there is one.

    The one that ``[pipenv] pylock_name`` names, else ``pylock.toml``, else the first
    ``pylock.*.toml`` by name.

    Raises:
        InvalidPipfile: ``pylock_name`` is no name, or the Pipfile cannot be read.
    """
    root = session.project.root
    names = pylock_names(root)
    if not names:
        return None
    if session.project.has_pipfile():
        chosen = pylock_path(session.project, session.pipfile())
        if os.path.isfile(chosen):
            return chosen
    if len(names) > 1 and names[0] != NAME:
        text = f"there are {' and '.join(names)}: {names[0]} counts"
        session.report(Notice("several-pylocks", text))
    return os.path.join(root, names[0])


def found_pylock(session: Session) -> FoundPylock | None:
    """Read the file that counts, if there is one.

    Raises:
        InvalidLockfile: it is no such file; name and key are told.
        FileAccessError: it cannot be read.
    """
    path = pylock_found(session)
    text = None if path is None else read_text(path)
    if path is None or text is None:
        return None
    name = os.path.basename(path)
    try:
        data = read_toml(text)
    except InvalidValue as error:
        raise InvalidLockfile(
            f"`{name}` is {error.message}",
            hints=["restore it from version control, or have it made anew"],
        ) from error
    minor = format_minor(data, path=name)
    if minor:
        text = f"{name} is of format 1.{minor}, and 1.0 is known: what is new in it is not honoured"
        session.report(Notice("newer-pylock", text))
    pylock = read_pylock(data, path=name)
    packages = tuple(
        package._replace(origin=_reachable(package.origin, session.project.root))
        for package in pylock.packages
    )
    return FoundPylock(path, pylock._replace(packages=packages))


def _reachable(origin: Origin, root: str) -> Origin:
    """The same place; a repository on this machine by its URL, as Git is told of it."""
    if isinstance(origin, VcsOrigin) and place_key(origin.url) == "path":
        return origin._replace(url=file_url(local_path(origin.url, root)))
    return origin


def facts_of(pylock: Pylock) -> list[str]:
    """What there is to tell of a file, one fact a line."""
    facts = {
        "Created by": pylock.creator,
        "Packages": str(len(pylock.packages)),
        "Requires Python": pylock.requires_python,
        "Extras": ", ".join(pylock.extras),
        "Dependency Groups": ", ".join(pylock.dependency_groups),
    }
    return [f"  {name}: {value}" for name, value in facts.items() if value]


def differences(pylock: Pylock, lockfile: Lockfile) -> list[str]:
    """The names of packages of which two locks list other versions, sorted."""
    theirs: dict[str, set[object]] = {}
    for package in pylock.packages:
        theirs.setdefault(package.name, set()).add(_version(package.version, package.origin))
    ours: dict[str, set[object]] = {}
    for pins in lockfile.categories.values():
        for pin in pins.values():
            if pin.version is not None or not isinstance(pin.origin, IndexOrigin):
                key = canonical_name(pin.name)
                ours.setdefault(key, set()).add(_version(pin.version, pin.origin))
    # A package may have more versions there: one for each platform that needs its own.
    found = {name for name, versions in ours.items() if not versions <= theirs.get(name, set())}
    return sorted(found | (theirs.keys() - ours.keys()))


def _version(version: str | None, origin: object) -> object:
    if not isinstance(origin, IndexOrigin) or version is None:
        return type(origin).__name__
    try:
        return version_key(version)
    except InvalidValue:
        return version


def tell_differences(session: Session, found: FoundPylock, lockfile: Lockfile) -> None:
    """Warn where Pipfile.lock says something else than the file that counts.

    Raises:
        LocksDisagree: it does, and ``--deploy`` is set.
    """
    names = differences(found.pylock, lockfile)
    if names:
        listed = ", ".join(names[:_MOST_NAMES]) + (", ..." if len(names) > _MOST_NAMES else "")
        text = (
            f"{found.name} and Pipfile.lock disagree ({listed}), and {found.name} is installed; "
            "delete the wrong one, or write both with `use_pylock = true` and `pipenv lock`"
        )
        if session.settings.flag("deploy"):
            raise LocksDisagree(
                f"Aborting deploy: {found.name} and Pipfile.lock disagree ({listed})",
                hints=["delete the wrong one, or write both with `use_pylock = true`"],
            )
        session.report(Notice("locks-disagree", text))
