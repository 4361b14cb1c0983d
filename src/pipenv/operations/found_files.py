"""The files that ``--find-links`` offers: folders of wheels and source distributions.

They serve what is locked already, by the lock's own digests; a lock is made of indexes alone.
"""

from __future__ import annotations

import os

from pipenv.errors import InvalidValue
from pipenv.events import Notice
from pipenv.filesystem.file_digests import file_digest
from pipenv.models.artifacts import Artifact
from pipenv.models.digests import Digest
from pipenv.models.filenames import parse_sdist_filename, parse_wheel_filename
from pipenv.models.names import canonical_name
from pipenv.models.origins import IndexOrigin
from pipenv.models.versions import version_key
from pipenv.operations.places import local_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pipenv.events import Reporter
    from pipenv.models.pins import Pin

    _Place = tuple[str, object]
    """Canonical name and version of a file."""


def found_files(
    links: Iterable[str], root: str, pins: Sequence[Pin], report: Reporter
) -> Mapping[str, tuple[Artifact, ...]]:
    """Return the files for `pins` by their names; those without any are left out.

    Of a pin with digests only the files that have one of them count.

    Args:
        links: paths and ``file:`` URLs of folders; what is neither is told.
        root: what relative paths are relative to.
        pins: of a lock.
        report: told of what cannot be looked into.
    """
    offered: dict[_Place, list[str]] = {}
    for path in _files_in(links, root, report):
        for place in _places(os.path.basename(path)):
            offered.setdefault(place, []).append(path)
    found: dict[str, tuple[Artifact, ...]] = {}
    for pin in pins:
        if isinstance(pin.origin, IndexOrigin) and pin.version is not None:
            paths = offered.get((canonical_name(pin.name), version_key(pin.version)), ())
            files = tuple(each for each in map(_artifact, paths) if _may_be(pin, each))
            if files:
                found[pin.name] = files
    return found


def _files_in(links: Iterable[str], root: str, report: Reporter) -> Iterator[str]:
    for link in links:
        try:
            folder = local_path(link, root)
            names = sorted(os.listdir(folder))
        except (InvalidValue, OSError):
            text = "--find-links: this is no folder that can be looked into"
            report(Notice("ignored", text if "@" in link else f"{text}: `{link}`"))
            continue
        yield from (os.path.join(folder, name) for name in names)


def _places(filename: str) -> Iterator[_Place]:
    """The versions that a file may be of; none for what is no distribution."""
    named = parse_wheel_filename(filename) or parse_sdist_filename(filename)
    if named is not None:
        try:
            yield canonical_name(named.name), version_key(named.version)
        except InvalidValue:
            return


def _artifact(path: str) -> Artifact:
    digest = Digest("sha256", file_digest(path))
    return Artifact(os.path.basename(path), path, (digest,))


def _may_be(pin: Pin, artifact: Artifact) -> bool:
    return not pin.digests or not set(pin.digests).isdisjoint(artifact.digests)
