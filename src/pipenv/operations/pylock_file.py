"""``pylock.toml`` beside Pipfile.lock: which file it is, and what it says of a lock just made."""

from __future__ import annotations

import os
import re

from pipenv.errors import InvalidPipfile, PackageNotFound
from pipenv.events import Notice, silent
from pipenv.index.admission import honest_for
from pipenv.lockfile.group_markers import group_marker, group_of, marker_of
from pipenv.lockfile.pylock import Pylock, PylockPackage, source_distribution, write_pylock
from pipenv.models.markers import Marker, conjunction, disjunction
from pipenv.models.names import canonical_name
from pipenv.models.origins import ArchiveOrigin, DirectoryOrigin, IndexOrigin
from pipenv.models.versions import version_key
from pipenv.operations.documents import read_text
from pipenv.operations.places import local_path, place_of, written_path
from pipenv.operations.solved_lock import PylockFile
from pipenv.operations.sourcing import settled
from pipenv.resolver.splitting import split

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipenv.events import Reporter
    from pipenv.models.digests import Digest
    from pipenv.models.origins import Origin
    from pipenv.models.pins import Pin
    from pipenv.operations.project import Project
    from pipenv.operations.solved_lock import SolvedLock
    from pipenv.pipfile.document import Pipfile
    from pipenv.resolver.resolution import Choice

_NAME = re.compile(r"[^./\\\x00-\x1f]+")
"""PEP 751: no dots; and nothing that leads to another folder."""
_LAST_PATCH = 99
_WINDOWS_PATH = re.compile(r"[A-Za-z]:[\\/]")


def pylock_path(project: Project, pipfile: Pipfile) -> str:
    """The file that goes with the lock of a project.

    Raises:
        InvalidPipfile: ``[pipenv] pylock_name`` is no name for it.
    """
    name = pipfile.settings.get("pylock_name")
    if name is None or name == "":
        return os.path.join(project.root, "pylock.toml")
    if not isinstance(name, str) or _NAME.fullmatch(name) is None:
        line = pipfile.line_of("pipenv", "pylock_name")
        raise InvalidPipfile(
            f"[pipenv] pylock_name cannot be `{name}`"
            + (f" (Pipfile line {line})" if line else ""),
            hints=['write a name without dots and slashes: "x" makes pylock.x.toml'],
        )
    return os.path.join(project.root, f"pylock.{name}.toml")


def make_pylock(project: Project, solved: SolvedLock, report: Reporter) -> PylockFile:
    """Make the ``pylock.toml`` of a lock; nothing is written.

    Where Pipfile.lock has one version and some environments need another, this has both.

    Raises:
        InvalidPipfile: ``[pipenv] pylock_name`` is no name.
        NetworkError: an index could not be asked.
    """
    path = pylock_path(project, solved.pipfile)
    found = settled(
        solved.catalog,
        silent,
        lambda _: split(
            solved.problem,
            solved.provider,
            solved.resolution,
            told_apart=solved.aim.told_apart,
            dead_ends=solved.dead_ends,
        ),
    )
    assembly = _Assembly(project.root, solved, report)
    packages = [
        assembly.of_choice(choice, marker_of(choice.needed, found.space))
        for choice in found.choices
    ]
    chosen = {choice.package.name for choice in found.choices}
    packages += [
        assembly.of_pin(pin, marker) for pin, marker in _beyond(solved) if _key(pin) not in chosen
    ]
    content = Pylock(
        requires_python=_requires_python(solved.pipfile.requires),
        dependency_groups=tuple(
            dict.fromkeys(
                group_of(category)
                for category in solved.lockfile.categories
                if category != "default"
            )
        ),
        packages=tuple(
            sorted(
                (package for package in packages if package is not None),
                key=lambda each: (each.name, version_key(each.version or "0")),
            )
        ),
        environments=_environments(solved),
    )
    before = read_text(path) or ""
    newline = "\r\n" if "\r\n" in before else "\n"
    return PylockFile(path, write_pylock(content, newline=newline))


class _Assembly:
    """Adds to versions what indexes and places tell of them."""

    def __init__(self, root: str, solved: SolvedLock, report: Reporter) -> None:
        self._report = report
        self._solved = solved
        self._root = root
        self._only_source = solved.catalog.shelf.policy.no_binary
        # An upper bound did not keep the version from being chosen; an installer would refuse it.
        self._pythons = [f"{minor}.{_LAST_PATCH}" for minor in solved.aim.targets.minors]
        self._urls = {each.name: each.url for each in solved.lockfile.sources}

    def of_choice(self, choice: Choice, marker: Marker | None) -> PylockPackage | None:
        package = choice.package
        if package.url is None:
            return self._indexed(package.name, package.version, marker)
        facts = self._solved.facts_of(package.name, package.url)
        origin = facts.origin or ArchiveOrigin(package.url)
        return self._placed(package.name, package.version, marker, origin, facts.digests)

    def of_pin(self, pin: Pin, marker: Marker | None) -> PylockPackage | None:
        if not isinstance(pin.origin, IndexOrigin):
            return self._placed(_key(pin), pin.version, marker, pin.origin, pin.digests)
        return None if pin.version is None else self._indexed(_key(pin), pin.version, marker)

    def _indexed(self, name: str, version: str, marker: Marker | None) -> PylockPackage | None:
        catalog = self._solved.catalog
        try:
            artifacts = catalog.hashed_artifacts(name, version)
        except PackageNotFound:
            artifacts = ()
        if name in self._only_source:
            artifacts = tuple(each for each in artifacts if not each.is_wheel)
        if not any(each.is_wheel for each in artifacts) and source_distribution(artifacts) is None:
            text = f"{name} {version} has no files on its index, so it is not in pylock.toml"
            self._report(Notice("not-in-pylock", text))
            return None
        index = catalog.index_name(name, version)
        url = None if index is None else self._urls.get(index)
        return PylockPackage(
            name=name,
            version=version,
            marker=marker,
            requires_python=honest_for(self._pythons, catalog.requires_python(name, version)),
            origin=IndexOrigin(index),
            index_url=None if url is None else url.rstrip("/") + "/",
            artifacts=artifacts,
        )

    def _placed(
        self,
        name: str,
        version: str | None,
        marker: Marker | None,
        origin: Origin,
        digests: tuple[Digest, ...],
    ) -> PylockPackage:
        place = place_of(origin, self._root)
        if isinstance(place, ArchiveOrigin):
            written = origin.url if isinstance(origin, ArchiveOrigin) else ""
            if isinstance(origin, DirectoryOrigin):
                written = origin.path
            url = place.url.partition("#")[0]
            place = place._replace(
                url=self._path(written) if url.lower().startswith("file:") else url
            )
        elif isinstance(place, DirectoryOrigin):
            written = origin.path if isinstance(origin, DirectoryOrigin) else place.path
            place = place._replace(path=self._path(written))
        return PylockPackage(
            name=name,
            version=version if isinstance(place, ArchiveOrigin) else None,
            marker=marker,
            requires_python=None,
            origin=place,
            digests=digests if isinstance(place, ArchiveOrigin) else (),
        )

    def _path(self, written: str) -> str:
        """A path as the file says it: with slashes, and as it was written if that is a path."""
        if "://" in written or written.lower().startswith("file:") or written.startswith("~"):
            written = written_path(local_path(written, self._root), self._root)
        is_windows = os.sep == "\\" or _WINDOWS_PATH.match(written) is not None
        return written.replace("\\", "/") if is_windows else written


def _beyond(solved: SolvedLock) -> list[tuple[Pin, Marker | None]]:
    """What the lock lists and the resolver was not asked for, or needed nowhere."""
    found: dict[str, tuple[Pin, list[Marker | None]]] = {}
    for category, pins in solved.lockfile.categories.items():
        reached: Mapping[str, object] = solved.resolution.reached.get(category, {})
        for pin in pins.values():
            if _key(pin) in reached:
                continue
            first, markers = found.setdefault(_key(pin), (pin, []))
            if (first.version, first.origin) == (pin.version, pin.origin):
                markers.append(conjunction([group_marker(category), pin.marker]))
    return [(pin, disjunction(markers)) for pin, markers in found.values()]


def _environments(solved: SolvedLock) -> tuple[Marker, ...]:
    """The platforms, if ``[pipenv] platforms`` says which: of others nothing is known."""
    if solved.pipfile.settings.get("platforms") is None:
        return ()
    return tuple(
        Marker.from_tree((("var", "sys_platform"), "==", ("str", platform.sys_platform)))
        for platform in solved.aim.targets.platforms
    )


def _key(pin: Pin) -> str:
    return canonical_name(pin.name)


def _requires_python(requires: Mapping[str, str]) -> str | None:
    """The oldest Python that ``[requires]`` names, or all that it says if that is a range."""
    full = (requires.get("python_full_version") or "").strip()
    short = (requires.get("python_version") or "").strip()
    for text, operator in ((full, "=="), (short, ">=")):
        if text in {"", "*", "2", "3"}:
            continue
        return f"{operator}{text.removesuffix('.*')}" if text[0].isdigit() else text
    return None
