"""What goes when a distribution leaves an environment.

Only decides; `pipenv.installer.journal` moves the files away. What lies outside of the environment
or belongs to another distribution stays, and the user is told.
"""

from __future__ import annotations

import os

from pipenv.archives.entry_points import parse_entry_points
from pipenv.errors import InstallError
from pipenv.events import Notice
from pipenv.filesystem.atomic import read_bytes, write_atomic
from pipenv.installer.record import recorded_paths
from pipenv.models.names import canonical_name
from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipenv.events import Reporter
    from pipenv.installer.ownership import Owners
    from pipenv.installer.record import Boundaries
    from pipenv.models.distributions import InstalledDistribution

_CACHE_FOLDER = "__pycache__"
_EASY_INSTALL = "easy-install.pth"


class Departure(NamedTuple):
    """The files of one distribution that leaves."""

    key: str
    name: str
    version: str
    files: tuple[str, ...]
    """Absolute paths of what exists; the list itself (RECORD) first."""
    path_file: str = ""
    """A ``.pth`` file that loses a line."""
    path_line: str = ""


def departure(
    distribution: InstalledDistribution,
    boundaries: Boundaries,
    owners: Owners,
    report: Reporter,
) -> Departure:
    """Find out what goes with `distribution`.

    Args:
        distribution: as found in the environment.
        boundaries: of the environment.
        owners: of the files that stay.
        report: told of files that are listed but stay.

    Raises:
        InstallError: nobody knows which files it has.
    """
    if distribution.editable_project is not None and not _is_modern(distribution.info_dir):
        return _departure_of_link(distribution, boundaries)
    info_dir = distribution.info_dir
    if os.path.basename(info_dir) == "EGG-INFO":
        return _departure_of_egg(distribution, boundaries)
    paths = recorded_paths(info_dir)
    if paths is None:
        raise InstallError(
            f"{distribution.name} {distribution.version} cannot be removed: "
            f"`{info_dir}` does not list its files",
            hints=[
                "remove it by the tool that installed it, such as the system's package manager",
                "or make the virtual environment anew: `pipenv remove`, then `pipenv sync`",
            ],
        )
    kept = _Kept(distribution.name, report)
    files: dict[str, None] = {}
    links = _links(paths, os.path.dirname(info_dir), boundaries)
    for path in (*_own_files(info_dir), *paths):
        if path in files:
            continue
        if not boundaries.holds(path):
            if not _is_below(path, links):
                kept.outside(path)
        elif (owner := owners.owner_of(path)) is not None:
            kept.owned(path, owner)
        elif os.path.islink(path) or os.path.isfile(path):
            files[path] = None
    kept.tell()
    return Departure(
        distribution.key, distribution.name, distribution.version, _record_first(files)
    )


def compiled_files(files: Iterable[str]) -> list[str]:
    """The bytecode files of the modules among `files`, whoever wrote them."""
    stems: dict[str, set[str]] = {}
    for path in files:
        if path.endswith(".py"):
            folder, name = os.path.split(path)
            stems.setdefault(folder, set()).add(name[:-3])
    found: list[str] = []
    for folder, names in stems.items():
        cache = os.path.join(folder, _CACHE_FOLDER)
        try:
            entries = os.listdir(cache)
        except OSError:
            continue
        for entry in entries:
            stem, _, rest = entry.partition(".")
            if rest.endswith((".pyc", ".pyo")) and _stem_of(entry, stem) in names:
                found.append(os.path.join(cache, entry))
    return found


def _stem_of(entry: str, stem: str) -> str:
    """The module of ``name.cpython-311.opt-1.pyc``; a script's name may have dots itself."""
    parts = entry.split(".")
    for at, part in enumerate(parts[1:], 1):
        if part.startswith(("cpython-", "pypy", "graalpy", "pyston-")):
            return ".".join(parts[:at])
    return stem


class _Kept:
    """Collects what is listed but stays, for one notice of each kind."""

    def __init__(self, name: str, report: Reporter) -> None:
        self._name = name
        self._report = report
        self._outside: list[str] = []
        self._owned: list[tuple[str, str]] = []

    def outside(self, path: str) -> None:
        if os.path.lexists(path):
            self._outside.append(path)

    def owned(self, path: str, owner: str) -> None:
        self._owned.append((path, owner))

    def tell(self) -> None:
        if self._outside:
            self._report(
                Notice(
                    "record-outside",
                    f"{self._name} lists {_few(self._outside)} outside of the environment; "
                    "that is left alone",
                )
            )
        if self._owned:
            path, owner = self._owned[0]
            more = f" and {len(self._owned) - 1} more" if len(self._owned) > 1 else ""
            self._report(
                Notice(
                    "record-shared",
                    f"{self._name} and {owner} both list `{path}`{more}; that is left alone",
                )
            )


def _few(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    return f"`{paths[0]}`{more}"


def _is_modern(info_dir: str) -> bool:
    return info_dir.endswith(".dist-info")


def _links(paths: Iterable[str], site_dir: str, boundaries: Boundaries) -> frozenset[str]:
    """The listed folders that are links: what lies in them is elsewhere, and stays there."""
    outside = {os.path.dirname(path) for path in paths if not boundaries.holds(path)}
    if not outside:
        return frozenset()
    listed = frozenset(paths)
    above: set[str] = set()
    for folder in outside:
        at = folder
        while at not in above and len(at) > len(site_dir):
            above.add(at)
            at = os.path.dirname(at)
    return frozenset(each for each in above if each in listed and os.path.islink(each))


def _is_below(path: str, folders: frozenset[str]) -> bool:
    while folders:
        parent = os.path.dirname(path)
        if parent in folders:
            return True
        if parent == path:
            break
        path = parent
    return False


def _own_files(info_dir: str) -> list[str]:
    """Everything in the metadata folder: what other tools noted there is not always listed."""
    if not os.path.isdir(info_dir) or os.path.islink(info_dir):
        return [info_dir]
    return [os.path.join(folder, name) for folder, _, names in os.walk(info_dir) for name in names]


def _record_first(files: Iterable[str]) -> tuple[str, ...]:
    """Once the list is gone, nothing takes the rest for an installed distribution."""
    return tuple(sorted(files, key=lambda path: os.path.basename(path) != "RECORD"))


def _departure_of_link(distribution: InstalledDistribution, boundaries: Boundaries) -> Departure:
    """A legacy editable installation: the link to the source tree and programs, not the tree."""
    wanted = f"{distribution.key}.egg-link"
    try:
        names = os.listdir(distribution.location)
    except OSError:
        names = []
    links = [
        os.path.join(distribution.location, name)
        for name in names
        if name.endswith(".egg-link") and f"{canonical_name(name[:-9])}.egg-link" == wanted
    ]
    return Departure(
        distribution.key,
        distribution.name,
        distribution.version,
        (*links, *_programs_of_link(distribution, boundaries)),
        os.path.join(distribution.location, _EASY_INSTALL),
        distribution.editable_project or "",
    )


def _programs_of_link(distribution: InstalledDistribution, boundaries: Boundaries) -> list[str]:
    try:
        with open(os.path.join(distribution.info_dir, "entry_points.txt"), "rb") as stream:
            points = parse_entry_points(stream.read().decode("utf-8", "replace"))
    except (OSError, ValueError):
        return []
    paths = [
        os.path.join(boundaries.scripts, point.name + ending)
        for point in (*points.console, *points.gui)
        for ending in ("", ".exe", "-script.py", "-script.pyw")
    ]
    return [path for path in paths if os.path.isfile(path)]


def _departure_of_egg(distribution: InstalledDistribution, boundaries: Boundaries) -> Departure:
    """An unpacked ``.egg`` folder is one distribution's alone."""
    egg = os.path.dirname(distribution.info_dir)
    files = [
        path
        for folder, _, names in os.walk(egg)
        for path in (os.path.join(folder, name) for name in names)
        if boundaries.holds(path)
    ]
    return Departure(
        distribution.key,
        distribution.name,
        distribution.version,
        tuple(files),
        os.path.join(distribution.location, _EASY_INSTALL),
        f"./{os.path.basename(egg)}",
    )


def remove_path_line(one: Departure) -> None:
    """Take the line of a legacy installation out of ``easy-install.pth``, once its files are gone.

    Raises:
        FileAccessError: the file cannot be written.
    """
    data = read_bytes(one.path_file) if one.path_file and one.path_line else None
    if data is None:
        return
    lines = data.splitlines(keepends=True)
    wanted = os.path.normcase(one.path_line)
    kept = [
        line
        for line in lines
        if os.path.normcase(line.strip().decode("utf-8", "surrogateescape")) != wanted
    ]
    if len(kept) == len(lines):
        return
    if any(line.strip() for line in kept):
        write_atomic(one.path_file, b"".join(kept))
    else:
        os.unlink(one.path_file)
