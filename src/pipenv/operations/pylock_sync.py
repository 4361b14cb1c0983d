"""From a ``pylock.toml`` to an environment: its own files, from where it says, by its hashes."""

from __future__ import annotations

import os

from pipenv.lockfile.pylock_selection import select_packages, wanted_parts
from pipenv.lockfile.schema import Lockfile
from pipenv.models.indexes import Index
from pipenv.models.origins import IndexOrigin
from pipenv.models.pins import Pin
from pipenv.operations import sync as syncing
from pipenv.operations.places import HTTP_SCHEMES, local_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipenv.lockfile.pylock import Pylock, PylockPackage
    from pipenv.models.artifacts import Artifact
    from pipenv.models.interpreters import Environment
    from pipenv.operations.pylock_reading import FoundPylock
    from pipenv.operations.session import Session
    from pipenv.operations.sync import Extras, PreparedSync


def prepare(
    session: Session,
    found: FoundPylock,
    parts: syncing.PartsRequest,
    environment: Environment,
    extras: Extras = "keep",
) -> PreparedSync:
    """Decide what has to happen, and bring and verify every file that it needs.

    Raises:
        UnsupportedEnvironment: the file is not for this environment.
        InvalidLockfile: it has two entries of one package for it.
        IntegrityError, NetworkError, BuildError: a file could not be brought.
    """
    pylock = found.pylock
    wanted = wanted_parts(pylock, dev=parts.dev, named=parts.named, all_of_them=parts.all_of_them)
    selected = select_packages(pylock, wanted, environment.interpreter.environment, path=found.name)
    root = os.path.dirname(found.path)
    pins = [_pin(package) for package in selected.packages]
    sources = _sources(session, pylock)
    everything = {package.name: _pin(package) for package in pylock.packages}
    lockfile = Lockfile(None, {}, sources, {"default": everything})
    session.listed_files = {
        (package.name, package.version): tuple(_placed(each, root) for each in package.artifacts)
        for package in selected.packages
        if package.artifacts and not _is_mirrored(session, package)
    }
    skipped = tuple(_pin(package) for package in selected.skipped)
    return syncing.prepare_pins(session, lockfile, pins, skipped, environment, extras)


def _pin(package: PylockPackage) -> Pin:
    digests = package.digests
    for artifact in package.artifacts:
        digests = (*digests, *artifact.digests)
    return Pin(
        name=package.name,
        version=package.version if isinstance(package.origin, IndexOrigin) else None,
        extras=(),
        origin=package.origin,
        digests=tuple(dict.fromkeys(digests)),
        marker=package.marker,
    )


def _placed(artifact: Artifact, root: str) -> Artifact:
    """The file with an absolute path, or a URL in which nothing stands for a variable."""
    if artifact.url.lower().startswith(HTTP_SCHEMES):
        return artifact._replace(url=artifact.url.partition("#")[0].replace("$", "%24"))
    return artifact._replace(url=local_path(artifact.url, root))


def _sources(session: Session, pylock: Pylock) -> tuple[Index, ...]:
    """What builds may ask: the Pipfile's sources, else those that the file names."""
    if session.project.has_pipfile():
        return session.written_sources(session.pipfile())
    urls: Sequence[str] = [
        url
        for url in dict.fromkeys(package.index_url for package in pylock.packages)
        if url is not None and url.lower().startswith(HTTP_SCHEMES)
    ]
    named = tuple(
        Index(f"index-{number}", url.rstrip("/")) for number, url in enumerate(urls, start=1)
    )
    return named or session.default_sources()


def _is_mirrored(session: Session, package: PylockPackage) -> bool:
    """Whether its files are to be had from a mirror, whose addresses the file cannot know."""
    if not session.settings.text("pypi_mirror") or package.index_url is None:
        return False
    (source,) = session.mirrored((Index("", package.index_url),))
    return source.url != package.index_url
