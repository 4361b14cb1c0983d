"""From pins that are not in the cache to verified, unpacked wheels.

Owns the choice of the file for each pin, and the checks that stand between a download and an
installation: digest, sound archive, name, version, Requires-Python, promised metadata.
"""

from __future__ import annotations

import hashlib
import os

from pipenv.errors import (
    DigestMismatch,
    FileAccessError,
    InvalidValue,
    MetadataMismatch,
    NoCompatibleArtifact,
    NotCached,
)
from pipenv.events import DownloadAdvanced, DownloadFinished, Notice
from pipenv.filesystem.file_digests import file_digest
from pipenv.index.archive_files import ArchiveFile, mismatch, wanted_digests
from pipenv.index.cache_only import not_cached
from pipenv.index.choices import Choice
from pipenv.index.metadata import artifact_at
from pipenv.index.workers import Workers
from pipenv.models.core_metadata import parse_metadata
from pipenv.models.digests import Digest
from pipenv.models.filenames import parse_wheel_filename
from pipenv.models.names import canonical_name
from pipenv.models.origins import ArchiveOrigin, IndexOrigin
from pipenv.models.records import NamedTuple
from pipenv.models.versions import version_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipenv.cache.unpackers import Unpackers
    from pipenv.cache.wheel_store import UnpackedWheel
    from pipenv.events import Reporter
    from pipenv.index.admission import Admission
    from pipenv.index.archive_files import ArchiveFiles
    from pipenv.index.choices import Choices
    from pipenv.index.shelf import Shelf
    from pipenv.index.source_builder import SourceBuilder
    from pipenv.index.workers import Job
    from pipenv.models.artifacts import Artifact
    from pipenv.models.pins import Pin

    BuildElsewhere = Callable[[Pin], str]
    """Pin from a repository or a path → path of its wheel."""

    FilesOf = Callable[[Pin], tuple[Artifact, ...]]
    """Pin from an index → the files of its version; waits."""

_THREADS = 8
_FAREWELL_SECONDS = 2.0
"""How long downloads under way may take to clean up after another one has failed."""


class Receivers(NamedTuple):
    """Where things go, and who helps."""

    wheels: Unpackers
    choices: Choices
    builder: SourceBuilder | None
    build_elsewhere: BuildElsewhere | None
    report: Reporter


class Deliveries:
    """Brings the wheels of pins for one target."""

    def __init__(
        self, shelf: Shelf, files: ArchiveFiles, files_of: FilesOf, receivers: Receivers
    ) -> None:
        """Prepare; nothing is read or asked yet.

        Args:
            shelf: knows the target.
            files: downloads.
            files_of: knows the files of each version.
            receivers: where wheels and choices go.
        """
        self._shelf = shelf
        self._files = files
        self._files_of = files_of
        self._to = receivers

    def bring(self, pins: Sequence[Pin]) -> dict[str, UnpackedWheel]:
        """Return the unpacked wheels by the name of their pins.

        Downloads begin as soon as the page that a pin needs is there. The first failure, in the
        order of the pins, ends the rest.

        Raises:
            As `pipenv.index.downloads.Downloads.fetch`.
        """
        if self._shelf.policy.is_offline:
            return self._take_from_cache(pins)
        workers = Workers(_THREADS)
        jobs: list[tuple[Pin, Job[UnpackedWheel]]] = []
        try:
            for pin in pins:
                jobs.append((pin, workers.submit(self._work_for(pin))))  # noqa: PERF401 - may raise
            return {pin.name: job.result() for pin, job in jobs}
        except BaseException:
            workers.close()
            workers.join(_FAREWELL_SECONDS)
            raise
        finally:
            workers.close()

    def _take_from_cache(self, pins: Sequence[Pin]) -> dict[str, UnpackedWheel]:
        """Go on to the end whatever is missing, so that all of it is known."""
        found: dict[str, UnpackedWheel] = {}
        missing: list[NotCached] = []
        for pin in pins:
            try:
                found[pin.name] = self._work_for(pin)()
            except NotCached as error:
                missing.append(error)
        if missing:
            raise not_cached({what for each in missing for what in each.missing}) from missing[0]
        return found

    def _work_for(self, pin: Pin) -> Callable[[], UnpackedWheel]:
        """Decide which file serves a pin; what is left takes time and is for a thread."""
        origin = pin.origin
        if isinstance(origin, IndexOrigin):
            artifact = self._choose(pin, origin.index or "")
            place = origin.index or ""
            return lambda: self._deliver(pin, artifact, place)
        if isinstance(origin, ArchiveOrigin) and _is_download(origin):
            direct = artifact_at(origin.url)
            self._insist_on_tags(pin, direct.filename)
            return lambda: self._deliver(pin, direct, "")
        build = self._to.build_elsewhere
        if build is None:
            raise InvalidValue(f"`{pin.name}` cannot be brought from where the lock says it is")
        return lambda: self._unpack_built(pin, build(pin))

    def _choose(self, pin: Pin, index: str) -> Artifact:
        """The file that serves a pin from an index."""
        version = pin.version or ""
        files = self._files_of(pin)
        if not files:
            raise NoCompatibleArtifact(
                f"`{pin.name}` {version} is not on the index any more",
                hints=[f"`pipenv update {pin.name}` chooses another version"],
            )
        candidates = _locked_files(pin, files)
        if not candidates:
            best = best_file(files, self._shelf.admission, only_source=pin.no_binary) or files[0]
            raise mismatch(best, pin.digests, None, index)
        artifact = best_file(candidates, self._shelf.admission, only_source=pin.no_binary)
        if artifact is None or (not artifact.is_wheel and self._to.builder is None):
            raise self._incompatible(pin, candidates)
        if not artifact.is_wheel and canonical_name(pin.name) in self._shelf.policy.no_build:
            raise NoCompatibleArtifact(
                f"`{pin.name}` {version} {self._shelf.refusal(canonical_name(pin.name))}"
            )
        if artifact.yanked is not None:
            reason = f": {artifact.yanked}" if artifact.yanked else ""
            self._to.report(Notice("yanked", f"{pin.name} {version} was yanked{reason}"))
        return artifact

    def _deliver(self, pin: Pin, artifact: Artifact, place: str) -> UnpackedWheel:
        stored = self._stored(pin, artifact)
        if stored is not None:
            return stored
        is_here = os.path.isabs(artifact.url)
        if is_here:
            archive = _file_here(pin, artifact)
        else:
            archive = self._files.bring(
                artifact,
                trusted=pin.digests,
                place=place,
                received=lambda size: self._to.report(DownloadAdvanced(artifact.filename, size)),
            )
        size, was_cached = archive.size_bytes, archive.was_cached
        self._to.report(DownloadFinished(pin.name, artifact.filename, size, was_cached))
        if artifact.is_wheel:
            wheel_sha256 = archive.sha256
            wheel = self._unpack(pin, archive.path, wheel_sha256, artifact)
            if isinstance(pin.origin, IndexOrigin) and not is_here:
                self._files.drop(archive)
        else:
            path = self._build(pin, archive.path)
            wheel_sha256 = file_digest(path)
            wheel = self._unpack(pin, path, wheel_sha256, None)
        choice = Choice(artifact.filename, archive.sha256, wheel_sha256)
        self._to.choices.put(pin, self._shelf.target_key, choice)
        return wheel

    def _stored(self, pin: Pin, artifact: Artifact) -> UnpackedWheel | None:
        """The wheel, if it was unpacked for another lock or another target already."""
        for digest in wanted_digests(artifact, pin.digests) if artifact.is_wheel else ():
            is_of_file = digest in artifact.digests or isinstance(pin.origin, ArchiveOrigin)
            if is_of_file and digest.algorithm == "sha256" and self._to.wheels.get(digest.hex):
                wheel = self._unpack(pin, "", digest.hex, artifact)
                self._to.report(DownloadFinished(pin.name, artifact.filename, 0, was_cached=True))
                choice = Choice(artifact.filename, digest.hex, digest.hex)
                self._to.choices.put(pin, self._shelf.target_key, choice)
                return wheel
        return None

    def _build(self, pin: Pin, archive_path: str) -> str:
        if self._to.builder is None:
            raise NoCompatibleArtifact(f"`{pin.name}` has no wheel, and nothing can be built here")
        return self._to.builder.wheel(archive_path, pin.name, pin.version or "")

    def _insist_on_tags(self, pin: Pin, filename: str) -> None:
        """Refuse a wheel for another Python or platform; other files have no tags."""
        wheel = parse_wheel_filename(filename)
        if wheel is not None and self._shelf.admission.rank(wheel.tags) is None:
            raise NoCompatibleArtifact(
                f"`{filename}`, from which `{pin.name}` is locked, is not for {self._place()}",
                hints=["give its entry in the Pipfile a marker, or choose another file"],
            )

    def _unpack_built(self, pin: Pin, path: str) -> UnpackedWheel:
        self._insist_on_tags(pin, os.path.basename(path))
        return self._unpack(pin, path, file_digest(path), None)

    def _unpack(self, pin: Pin, path: str, sha256: str, artifact: Artifact | None) -> UnpackedWheel:
        """Unpack a wheel into the store, and check that it is what the lock and the index say."""
        filename = os.path.basename(path) if artifact is None else artifact.filename
        wheel = self._to.wheels.add(path, sha256, filename=filename)
        if canonical_name(wheel.name) != canonical_name(pin.name):
            raise MetadataMismatch(f"`{filename}` is of `{wheel.name}`, not of `{pin.name}`")
        if pin.version is not None and version_key(wheel.version) != version_key(pin.version):
            raise MetadataMismatch(
                f"`{filename}` is of version {wheel.version}, not of {pin.version}"
            )
        data = _metadata_of(wheel)
        if artifact is not None and artifact.metadata_digest is not None:
            algorithm, promised = artifact.metadata_digest
            actual = hashlib.new(algorithm, data, usedforsecurity=False).hexdigest()
            if actual != promised:
                raise MetadataMismatch(
                    f"`{filename}` has other metadata than its index announces",
                    hints=["the index is inconsistent; what was locked may not be what it needs"],
                )
        refusal = self._shelf.admission.refusal_of_python(parse_metadata(data).requires_python)
        if refusal is not None:
            raise NoCompatibleArtifact(f"`{pin.name}` {wheel.version} {refusal}")
        return wheel

    def _incompatible(self, pin: Pin, files: Sequence[Artifact]) -> NoCompatibleArtifact:
        kinds = []
        for file in files:
            wheel = parse_wheel_filename(file.filename)
            kinds.append((file.requires_python, "" if wheel is None else wheel.tags))
        reason = self._shelf.admission.refusal(kinds)
        if pin.no_binary:
            reason = "has no source distribution in the lock"
        return NoCompatibleArtifact(
            f"`{pin.name}` {pin.version} {reason}; this is {self._place()}",
            hints=["lock again on this platform with `pipenv lock`"],
        )

    def _place(self) -> str:
        target = self._shelf.target
        system = target.environment.get("sys_platform", "")
        machine = target.environment.get("platform_machine", "")
        return f"Python {target.python_full_version} on {system} {machine}".rstrip()


def best_file(
    files: Sequence[Artifact], admission: Admission, *, only_source: bool = False
) -> Artifact | None:
    """Return the file to install: the best wheel for the target, else a source distribution.

    Args:
        files: of one version.
        admission: judges for the target.
        only_source: wheels do not count.
    """
    best: tuple[int, int, str] | None = None
    chosen: Artifact | None = None
    source: Artifact | None = None
    for file in files:
        if not admission.admits_python(file.requires_python):
            continue
        wheel = parse_wheel_filename(file.filename)
        if wheel is None:
            if source is None or file.filename.endswith(".tar.gz"):
                source = file
            continue
        rank = admission.rank(wheel.tags)
        if rank is None or only_source:
            continue
        build = wheel.build
        digits = build[: len(build) - len(build.lstrip("0123456789"))]
        order = (rank, -int(digits or 0), file.filename)
        if best is None or order < best:
            best, chosen = order, file
    return chosen or source


def _locked_files(pin: Pin, files: Sequence[Artifact]) -> list[Artifact]:
    """The files that the lock allows; none if the index has only others."""
    if not pin.digests:
        return [*files]
    locked = [file for file in files if any(each in pin.digests for each in file.digests)]
    if locked:
        return locked
    # Where the index tells no digest, the download will be checked.
    return [file for file in files if not any(each.is_strong for each in file.digests)]


def _file_here(pin: Pin, artifact: Artifact) -> ArchiveFile:
    """A file of this machine that a lock lists, if it is the one.

    Raises:
        DigestMismatch: it is another.
        FileAccessError: it cannot be read.
    """
    path = artifact.url
    expected = wanted_digests(artifact, pin.digests)
    actual = {name: file_digest(path, name) for name in {"sha256", *(each[0] for each in expected)}}
    if not any(Digest(name, text) in expected for name, text in actual.items()):
        shown = " or ".join(str(each) for each in expected[:2])
        raise DigestMismatch(
            f"`{path}` is not the file that was promised: expected {shown}, "
            f"got sha256:{actual['sha256']}",
            hints=["if you know why it changed, have the lock made anew"],
        )
    return ArchiveFile(path, actual["sha256"], os.path.getsize(path), was_cached=True)


def _is_download(origin: ArchiveOrigin) -> bool:
    return origin.url.startswith(("https://", "http://")) and not origin.subdirectory


def _metadata_of(wheel: UnpackedWheel) -> bytes:
    path = os.path.join(wheel.tree, wheel.manifest.info_dir, "METADATA")
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except OSError as error:
        raise FileAccessError(f"cannot read `{path}`: {error.strerror}") from error
