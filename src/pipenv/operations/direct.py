"""What is at places that are no index: names, metadata, commits and digests, for locking.

A place is known by its reference, one text for one place (`pipenv.operations.places`): it is what
`Requirement.url` and `Dependency.url` carry, so the solver compares places by it.
"""

from __future__ import annotations

import os
from functools import partial

from pipenv.errors import FileAccessError, InvalidValue, MetadataMismatch, PipenvError
from pipenv.filesystem.atomic import read_bytes
from pipenv.filesystem.file_digests import file_digest
from pipenv.index.workers import Workers
from pipenv.lockfile.freshness import is_fresh
from pipenv.lockfile.generator import NO_FACTS, LockedFacts
from pipenv.models.core_metadata import parse_metadata
from pipenv.models.digests import Digest
from pipenv.models.names import canonical_name
from pipenv.models.origins import ArchiveOrigin, DirectoryOrigin, IndexOrigin, VcsOrigin
from pipenv.models.records import NamedTuple
from pipenv.models.urls import Url
from pipenv.operations.archives_at_hand import is_wheel
from pipenv.operations.documents import read_text
from pipenv.operations.places import (
    local_path,
    place_of,
    reference_to,
    repository_address,
    shown_origin,
    source_id_of,
    written_path,
)
from pipenv.operations.tree_stamps import tree_stamp
from pipenv.operations.verify import accepted_hashes
from pipenv.pipfile.entries import origin_of_url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from pipenv.index.workers import Job
    from pipenv.lockfile.schema import Lockfile
    from pipenv.models.core_metadata import CoreMetadata
    from pipenv.models.interpreters import Environment
    from pipenv.models.origins import Origin
    from pipenv.models.pins import Pin
    from pipenv.models.requirements import Requirement
    from pipenv.operations.additions import Addition
    from pipenv.operations.late_builder import LateBuilder
    from pipenv.operations.session import Session
    from pipenv.pipfile.document import Pipfile
    from pipenv.pipfile.entries import PipfileRequirement
    from pipenv.resolver.problem import Dependency

_THREADS = 8
_FAREWELL_SECONDS = 2.0
"""How long what is under way may take to clean up after something else has failed."""


class Found(NamedTuple):
    """What is at one place."""

    metadata: CoreMetadata
    origin: Origin
    """As the lock writes it: with the commit, a path in the project relative."""
    digests: tuple[Digest, ...] = ()
    commit: str | None = None

    def facts(self) -> LockedFacts:
        """What the lock says of it."""
        return LockedFacts(
            digests=self.digests,
            requires_python=None,
            commit=self.commit,
            name=self.metadata.name,
            origin=self.origin,
        )


class DirectPackages:
    """Reads places, each once. For one run of the resolver; `close` ends it."""

    def __init__(
        self, session: Session, builder: LateBuilder, kept: Mapping[str, Pin] | None = None
    ) -> None:
        """Prepare; nothing is read or asked yet.

        Args:
            session: has the tools.
            builder: for the metadata that only a build tells.
            kept: canonical name → pin whose commit or digest still holds: nobody is asked again.
        """
        self._session = session
        self._root = session.project.root
        self._builder = builder
        self._kept = kept or {}
        self._origins: dict[str, Origin] = {}
        self._found: dict[str, Found] = {}
        self._workers = Workers(_THREADS)
        self._jobs: dict[str, Job[Found]] = {}

    def close(self) -> None:
        """Stop reading what nobody has asked for yet."""
        self._workers.close()
        self._workers.join(_FAREWELL_SECONDS)

    def begin(self, dependencies: Iterable[Dependency]) -> None:
        """Take the hint that the places of these will be asked for; they are read side by side."""
        wanted = {
            each.url: each.name
            for each in dependencies
            if each.url is not None and each.url in self._origins
        }
        if len(wanted) < 2:
            return
        self._session.prepare_for_threads()
        for reference, name in wanted.items():
            if reference not in self._jobs:
                work = partial(self._read, name, self._origins[reference])
                self._jobs[reference] = self._workers.submit(work)

    def listed(
        self, entries: Mapping[str, Sequence[PipfileRequirement]]
    ) -> dict[str, list[PipfileRequirement]]:
        """Return the entries of a Pipfile with references in place of the addresses as written."""
        return {
            category: [self._listed(entry) for entry in of_category]
            for category, of_category in entries.items()
        }

    def metadata(self, name: str, reference: str) -> CoreMetadata:
        """Return the metadata of what is at a place; see `pipenv.index.catalog.DirectReader`.

        Direct references in it are references; so are those of the package to itself.

        Raises:
            MetadataMismatch: the project there has another name, or a file another digest.
            InvalidValue: there is nothing, or nothing that we fetch.
            NetworkError, BuildError, FileAccessError: it cannot be had.
        """
        return self.found(name, reference).metadata

    def found(self, name: str, reference: str) -> Found:
        """Return everything about a place; raises what `metadata` does."""
        found = self._found.get(reference)
        if found is None:
            origin = self._origins.get(reference)
            if origin is None:
                raise InvalidValue(f"`{name}` comes from `{Url(reference)}`, which nobody named")
            job = self._jobs.get(reference)
            found = self._read(name, origin) if job is None else job.result()
            requires = tuple(
                self._referring(each, reference, origin, found.metadata)
                for each in found.metadata.requires
            )
            found = found._replace(metadata=found.metadata._replace(requires=requires))
            self._found[reference] = found
        if canonical_name(found.metadata.name) != canonical_name(name):
            raise MetadataMismatch(
                f"`{name}` comes from `{shown_origin(found.origin)}`, "
                f"and the project there is called `{found.metadata.name}`",
                hints=[f"call it `{canonical_name(found.metadata.name)}`, or correct the address"],
            )
        return found

    def name_at(self, origin: Origin) -> str:
        """Return the name, as its author writes it, of the project at an origin.

        Raises:
            As `metadata`.
        """
        return self._read("", origin).metadata.name

    def facts(self, name: str, reference: str) -> LockedFacts:
        """Return what the lock says of a place that was read."""
        return self.found(name, reference).facts()

    def facts_elsewhere(self, entry: PipfileRequirement) -> LockedFacts:
        """Return what the lock says of an entry that does not apply here.

        What it is made of matters to nobody here, so no metadata is read.
        """
        origin = place_of(entry.origin, self._root)
        if isinstance(origin, VcsOrigin):
            return LockedFacts((), None, commit=self._commit(entry.name, origin))
        if isinstance(origin, ArchiveOrigin):
            _, digest = self._archive(entry.name, origin)
            return LockedFacts((digest,), None)
        return NO_FACTS

    # Steps

    def _listed(self, entry: PipfileRequirement) -> PipfileRequirement:
        if isinstance(entry.origin, IndexOrigin):
            return entry
        reference = reference_to(entry.origin, self._root)
        if reference is not None:
            self._origins.setdefault(reference, entry.origin)
        return entry._replace(requirement=entry.requirement._replace(url=reference))

    def _referring(
        self, requirement: Requirement, reference: str, parent: Origin, metadata: CoreMetadata
    ) -> Requirement:
        """A requirement of a package at a place, with a reference for its address."""
        if requirement.url is None:
            is_own = requirement.key == canonical_name(metadata.name)
            return requirement._replace(url=reference) if is_own else requirement
        origin = origin_of_url(requirement.url)
        place = place_of(parent, self._root)
        if _is_local(origin) and not _is_local(place):
            raise InvalidValue(
                f"`{metadata.name}` needs `{requirement.name}` from a path on this machine, "
                "which only projects on this machine may"
            )
        base = place.path if isinstance(place, DirectoryOrigin) else self._root
        if isinstance(origin, ArchiveOrigin) and "://" not in origin.url:
            origin = origin._replace(url=local_path(origin.url, base))
        place = place_of(origin, self._root)
        if isinstance(place, DirectoryOrigin) or (
            isinstance(place, ArchiveOrigin) and _is_local(place)
        ):
            path = place.path if isinstance(place, DirectoryOrigin) else place.url
            path = local_path(path, self._root)
            place = DirectoryOrigin(written_path(path, self._root))
        found = reference_to(place, self._root)
        if found is None:
            return requirement
        self._origins.setdefault(found, place)
        return requirement._replace(url=found)

    def _read(self, name: str, origin: Origin) -> Found:
        try:
            return self._read_place(name, origin)
        except PipenvError as error:
            if name and f"`{name}`" not in error.message:
                about = f"this is about `{name}`, which comes from `{shown_origin(origin)}`"
                error.hints = (*error.hints, about)
            raise

    def _read_place(self, name: str, origin: Origin) -> Found:
        place = place_of(origin, self._root)
        if isinstance(place, VcsOrigin):
            return self._read_repository(name, place)
        if isinstance(place, ArchiveOrigin):
            return self._read_archive(name, place, origin)
        if not isinstance(place, DirectoryOrigin):
            raise InvalidValue(f"`{name}` comes from an index")
        if not os.path.isdir(place.path):
            raise FileAccessError(
                f"`{name or shown_origin(origin)}` cannot be read: there is nothing at "
                f"`{shown_origin(origin)}`",
                hints=["a path starts from the folder of the Pipfile"],
            )
        metadata = self._builder.declared_metadata(place.path)
        if metadata is None:
            stamp = tree_stamp(place.path)
            metadata = self._builder.metadata_of_directory(place.path, source_id=stamp)
        return Found(metadata, origin)

    def _read_repository(self, name: str, origin: VcsOrigin) -> Found:
        commit = self._commit(name, origin)
        pinned = origin._replace(ref=commit, editable=False)
        used = pinned._replace(url=repository_address(origin, self._session.environ))
        metadata = self._builder.metadata_of_checkout(
            self._session.checkouts().tree(used), name or _last_part(origin), source_id_of(pinned)
        )
        return Found(metadata, origin._replace(ref=commit), commit=commit)

    def _commit(self, name: str, origin: VcsOrigin) -> str:
        kept = self._kept.get(canonical_name(name)) if name else None
        if kept is not None and isinstance(kept.origin, VcsOrigin):
            known = place_of(kept.origin, self._root)
            if isinstance(known, VcsOrigin) and known.ref and known.url == origin.url:
                return known.ref
        used = origin._replace(url=repository_address(origin, self._session.environ))
        return self._session.checkouts().resolve_commit(used)

    def _read_archive(self, name: str, place: ArchiveOrigin, origin: Origin) -> Found:
        known = self._unpacked(name, place)
        if known is not None:
            return known._replace(origin=origin)
        path, digest = self._archive(name, place)
        if is_wheel(place.url):
            metadata = self._builder.metadata_of_wheel(path)
        else:
            metadata = self._builder.metadata_of_archive(
                path, subdirectory=place.subdirectory or ""
            )
        return Found(metadata, origin, digests=(digest,))

    def _unpacked(self, name: str, place: ArchiveOrigin) -> Found | None:
        """What an earlier run has unpacked, where it is still what is wanted."""
        trusted = () if _is_local(place) else self._trusted(name, place)
        for digest in trusted if is_wheel(place.url) else ():
            wheel = self._session.wheel_store().get(digest.hex)
            data = (
                None
                if wheel is None
                else read_bytes(os.path.join(wheel.tree, wheel.manifest.info_dir, "METADATA"))
            )
            if data is not None:
                return Found(parse_metadata(data), place, digests=(digest,))
        return None

    def _trusted(self, name: str, place: ArchiveOrigin) -> tuple[Digest, ...]:
        kept = self._kept.get(canonical_name(name)) if name else None
        if kept is None or not isinstance(kept.origin, ArchiveOrigin):
            return ()
        return kept.digests if kept.origin.url == place.url else ()

    def _archive(self, name: str, place: ArchiveOrigin) -> tuple[str, Digest]:
        """The path and the digest of an archive, which is downloaded if need be."""
        if _is_local(place):
            path = local_path(place.url, self._root)
            return path, Digest("sha256", file_digest(path))
        address = self._session.archive_address(place.url)
        archive = self._session.bring_archive(address, self._trusted(name, place))
        return archive.path, Digest("sha256", archive.sha256)


def named_additions(
    session: Session, additions: Sequence[Addition], environment: Environment
) -> tuple[Addition, ...]:
    """The additions with the names of those that only the project at their place tells.

    Raises:
        As `DirectPackages.metadata`.
    """
    if all(addition.requirement.name for addition in additions):
        return tuple(additions)
    builder = session.builder(environment.interpreter, session.used_sources(session.pipfile()))
    direct = DirectPackages(session, builder)
    return tuple(
        addition
        if addition.requirement.name or addition.origin is None
        else addition._replace(
            requirement=addition.requirement._replace(name=direct.name_at(addition.origin))
        )
        for addition in additions
    )


def kept_pins(
    session: Session, pipfile: Pipfile, previous: Lockfile | None, moving: Collection[str]
) -> dict[str, Pin]:
    """The pins whose entries in `pipfile` are what they were when the lock was made.

    Their commits and digests need not move: what a branch names now is only asked when somebody
    wants to move.  Without a lock that belongs to the Pipfile on disk nobody can tell, and there
    are none.

    Args:
        session: has the files as they are on disk.
        pipfile: about to be locked.
        previous: the lock on disk.
        moving: canonical names of packages that are to move.
    """
    text = read_text(session.project.lockfile_path)
    before = session.pipfile()
    if previous is None or text is None or not is_fresh(text, accepted_hashes(session, before)):
        return {}
    old = {
        canonical_name(name): value
        for category in before.categories
        for name, value in before.entries(category).items()
    }
    pins = {
        canonical_name(name): pin
        for category in previous.categories.values()
        for name, pin in category.items()
    }
    return {
        key: pins[key]
        for category in pipfile.categories
        for name, value in pipfile.entries(category).items()
        if (key := canonical_name(name)) in pins and key not in moving and old.get(key) == value
    }


def _is_local(origin: Origin) -> bool:
    if isinstance(origin, DirectoryOrigin):
        return True
    if isinstance(origin, (ArchiveOrigin, VcsOrigin)):
        return origin.url.lower().startswith("file:") or "://" not in origin.url
    return False


def _last_part(origin: VcsOrigin) -> str:
    return origin.url.rstrip("/").rpartition("/")[2].removesuffix(".git") or origin.vcs
