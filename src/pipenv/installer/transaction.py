"""Carrying out an install plan, as a whole or not at all.

Order of an execution: everything is worked out and compared with the disk; what leaves or is
replaced is moved aside (`pipenv.installer.journal`); each new distribution's list of files is
written under another name; folders, files, programs; then every list gets its name, RECORD, which
is what makes a distribution installed; and what was moved aside is deleted. An error anywhere
before that brings the old state back; after a kill, `pipenv.installer.journal.recover` does.

The caller holds the environment's lock, and has called `recover` before it looked at what is
installed.
"""

from __future__ import annotations

import os
import sys

from pipenv.archives.identity import is_same_project, is_same_version
from pipenv.errors import FileAccessError, FileConflict, InstallError, MetadataMismatch
from pipenv.events import (
    DistributionInstalled,
    DistributionRemoved,
    Notice,
    StageAdvanced,
    silent,
)
from pipenv.filesystem.atomic import hints_for
from pipenv.installer.bytecode import compile_modules
from pipenv.installer.folded import wheel_behind
from pipenv.installer.journal import Journal, recover
from pipenv.installer.launchers import no_stub
from pipenv.installer.link_modes import LinkMode
from pipenv.installer.obstacles import Obstacles
from pipenv.installer.ownership import Owners, info_dirs, site_dirs
from pipenv.installer.placement import Placement, Request, kept_notes, link_all
from pipenv.installer.record import Boundaries
from pipenv.installer.removal import departure, remove_path_line
from pipenv.models.distributions import InstalledDistribution
from pipenv.models.names import canonical_name
from pipenv.models.records import NamedTuple

if sys.platform == "win32":
    from pipenv.installer.windows_stubs import WindowsStubs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from pipenv.cache.wheel_store import UnpackedWheel
    from pipenv.events import Reporter
    from pipenv.installer.destination import Destination
    from pipenv.installer.launchers import Stub
    from pipenv.installer.placement import Made
    from pipenv.installer.plan import InstallPlan
    from pipenv.installer.removal import Departure
    from pipenv.models.interpreters import Environment


class InstallReport(NamedTuple):
    """What was done."""

    installed: tuple[tuple[str, str], ...]
    """Name and version, in the order of the plan."""
    removed: tuple[tuple[str, str], ...]
    """What is gone and was not replaced."""
    file_count: int
    size_bytes: int


class Options(NamedTuple):
    """How a transaction is carried out."""

    tolerate_conflicts: bool = False
    """Report files that two distributions bring with different content, instead of refusing."""
    environ: Mapping[str, str] = {}
    """The variables of the process that compiles bytecode."""
    platform: str = sys.platform
    destination: Destination | None = None
    """What changes files; the disk itself, but for tests."""
    link_mode: str | None = None
    """See `pipenv.installer.link_modes.LinkMode`, and so for the next."""
    lasting_cache: str | None = None


def execute(  # noqa: PLR0913 - one call says everything about one change
    plan: InstallPlan,
    wheels: Mapping[str, UnpackedWheel],
    environment: Environment,
    *,
    requested: Collection[str] = (),
    direct_urls: Mapping[str, Mapping[str, object]] | None = None,
    stamps: Mapping[str, str] | None = None,
    report: Reporter = silent,
    compile_bytecode: bool = False,
    options: Options = Options(),  # noqa: B008 - immutable
) -> InstallReport:
    """Bring `environment` to the planned state, or leave it as it was.

    Args:
        plan: from `pipenv.installer.plan.plan`.
        wheels: verified wheel by the name of the pin, for every installation of the plan.
        environment: whose lock the caller holds.
        requested: canonical names that the user asked for by name (PEP 376).
        direct_urls: what to note as ``direct_url.json``, by the name of the pin (PEP 610).
        stamps: what the state of the source is called, by the name of the pin; noted for `plan`.
        report: told of each distribution, and of files that were left alone.
        compile_bytecode: let the environment's interpreter compile the new modules.
        options: see `Options`.

    Raises:
        MetadataMismatch: a wheel is not what its pin says; nothing was touched.
        FileConflict: two distributions claim one file; nothing was touched.
        InstallError: something cannot be removed, or a wheel is missing; nothing was touched.
        FileAccessError: the operating system refused; everything is as it was.
    """
    urls, states = direct_urls or {}, stamps or {}
    wanted = [
        _Wanted(
            _wheel_for(step.pin.name, step.pin.version, wheels),
            Request(
                canonical_name(step.pin.name) in requested,
                urls.get(step.pin.name),
                states.get(step.pin.name) or None,
            ),
        )
        for step in plan.installations
    ]
    replaced = [one for step in plan.installations for one in step.replaced]
    removed = [removal.distribution for removal in plan.removals]
    change = _Change(environment, report, options)
    result = change.run(wanted, replaced, removed)
    if compile_bytecode:
        change.compile()
    return result


def install_wheel(
    wheel: UnpackedWheel,
    environment: Environment,
    *,
    request: Request = Request(),  # noqa: B008 - immutable
    report: Reporter = silent,
    options: Options = Options(),  # noqa: B008 - immutable
) -> InstallReport:
    """Install one verified wheel in place of whatever version is there.

    Raises:
        FileConflict, InstallError, FileAccessError: see `execute`.
    """
    change = _Change(environment, report, options)
    return change.run([_Wanted(wheel, request)], (), ())


def uninstall(
    distribution: InstalledDistribution,
    environment: Environment,
    *,
    report: Reporter = silent,
    options: Options = Options(),  # noqa: B008 - immutable
) -> InstallReport:
    """Remove one distribution.

    Raises:
        InstallError: nobody knows which files it has; nothing was touched.
        FileAccessError: the operating system refused; it is still installed.
    """
    change = _Change(environment, report, options)
    return change.run((), (), [distribution])


class _Wanted(NamedTuple):
    wheel: UnpackedWheel
    request: Request


class _Change:
    """One change of one environment."""

    def __init__(self, environment: Environment, report: Reporter, options: Options) -> None:
        self._environment = environment
        self._report = report
        self._options = options
        self._link_mode = LinkMode(options.link_mode, options.lasting_cache)
        self._destination = options.destination or self._link_mode.disk
        self._placed: list[Placement] = []
        self._boundaries = Boundaries(environment)
        self._folders = site_dirs(environment)
        self._real = {os.path.realpath(folder): folder for folder in self._folders}

    def run(
        self,
        wanted: Sequence[_Wanted],
        replaced: Sequence[InstalledDistribution],
        removed: Sequence[InstalledDistribution],
    ) -> InstallReport:
        recover(self._environment, self._report)
        for one in removed:
            if not self._is_ours(one):
                raise InstallError(
                    f"{one.name} {one.version} is outside of the environment, in `{one.location}`",
                    hints=["remove it by the tool that installed it"],
                )
        try:
            placements, leaving = self._replace((*replaced, *removed), wanted)
        except OSError as error:
            raise _refusal(error) from error
        for departed in leaving:
            remove_path_line(departed)
        gone = tuple((one.name, one.version) for one in removed)
        for name, version in gone:
            self._report(DistributionRemoved(name, version))
        fallback = self._link_mode.fallback() if placements else None
        if fallback is not None:
            self._report(Notice("link-mode", fallback))
        for placement, (wheel, _) in zip(placements, wanted, strict=True):
            for notice in wheel.manifest.notices:
                self._report(Notice("wheel", notice))
            self._report(DistributionInstalled(placement.name, placement.version))
        return InstallReport(
            tuple((each.name, each.version) for each in placements),
            gone,
            sum(wheel.manifest.file_count() for wheel, _ in wanted),
            sum(wheel.manifest.size_bytes() for wheel, _ in wanted),
        )

    def _replace(
        self, told: Sequence[InstalledDistribution], wanted: Sequence[_Wanted]
    ) -> tuple[list[Placement], list[Departure]]:
        """Plan and carry out; the placements are those of `wanted`.

        A distribution whose folder is a link, and which others bring files into, is placed anew,
        and first: once it is complete, nobody misses the link.
        """
        anew: list[_Wanted] = []
        while True:
            placements = self._placed = self._placements([*anew, *wanted])
            known, debris = self._leaving(placements, told)
            owners = Owners(self._folders, known)
            leaving = [
                departure(one, self._boundaries, owners, self._report) for one in known.values()
            ]
            self._link_mode.fold(
                placements, self._folders, (path for one in leaving for path in one.files)
            )
            obstacles = self._obstacles(owners, leaving, debris)
            found = [(placement.key, obstacles.check(placement)) for placement in placements]
            if not obstacles.shared_links:
                debris += [(key, files) for key, files in found if files]
                self._carry_out(placements, leaving, debris)
                return placements[len(anew) :], leaving
            anew += self._owners_of_links(obstacles.shared_links)

    def _owners_of_links(self, links: Mapping[str, str]) -> list[_Wanted]:
        """The distributions with the links `links`, to be placed without them."""
        found: dict[str, _Wanted] = {}
        for link, owner in links.items():
            folder = next(each for each in self._folders if link.startswith(each + os.sep))
            wheel = wheel_behind(link, folder)
            if wheel is None:
                raise FileConflict(
                    f"`{link}` of {owner} leads to files that are no longer in the cache",
                    hints=[f"`pipenv sync` installs {owner} again"],
                )
            info_dirs_of = (path for key, path in info_dirs(self._folders) if key == owner)
            found.setdefault(owner, _Wanted(wheel, Request(kept=kept_notes(next(info_dirs_of)))))
        return [*found.values()]

    # Before anything is touched

    def _placements(self, wanted: Sequence[_Wanted]) -> list[Placement]:
        stub = _stub(self._environment, self._options.platform)
        return [
            Placement(
                wheel,
                self._environment,
                request,
                self._destination,
                platform=self._options.platform,
                stub=stub,
            )
            for wheel, request in wanted
        ]

    def _leaving(
        self,
        placements: Sequence[Placement],
        told: Sequence[InstalledDistribution],
    ) -> tuple[dict[str, InstalledDistribution], list[tuple[str, list[str]]]]:
        """What has to go first, by its metadata folder, and the files of half distributions.

        That is what we were told of, and whatever else has one of the names that are to come.
        """
        known: dict[str, InstalledDistribution] = {}
        for one in told:
            # What lies elsewhere, as the system's own packages do, is covered by ours, not removed.
            if self._is_ours(one) and os.path.lexists(one.info_dir):
                ours = self._as_we_write_it(one)
                known[ours.info_dir] = ours
        broken: list[tuple[str, list[str]]] = []
        wanted = {placement.key for placement in placements}
        for key, info_dir in info_dirs(self._folders):
            if key not in wanted or info_dir in known or not info_dir.endswith(".dist-info"):
                continue
            if os.path.lexists(os.path.join(info_dir, "RECORD")):
                known[info_dir] = _found(info_dir)
            else:
                broken.append((key, _all_files(info_dir)))
        return known, broken

    def _is_ours(self, one: InstalledDistribution) -> bool:
        return os.path.realpath(one.location) in self._real

    def _as_we_write_it(self, one: InstalledDistribution) -> InstalledDistribution:
        """The same with our spelling of the site folder, which links may give several."""
        location = self._real[os.path.realpath(one.location)]
        info_dir = os.path.normpath(one.info_dir)
        if os.path.dirname(info_dir) == os.path.normpath(one.location):
            info_dir = os.path.join(location, os.path.basename(info_dir))
        return one._replace(location=location, info_dir=info_dir)

    def _obstacles(
        self,
        owners: Owners,
        leaving: Sequence[Departure],
        debris: Sequence[tuple[str, list[str]]],
    ) -> Obstacles:
        """What is to find the files that are in the way."""
        gone = {path for one in leaving for path in one.files}
        gone.update(path for _, files in debris for path in files)
        return Obstacles(
            self._environment,
            self._boundaries,
            owners,
            gone,
            tolerate=self._report if self._options.tolerate_conflicts else None,
        )

    # Touching

    def _carry_out(
        self,
        placements: Sequence[Placement],
        leaving: Sequence[Departure],
        debris: Sequence[tuple[str, list[str]]],
    ) -> None:
        journal = Journal(self._environment, self._destination)
        begun: list[Placement] = []
        made: list[Made] = []
        try:
            journal.begin()
            for one in leaving:
                journal.set_aside(one.key, one.files)
            for key, files in debris:
                journal.set_aside(key, files)
            for placement in placements:
                begun.append(placement)
                placement.begin(self._destination)
            link_all(placements, self._destination, made)
            for placement in placements:
                placement.link_folders(self._destination, made)
            for done, placement in enumerate(placements):
                self._report(StageAdvanced("install", done, placement.name))
                placement.write_generated(self._destination, made)
            for placement in placements:
                placement.finish(self._destination)
            journal.close()
        except BaseException:
            if journal.is_open():
                self._undo(begun, made)
                journal.restore()
            raise
        journal.discard()

    def _undo(self, begun: Sequence[Placement], made: Sequence[Made]) -> None:
        """Delete everything new, and no more; if we are killed now, `recover` goes on with it."""
        for placement in begun:
            placement.withdraw(self._destination)
        for folder, names in made:
            for name in names:
                self._destination.delete(f"{folder}/{name}")
        boundaries = Boundaries(self._environment)  # what was a link before may be a folder now
        folders = {folder for placement in begun for folder in placement.folders()}
        folders.update(folder for folder, _ in made)
        for folder in boundaries.folders_to_tidy(f"{folder}/x" for folder in folders):
            self._destination.delete_folder(folder)
        for placement in begun:
            placement.vanish(self._destination)

    def compile(self) -> None:
        """Compile the modules of what was installed."""
        modules = [
            path
            for placement in self._placed
            for path in (*placement.files(), *placement.files_behind_links())
        ]
        python = self._environment.interpreter.executable
        compile_modules(python, modules, self._options.environ, self._report)


def _wheel_for(
    name: str, version: str | None, wheels: Mapping[str, UnpackedWheel]
) -> UnpackedWheel:
    wheel = wheels.get(name)
    if wheel is None:
        raise InstallError(f"there is no wheel of {name} to install")
    found = f"{wheel.name} {wheel.version}"
    if not is_same_project(wheel.name, name):
        raise MetadataMismatch(f"the wheel for {name} is one of {found}")
    if version is not None and not is_same_version(wheel.version, version):
        raise MetadataMismatch(f"the wheel for {name} {version} is one of {found}")
    return wheel


def _found(info_dir: str) -> InstalledDistribution:
    """A distribution that nobody told us of."""
    folder, name = os.path.split(info_dir)
    project, _, version = name.rpartition(".")[0].partition("-")
    return InstalledDistribution(project, version, folder, info_dir)


def _all_files(folder: str) -> list[str]:
    return [os.path.join(at, name) for at, _, names in os.walk(folder) for name in names]


def _stub(environment: Environment, platform: str) -> Stub:
    if sys.platform == "win32" and platform == "win32":
        interpreter = environment.interpreter
        machine = interpreter.environment.get("platform_machine", "")
        return WindowsStubs(is_64bit=interpreter.is_64bit, machine=machine)
    return no_stub


def _refusal(error: OSError) -> FileAccessError | FileConflict:
    path = error.filename2 or error.filename or "?"
    if isinstance(error, FileExistsError):
        return FileConflict(
            f"`{path}` is in the way of a new file",
            hints=["two names may differ in upper and lower case only, or another program made it"],
        )
    reason = (error.strerror or str(error)).lower()
    return FileAccessError(
        f"cannot change the environment: `{path}`: {reason}", hints=hints_for(path, error)
    )
