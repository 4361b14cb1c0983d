"""Packages of a ``pylock.toml``: versions and places, with what indexes and files tell of them."""

from __future__ import annotations

import os
import re

from pipenv.errors import DigestMismatch, PackageNotFound
from pipenv.events import Notice
from pipenv.index.admission import honest_for
from pipenv.lockfile.pylock import PylockPackage, source_distribution
from pipenv.models.names import canonical_name
from pipenv.models.origins import ArchiveOrigin, DirectoryOrigin, IndexOrigin
from pipenv.operations.places import local_path, place_of, written_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipenv.events import Reporter
    from pipenv.index.catalog import Catalog
    from pipenv.models.artifacts import Artifact
    from pipenv.models.digests import Digest
    from pipenv.models.indexes import Index
    from pipenv.models.markers import Marker
    from pipenv.models.origins import Origin
    from pipenv.models.pins import Pin

_LAST_PATCH = 99
_WINDOWS_PATH = re.compile(r"[A-Za-z]:[\\/]")


class PylockPackages:
    """Adds to versions what indexes and places tell of them."""

    def __init__(
        self,
        root: str,
        catalog: Catalog,
        sources: Iterable[Index],
        minors: Iterable[str],
        report: Reporter,
    ) -> None:
        """Prepare; nothing is asked yet.

        Args:
            root: the folder of the project.
            catalog: open.
            sources: as they are written.
            minors: of the Pythons that are locked for.
            report: told of packages that cannot be written.
        """
        self._report = report
        self._catalog = catalog
        self._root = root
        self._only_source = catalog.shelf.policy.no_binary
        # An upper bound did not keep the version from being chosen; an installer would refuse it.
        self._pythons = [f"{minor}.{_LAST_PATCH}" for minor in minors]
        self._urls = {each.name: each.url for each in sources}

    def of_pin(self, pin: Pin, marker: Marker | None) -> PylockPackage | None:
        """The package of an entry of a lock.

        Raises:
            DigestMismatch: the index has no file that the entry allows.
            NetworkError: an index could not be asked.
        """
        name = canonical_name(pin.name)
        if not isinstance(pin.origin, IndexOrigin):
            return self.placed(name, pin.version, marker, pin.origin, pin.digests)
        if pin.version is None:
            text = f"Pipfile.lock has no version of {pin.name}, so it is not in pylock.toml"
            self._report(Notice("not-in-pylock", text))
            return None
        return self.indexed(name, pin.version, marker, pin.digests)

    def indexed(
        self, name: str, version: str, marker: Marker | None, allowed: Sequence[Digest] = ()
    ) -> PylockPackage | None:
        """The package of an index, with those of its files that are `allowed`, or all.

        Raises:
            As `of_pin`.
        """
        catalog = self._catalog
        try:
            artifacts = catalog.hashed_artifacts(name, version)
        except PackageNotFound:
            artifacts = ()
        if allowed:
            artifacts = _allowed(name, version, artifacts, allowed)
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

    def placed(
        self,
        name: str,
        version: str | None,
        marker: Marker | None,
        origin: Origin,
        digests: tuple[Digest, ...],
    ) -> PylockPackage:
        """The package of a folder, a commit or an archive."""
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


def _allowed(
    name: str, version: str, artifacts: Sequence[Artifact], digests: Sequence[Digest]
) -> tuple[Artifact, ...]:
    found = tuple(
        artifact for artifact in artifacts if any(each in digests for each in artifact.digests)
    )
    if artifacts and not found:
        raise DigestMismatch(
            f"no file of `{name}` {version} on its index has a hash that Pipfile.lock lists",
            hints=["the files were replaced after they were locked: find out by whom"],
        )
    return found
