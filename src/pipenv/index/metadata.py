"""Metadata of one version of a package, by the cheapest way that the index allows.

A file of its own where the page announces one (PEP 658, 714), a part of a wheel where the server
gives parts, the whole wheel, a source distribution and whatever it takes to read that.
"""

from __future__ import annotations

import hashlib
import threading

from pipenv.errors import (
    CredentialsRejected,
    DigestMismatch,
    FileAccessError,
    HttpStatusError,
    InvalidValue,
    MalformedPage,
    MetadataMismatch,
)
from pipenv.index.wheel_tail import TAIL_BYTES, read_wheel_metadata
from pipenv.models.artifacts import Artifact
from pipenv.models.core_metadata import parse_metadata
from pipenv.models.digests import STRONG, parse_digest
from pipenv.models.filenames import parse_wheel_filename
from pipenv.models.names import canonical_name
from pipenv.models.versions import version_key
from pipenv.network.addresses import parse_address, percent_decoded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipenv.index.admission import Admission
    from pipenv.index.archive_files import ArchiveFiles
    from pipenv.index.source_builder import SourceBuilder
    from pipenv.models.core_metadata import CoreMetadata
    from pipenv.models.digests import Digest
    from pipenv.network.addresses import Origin
    from pipenv.network.client import HttpClient

_MAX_METADATA_BYTES = 16 * 1024 * 1024
_SMALL_BYTES = 256 * 1024
"""Up to this size a whole wheel is brought on mere suspicion that it will be needed."""


class MetadataReader:
    """Reads metadata; remembers what servers cannot do. May be used from several threads."""

    def __init__(
        self,
        client: HttpClient,
        files: ArchiveFiles,
        admission: Admission,
        builder: SourceBuilder | None,
    ) -> None:
        self._client = client
        self._files = files
        self._admission = admission
        self._builder = builder
        self._guard = threading.Lock()
        self._without_parts: set[Origin] = set()

    def is_cheap(self, artifacts: Sequence[Artifact]) -> bool:
        """Tell whether the metadata of a version costs about one small request."""
        serving = self.serving(artifacts)
        if serving is None or not serving.is_wheel:
            return False
        if serving.has_metadata or self._gives_parts(serving):
            return True
        return serving.size is not None and serving.size <= _SMALL_BYTES

    def serving(self, artifacts: Sequence[Artifact]) -> Artifact | None:
        """The file whose metadata stands for the version.

        A wheel for the target, else any wheel, else a source distribution.
        """
        return min(artifacts, key=self._order, default=None)

    def read(self, name: str, version: str, artifacts: Sequence[Artifact]) -> CoreMetadata:
        """Return the metadata of a version.

        Args:
            name: canonical.
            version: in the normal form.
            artifacts: the files of the version; at least one.

        Raises:
            InvalidValue: it is malformed, or there is none.
            IntegrityError: it is not what was promised, or is of something else.
            NetworkError: it cannot be brought.
            BuildError: it could only be had from a build, which failed.
        """
        serving = self.serving(artifacts)
        if serving is None:
            raise InvalidValue(f"`{name}` {version} has no file")
        if serving.is_wheel:
            metadata = parse_metadata(self._wheel_metadata(serving))
        elif self._builder is None:
            raise InvalidValue(f"`{name}` {version} has only a source distribution")
        else:
            archive = self._files.bring(serving)
            metadata = self._builder.metadata(archive.path, serving)
        _check_identity(metadata, name, version, serving)
        return metadata

    def read_at(self, name: str, url: str) -> CoreMetadata:
        """Return the metadata of the wheel or source distribution at a URL.

        Args:
            name: canonical; the metadata must be of this project.
            url: a fragment such as ``#sha256=…`` holds the digest that the file must have.

        Raises:
            As `read`.
        """
        artifact = artifact_at(url)
        archive = self._files.bring(artifact)
        if artifact.is_wheel:
            data = _metadata_in_file(archive.path, archive.size_bytes, artifact.filename)
            metadata = parse_metadata(data)
        elif self._builder is None:
            raise InvalidValue(f"`{artifact.filename}` is a source distribution")
        else:
            metadata = self._builder.metadata(archive.path, artifact)
        _check_identity(metadata, name, metadata.version, artifact)
        return metadata

    def _order(self, artifact: Artifact) -> tuple[bool, int, bool, int, str]:
        wheel = parse_wheel_filename(artifact.filename)
        rank = None if wheel is None else self._admission.rank(wheel.tags)
        kind = 2 if wheel is None else 1 if rank is None else 0
        is_yanked = artifact.yanked is not None
        return (is_yanked, kind, not artifact.has_metadata, rank or 0, artifact.filename)

    def _wheel_metadata(self, wheel: Artifact) -> bytes:
        if wheel.has_metadata:
            data = self._sidecar(wheel)
            if data is not None:
                return data
        data = self._from_parts(wheel) if self._gives_parts(wheel) else None
        if data is None:
            archive = self._files.bring(wheel)
            data = _metadata_in_file(archive.path, archive.size_bytes, wheel.filename)
        _check_digest(wheel, wheel.metadata_digest, data, "metadata of ")
        return data

    def _sidecar(self, wheel: Artifact) -> bytes | None:
        """The metadata file beside the wheel; `None` when it is not there after all."""
        try:
            response = self._client.get(f"{wheel.url}.metadata", limit_bytes=_MAX_METADATA_BYTES)
        except (HttpStatusError, CredentialsRejected):
            return None
        data = response.body()
        _check_digest(wheel, wheel.metadata_digest, data, "metadata of ")
        return data

    def _from_parts(self, wheel: Artifact) -> bytes | None:
        """METADATA out of parts of the wheel; `None` when the server does not give parts."""
        try:
            tail, size = self._part(wheel, f"-{TAIL_BYTES}")
            if len(tail) == size:
                for digest in wheel.digests:
                    _check_digest(wheel, digest, tail, "")
            return read_wheel_metadata(
                lambda start, end: self._part(wheel, f"{start}-{end - 1}")[0],
                tail,
                size,
                wheel.filename,
            )
        except (HttpStatusError, MalformedPage):
            with self._guard:
                self._without_parts.add(parse_address(wheel.url).origin)
            return None

    def _part(self, wheel: Artifact, wanted: str) -> tuple[bytes, int]:
        """A part of a file, and the size of the whole."""
        headers = {"Range": f"bytes={wanted}", "Accept-Encoding": "identity"}
        response = self._client.get(
            wheel.url, headers=headers, accepted=(206,), limit_bytes=_MAX_METADATA_BYTES
        )
        data = response.body()
        places, _, size = response.headers.get("content-range", "").partition("/")
        first, _, last = places.removeprefix("bytes ").partition("-")
        is_sound = first.isdecimal() and last.isdecimal() and size.isdecimal()
        if not is_sound or int(last) - int(first) + 1 != len(data):
            raise MalformedPage(f"{response.address.shown()} is not answered in parts")
        if not wanted.startswith("-"):
            begin, _, end = wanted.partition("-")
            if (first, last) != (begin, end):
                raise MalformedPage(f"{response.address.shown()} is answered by another part")
        return data, int(size)

    def _gives_parts(self, wheel: Artifact) -> bool:
        with self._guard:
            return parse_address(wheel.url).origin not in self._without_parts


def artifact_at(url: str) -> Artifact:
    """The file at a URL, with the digests that its fragment gives."""
    address, _, fragment = url.partition("#")
    filename = percent_decoded(address.partition("?")[0].rpartition("/")[2])
    parts = [part for part in fragment.split("&") if part.partition("=")[0] in STRONG]
    return Artifact(filename, address, tuple(map(parse_digest, parts)))


def _metadata_in_file(path: str, size: int, filename: str) -> bytes:
    try:
        with open(path, "rb") as stream:

            def fetch(start: int, end: int) -> bytes:
                stream.seek(start)
                return stream.read(end - start)

            start = max(0, size - TAIL_BYTES)
            return read_wheel_metadata(fetch, fetch(start, size), size, filename)
    except OSError as error:
        raise FileAccessError(f"cannot read `{path}`: {error.strerror}") from error


def _check_digest(wheel: Artifact, digest: Digest | None, data: bytes, what: str) -> None:
    if digest is None:
        return
    actual = hashlib.new(digest.algorithm, data, usedforsecurity=False).hexdigest()
    if actual != digest.hex:
        raise DigestMismatch(
            f"the {what}`{wheel.filename}` at {parse_address(wheel.url).authority} is not what "
            f"the index promises: expected {digest}, got {digest.algorithm}:{actual}",
            hints=["the index is inconsistent, or the file was altered on the way"],
        )


def _check_identity(metadata: CoreMetadata, name: str, version: str, serving: Artifact) -> None:
    """Metadata must be of the project and version that the file name says."""
    if canonical_name(metadata.name) != name:
        raise MetadataMismatch(
            f"`{serving.filename}` has the metadata of another project: `{metadata.name}`"
        )
    if version_key(metadata.version) != version_key(version):
        raise MetadataMismatch(
            f"`{serving.filename}` has the metadata of another version: `{metadata.version}`"
        )
