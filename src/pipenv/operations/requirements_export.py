"""A lock, or the Pipfile, as the lines of a requirements file. Reads two files and asks nobody."""

from __future__ import annotations

from pipenv.errors import InvalidLockfile, InvalidValue, LockfileNotFound
from pipenv.lockfile.requirement_lines import ListedPackage, index_lines, requirement_line
from pipenv.models.indexes import Index
from pipenv.models.names import canonical_name, is_name
from pipenv.models.origins import IndexOrigin, VcsOrigin
from pipenv.models.records import NamedTuple
from pipenv.operations.documents import read_lockfile
from pipenv.operations.pylock_place import pylock_names
from pipenv.pipfile.document import lock_category, pipfile_category
from pipenv.pipfile.entries import SHORTHAND_KEYS, parse_entry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipenv.lockfile.schema import Lockfile
    from pipenv.models.markers import Marker
    from pipenv.models.pins import Pin
    from pipenv.operations.session import Session
    from pipenv.pipfile.document import Pipfile


class ExportRequest(NamedTuple):
    """What is to be in the file."""

    categories: tuple[str, ...]
    """By either name; a package of several keeps the place of the first, with the last's data."""
    hashes: bool = False
    markers: bool = True
    sources: bool = True
    only_listed: bool = False
    """Of the lock, only what the category of the Pipfile lists itself."""
    no_lock: bool = False
    """What the Pipfile says, instead of the lock."""


class Export(NamedTuple):
    """The lines, and what has to be told of them."""

    lines: tuple[str, ...]
    unhashed: tuple[str, ...]
    """Packages without a hash although hashes are wanted and others have some."""


def chosen_categories(*, dev: bool, dev_only: bool, named: Sequence[str]) -> tuple[str, ...]:
    """The lock categories that a command line means, in the order in which they are written."""
    if named:
        return tuple(dict.fromkeys(lock_category(name) for name in named))
    if dev_only:
        return ("develop",)
    return ("develop", "default") if dev else ("default",)


def export_requirements(session: Session, request: ExportRequest) -> Export:
    """Make the lines; no file is written.

    Raises:
        LockfileNotFound: there is no lock, and it is not told to do without.
        PipfileNotFound: the Pipfile is needed, and there is none.
        InvalidLockfile, InvalidPipfile: a file cannot be read, or an entry is no such line.
    """
    sources: Sequence[Index]
    if request.no_lock or request.only_listed:
        session.require_pipfile()
    if request.no_lock:
        pipfile = session.pipfile()
        sources = session.written_sources(pipfile)
        found = _of_pipfile(pipfile, request.categories)
    else:
        lockfile = read_lockfile(session.project)
        if lockfile is None and pylock_names(session.project.root):
            return _of_pylock(session, request)
        if lockfile is None:
            raise LockfileNotFound(
                f"there is no lock: `{session.project.lockfile_path}` does not exist",
                hints=["run `pipenv lock` first, or write what the Pipfile says with --no-lock"],
                is_expected_by_programs=True,
            )
        sources = lockfile.sources or session.default_sources()
        listed = session.pipfile() if request.only_listed else None
        found = _of_lock(lockfile, request.categories, listed)
    return _written(found.values(), session.mirrored(tuple(sources)), request)


def _of_pylock(session: Session, request: ExportRequest) -> Export:
    """The lines of a ``pylock.toml``, where that is the only lock."""
    from pipenv.lockfile.pylock_selection import plain_marker, wanted_parts
    from pipenv.operations.pylock_reading import found_pylock

    found = found_pylock(session)
    if found is None:
        return Export((), ())
    pylock = found.pylock
    wanted = wanted_parts(
        pylock,
        dev="develop" in request.categories and len(request.categories) > 1,
        named=request.categories,
        all_of_them=False,
    )
    packages = []
    for package in pylock.packages:
        applies, marker = plain_marker(package.marker, wanted)
        if applies:
            packages.append(
                ListedPackage(
                    name=package.name,
                    versions=f"=={package.version}" if package.artifacts else "",
                    extras=(),
                    origin=package.origin,
                    marker=_text(marker),
                    digests=tuple(
                        dict.fromkeys(
                            digest
                            for digests in (
                                package.digests,
                                *(each.digests for each in package.artifacts),
                            )
                            for digest in digests
                        )
                    ),
                )
            )
    indexes = dict.fromkeys(each.index_url for each in pylock.packages if each.index_url)
    sources = session.mirrored(tuple(Index(url, url.rstrip("/")) for url in indexes))
    return _written(packages, sources, request)


def _written(
    packages: Iterable[ListedPackage], sources: Sequence[Index], request: ExportRequest
) -> Export:
    lines = list(index_lines(sources)) if request.sources else []
    unhashed: list[str] = []
    for package in packages:
        if request.hashes and not package.digests:
            unhashed.append(package.name)
        lines.append(
            requirement_line(
                package._replace(
                    marker=package.marker if request.markers else None,
                    digests=package.digests if request.hashes else (),
                )
            )
        )
    for line in lines:
        if len(line.splitlines()) > 1:
            raise InvalidValue(f"`{line.splitlines()[0]}` goes on in a second line")
    are_mixed = any(" --hash=" in line for line in lines)
    return Export(tuple(lines), tuple(unhashed) if are_mixed else ())


def _of_lock(
    lockfile: Lockfile, categories: Sequence[str], listed: Pipfile | None
) -> dict[str, ListedPackage]:
    found: dict[str, ListedPackage] = {}
    for category in categories:
        raw = lockfile.raw.get(category, {})
        names = None
        if listed is not None:
            names = {canonical_name(name) for name in listed.entries(pipfile_category(category))}
        for name, pin in lockfile.categories.get(category, {}).items():
            if names is None or canonical_name(name) in names:
                found[name] = _pinned(pin, raw[name].table if name in raw else {})
    return found


def _pinned(pin: Pin, table: Mapping[str, object]) -> ListedPackage:
    if not is_name(pin.name) or any(map(str.isspace, pin.version or "")):
        raise InvalidLockfile(
            f"Pipfile.lock has an entry `{pin.name}` whose name or version is none",
            hints=["run `pipenv lock` to make a new one"],
        )
    marker = table.get("markers")
    digests = () if isinstance(pin.origin, VcsOrigin) else pin.digests
    return ListedPackage(
        name=pin.name,
        versions="" if pin.version is None else f"=={pin.version}",
        extras=pin.extras,
        origin=pin.origin,
        marker=marker if isinstance(marker, str) else _text(pin.marker),
        digests=digests,
    )


def _of_pipfile(pipfile: Pipfile, categories: Sequence[str]) -> dict[str, ListedPackage]:
    found: dict[str, ListedPackage] = {}
    for category in categories:
        written = pipfile_category(category)
        for name, value in pipfile.entries(written).items():
            found[name] = _listed(name, value, written)
    return found


def _listed(name: str, value: object, category: str) -> ListedPackage:
    entry = parse_entry(name, value, category=category)
    table = value if isinstance(value, dict) else {"version": value}
    version = "".join(str(table.get("version", "*")).split())
    if not isinstance(entry.origin, IndexOrigin) or version == "*":
        version = ""
    elif version and version[0] not in "<>=!~":
        version = f"=={version}"
    extras = table.get("extras")
    written = table.get("markers")
    is_alone = not any(key in table for key in (*SHORTHAND_KEYS, "os_markers"))
    return ListedPackage(
        name=name,
        versions=version,
        extras=extras if isinstance(extras, list) else (),
        origin=entry.origin,
        marker=written
        if isinstance(written, str) and is_alone
        else _text(entry.requirement.marker),
    )


def _text(marker: Marker | None) -> str | None:
    return None if marker is None else str(marker)
