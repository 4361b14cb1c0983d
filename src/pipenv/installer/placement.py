"""Where each file of a wheel goes, and putting it there.

A placement is worked out in full before the first file is written. That nothing is in the way is
for `pipenv.installer.obstacles`.
"""

from __future__ import annotations

import _thread
import os

from pipenv.archives.record_rows import record_line, record_rows
from pipenv.cache.linked_folders import note_links
from pipenv.installer.folded import Linked, fold
from pipenv.installer.launchers import launcher_files, no_stub, with_interpreter
from pipenv.installer.provenance import direct_url_text
from pipenv.installer.record import UNFINISHED, path_in_record, row_for
from pipenv.models.distributions import SOURCE_STAMP
from pipenv.models.names import canonical_name
from pipenv.models.records import NamedTuple
from pipenv.processes import middle_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from pipenv.cache.manifest import WheelManifest
    from pipenv.cache.wheel_store import UnpackedWheel
    from pipenv.installer.destination import Destination
    from pipenv.installer.folded import FolderLink
    from pipenv.installer.launchers import Stub
    from pipenv.models.interpreters import Environment

    Made = tuple[str, tuple[str, ...]]
    """A folder, and the names of files that were made in it."""

_FILES_WORTH_A_THREAD = 400
_FOLDER_WEIGHT = 3
"""Making a folder takes as long as linking so many files."""


class Written(NamedTuple):
    """A file whose content is made here."""

    path: str
    data: bytes
    executable: bool = False


class Request(NamedTuple):
    """What is noted about a distribution besides its files."""

    requested: bool = False
    """It was asked for, and is not only needed by another (PEP 376)."""
    direct_url: Mapping[str, object] | None = None
    """Where it came from when no index had it (PEP 610)."""
    stamp: str | None = None
    """What the state of the folder or checkout that it was made of is called."""
    installer: str = "pipenv"
    kept: tuple[tuple[str, bytes], ...] = ()
    """Name and content of the notes of a distribution that is only placed anew."""


class Placement:
    """One wheel as it will be in one environment."""

    __slots__ = (
        "folder_links",
        "info_dir",
        "key",
        "linked",
        "name",
        "record",
        "shared",
        "site_dir",
        "version",
        "wheel",
        "withheld",
        "written",
    )

    def __init__(
        self,
        wheel: UnpackedWheel,
        environment: Environment,
        request: Request,
        destination: Destination,
        *,
        platform: str,
        stub: Stub = no_stub,
    ) -> None:
        """Work out every path and every generated file; nothing is written."""
        manifest = wheel.manifest
        self.wheel = wheel
        self.name = manifest.name
        self.key = canonical_name(manifest.name)
        self.version = manifest.version
        schemes = _scheme_folders(environment, manifest.name)
        site_dir = self.site_dir = schemes[manifest.root_scheme]
        self.info_dir = os.path.join(site_dir, manifest.info_dir)
        link = destination.linker(wheel.root)
        tree = wheel.tree
        self.linked: list[Linked] = [
            Linked(
                _below(schemes[group.scheme], group.folder),
                f"{tree}/{group.source}/" if group.source else f"{tree}/",
                group.names,
                link,
            )
            for group in manifest.groups
        ]
        python = environment.interpreter.executable
        self.written = _programs(manifest, schemes["scripts"], python, platform, stub)
        taken = {os.path.normcase(file.path) for file in self.written}
        rows = [manifest.record, *_data_rows(manifest, schemes, site_dir)]
        for script in manifest.scripts:
            path = f"{schemes['scripts']}/{script.path}"
            if os.path.normcase(path) in taken:
                continue  # an entry point of the same name is what the wheel means
            if script.is_python:
                data = with_interpreter(_read(f"{tree}/{script.source}"), python)
                self.written.append(Written(path, data, executable=True))
            else:
                folder, _, name = script.path.rpartition("/")
                source = script.source[: -len(name)]
                target = _below(schemes["scripts"], folder)
                self.linked.append(Linked(target, f"{tree}/{source}", (name,), link))
                row = record_line(path_in_record(path, site_dir), script.digest, script.size)
                rows.append(row)
        self.written += _notes(self.info_dir, request)
        rows += [row_for(path_in_record(file.path, site_dir), file.data) for file in self.written]
        rows.append(record_line(f"{manifest.info_dir}/RECORD", "", ""))
        self.record = "".join(rows)
        self.folder_links: tuple[FolderLink, ...] = ()
        """Folders that are links to the cache."""
        self.shared: set[str] = set()
        """Files that are there already, with the same content and another owner."""
        self.withheld: set[str] = set()
        """Files that are not installed, since another distribution has another one there."""

    def fold(self, may_be_link: Callable[[str], bool]) -> bool:
        """Make whole folders links where that can be; see `pipenv.installer.folded.fold`.

        Their rows in RECORD have neither digest nor size.

        Returns:
            `False` when the cache could not note it, and nothing has become a link.
        """
        folding = fold(self.linked, self.site_dir, self.wheel.tree, may_be_link)
        if not folding.links:
            return True
        paths = [each.path for each in folding.links]
        if not note_links(self.wheel.root, self.site_dir, paths):
            return False
        rows = [record_line(path_in_record(path, self.site_dir), "", "") for path in paths]
        self.record = "".join(rows) + self.record
        self.folder_links = folding.links
        self.linked = [*folding.others]
        return True

    def leaves_out(self, path: str) -> bool:
        """Tell whether one of its files is not written here."""
        return path in self.shared or path in self.withheld

    def files(self) -> Iterable[str]:
        """Every path that will be new, RECORD aside."""
        for group in self.linked:
            for name in group.names:
                path = f"{group.folder}/{name}"
                if not self.leaves_out(path):
                    yield path
        for file in self.written:
            if not self.leaves_out(file.path):
                yield file.path

    def folders(self) -> Iterable[str]:
        """The folders that it has files or links in."""
        yield from (group.folder for group in self.linked)
        yield from (file.path.rpartition("/")[0] for file in self.written)
        yield from (link.path.rpartition("/")[0] for link in self.folder_links)

    def files_behind_links(self) -> Iterable[str]:
        """Every path that is found through a link to a folder."""
        for link in self.folder_links:
            for group in link.inside:
                for name in group.names:
                    yield f"{group.folder}/{name}"

    def begin(self, destination: Destination) -> None:
        """Note what is coming, so that it can be cleaned up whatever happens."""
        destination.make_folder(self.info_dir)
        record = self.record
        if self.withheld:
            absent = {path_in_record(path, self.site_dir) for path in self.withheld}
            record = "".join(
                record_line(*row) for row in record_rows(record) if row.path not in absent
            )
        destination.write(os.path.join(self.info_dir, UNFINISHED), record.encode())

    def link_folders(self, destination: Destination, made: list[Made]) -> None:
        """Make the links to whole folders; add them to `made`."""
        for link in self.folder_links:
            folder, _, name = link.path.rpartition("/")
            destination.make_folder(folder)
            made.append((folder, (name,)))
            try:
                destination.link_folder(link.source, link.path)
            except FileExistsError:
                made.pop()
                raise

    def write_generated(self, destination: Destination, made: list[Made]) -> None:
        """Write programs and notes; add them to `made`."""
        for file in self.written:
            if self.leaves_out(file.path):
                continue
            folder, _, name = file.path.rpartition("/")
            destination.make_folder(folder)
            made.append((folder, (name,)))
            try:
                destination.write(file.path, file.data, executable=file.executable)
            except FileExistsError:
                made.pop()
                raise

    def finish(self, destination: Destination) -> None:
        """From here on the distribution is installed."""
        destination.move(
            os.path.join(self.info_dir, UNFINISHED), os.path.join(self.info_dir, "RECORD")
        )

    def withdraw(self, destination: Destination) -> None:
        """From here on it is not, though its files are still there."""
        record = os.path.join(self.info_dir, "RECORD")
        if os.path.lexists(record):
            destination.move(record, os.path.join(self.info_dir, UNFINISHED))

    def vanish(self, destination: Destination) -> None:
        """Delete the list of files, once they are gone."""
        destination.delete(os.path.join(self.info_dir, UNFINISHED))
        destination.delete_folder(self.info_dir)


def link_all(placements: Sequence[Placement], destination: Destination, made: list[Made]) -> None:
    """Make all folders and link all files, by two threads where there are many.

    Whatever happens, every folder is added to `made` with the names of the files that were linked
    into it; the last one may be missing.

    Raises:
        OSError: something cannot be made; what was made before stays, and no thread is at work.
    """
    groups = [group for placement in placements for group in _without_shared(placement)]
    weights = [len(group.names) + _FOLDER_WEIGHT for group in groups]
    if sum(weights) < _FILES_WORTH_A_THREAD:
        _link_groups(groups, destination, made, [])
        return
    middle = middle_of(weights)
    _Pair(groups[:middle], groups[middle:], destination, made).run()


class _Pair:
    """Two threads, this one and another, that link one half each."""

    def __init__(
        self,
        first: Sequence[Linked],
        second: Sequence[Linked],
        destination: Destination,
        made: list[Made],
    ) -> None:
        self._halves = (first, second)
        self._made = made
        self._destination = destination
        self._errors: list[BaseException] = []
        self._ended = _thread.allocate_lock()

    def run(self) -> None:
        self._ended.acquire()
        _thread.start_new_thread(self._run_other, ())
        try:
            _link_groups(self._halves[0], self._destination, self._made, self._errors)
        except BaseException as error:  # noqa: BLE001 - raised again when both have ended
            self._errors.append(error)
        while True:
            try:
                self._ended.acquire()
            except BaseException as error:  # noqa: BLE001 - an impatient user; the same
                self._errors.append(error)
            else:
                break
        if self._errors:
            raise self._errors[-1]

    def _run_other(self) -> None:
        try:
            _link_groups(self._halves[1], self._destination, self._made, self._errors)
        except BaseException as error:  # noqa: BLE001 - handed over to the first thread
            self._errors.append(error)
        finally:
            self._ended.release()


def _link_groups(
    groups: Sequence[Linked],
    destination: Destination,
    made: list[Made],
    errors: Sequence[BaseException],
) -> None:
    """Link until it is done or there is an error, which may be the other thread's."""
    for group in groups:
        if errors:
            return
        folder, source, link = group.folder, group.source, group.link
        destination.make_folder(folder)
        position = 0
        try:
            for position, name in enumerate(group.names):  # noqa: B007 - wanted when it fails
                link(source + name, f"{folder}/{name}")
        except FileExistsError:
            made.append((folder, group.names[:position]))
            raise
        except BaseException:
            # Interrupted, nobody knows whether before or after the last one was made.
            made.append((folder, group.names[: position + 1]))
            raise
        made.append((folder, group.names))


def _without_shared(placement: Placement) -> list[Linked]:
    if not placement.shared and not placement.withheld:
        return placement.linked
    return [
        group._replace(
            names=tuple(
                name for name in group.names if not placement.leaves_out(f"{group.folder}/{name}")
            )
        )
        for group in placement.linked
    ]


def _scheme_folders(environment: Environment, name: str) -> dict[str, str]:
    paths = environment.paths
    return {
        "purelib": os.path.normpath(paths.purelib),
        "platlib": os.path.normpath(paths.platlib),
        "scripts": os.path.normpath(paths.scripts),
        "data": os.path.normpath(paths.data),
        "headers": os.path.join(os.path.normpath(paths.headers), name),
    }


def _below(folder: str, relative: str) -> str:
    return f"{folder}/{relative}" if relative else folder


def _programs(
    manifest: WheelManifest, folder: str, python: str, platform: str, stub: Stub
) -> list[Written]:
    """The launchers; of two programs with one name the console one counts."""
    found: dict[str, Written] = {}
    for kind, points in (("console", manifest.console), ("gui", manifest.gui)):
        for point in points:
            for name, data in launcher_files(point, kind, python, platform=platform, stub=stub):
                found.setdefault(name, Written(f"{folder}/{name}", data, executable=True))
    return [*found.values()]


def _data_rows(manifest: WheelManifest, schemes: Mapping[str, str], site_dir: str) -> Iterable[str]:
    """RECORD rows of the files from ``.data`` folders."""
    for group in manifest.groups:
        if not group.digests:
            continue
        folder = path_in_record(_below(schemes[group.scheme], group.folder), site_dir)
        prefix = "" if folder == "." else f"{folder}/"
        for name, size, digest in zip(group.names, group.sizes, group.digests, strict=True):
            yield record_line(prefix + name, digest, size)


def _notes(info_dir: str, request: Request) -> list[Written]:
    if request.kept:
        return [Written(f"{info_dir}/{name}", data) for name, data in request.kept]
    notes = [Written(f"{info_dir}/INSTALLER", f"{request.installer}\n".encode())]
    if request.requested:
        notes.append(Written(f"{info_dir}/REQUESTED", b""))
    if request.direct_url is not None:
        notes.append(Written(f"{info_dir}/direct_url.json", direct_url_text(request.direct_url)))
    if request.stamp is not None:
        notes.append(Written(f"{info_dir}/{SOURCE_STAMP}", f"{request.stamp}\n".encode()))
    return notes


def kept_notes(info_dir: str) -> tuple[tuple[str, bytes], ...]:
    """The notes of an installed distribution, for `Request.kept`."""
    names = ("INSTALLER", "REQUESTED", "direct_url.json", SOURCE_STAMP)
    paths = [(name, os.path.join(info_dir, name)) for name in names]
    return tuple((name, _read(path)) for name, path in paths if os.path.isfile(path))


def _read(path: str) -> bytes:
    with open(path, "rb") as stream:
        return stream.read()
