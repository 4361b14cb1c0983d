"""Files of indexes on disk: downloaded once, verified before anything is done with them.

They lie in the cache under their SHA-256, so that what was downloaded for its metadata is not
downloaded again to be installed. Unpacked wheels are not kept here (`pipenv.cache.wheel_store`).
"""

from __future__ import annotations

import hashlib
import os
import time
from itertools import count

from pipenv.errors import DigestMismatch, FileAccessError
from pipenv.filesystem.atomic import refusal_to_write
from pipenv.index.cache_only import CacheOnlyClient
from pipenv.models.digests import STRONG, Digest
from pipenv.models.records import NamedTuple
from pipenv.network.addresses import parse_address

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from pipenv.cache.store import CacheFolder
    from pipenv.models.artifacts import Artifact
    from pipenv.network.client import HttpClient, Received

_BUCKET = "archives-v1"
_PIECE_BYTES = 1 << 20
_MOST_BYTES = 1 << 34
"""The largest wheels that there are have a quarter of it."""
_ALWAYS_BYTES = 64 << 20
_UNFINISHED = ".part"
_STALE_SECONDS = 24 * 3600
"""A download that has not ended after so long was killed."""
_numbers = count()


class ArchiveFile(NamedTuple):
    """A verified file."""

    path: str
    sha256: str
    size_bytes: int
    was_cached: bool


class ArchiveFiles:
    """Downloads and keeps files. May be used from several threads."""

    def __init__(self, cache: CacheFolder, client: HttpClient) -> None:
        self._cache = cache
        self._client = client
        self._is_swept = False

    def bring(
        self,
        artifact: Artifact,
        *,
        trusted: Collection[Digest] = (),
        place: str = "",
        received: Received | None = None,
    ) -> ArchiveFile:
        """Return a file that has the right digest, downloading it if need be.

        Args:
            artifact: the file.
            trusted: the digests of a lock; one of them must be the file's. Without any, what the
                index says of the file must be right.
            place: the name of the index, for messages.
            received: told the bytes of each piece that comes.

        Raises:
            DigestMismatch: the file is not the one that was promised.
            NetworkError: it cannot be downloaded.
            FileAccessError: it cannot be kept anywhere.
        """
        expected = wanted_digests(artifact, trusted)
        for digest in expected:
            if digest.algorithm == "sha256":
                found = self._kept(artifact, digest.hex)
                if found is not None:
                    return found
        folder = self._cache.writable_bucket(_BUCKET)
        self._sweep(folder)
        try:
            return self._download(folder, artifact, expected, place, received)
        except FileAccessError:
            substitute = self._cache.substitute_bucket(_BUCKET)
            if substitute == folder:
                raise
        return self._download(substitute, artifact, expected, place, received)

    def _download(
        self,
        folder: str,
        artifact: Artifact,
        expected: Sequence[Digest],
        place: str,
        received: Received | None,
    ) -> ArchiveFile:
        temporary = os.path.join(folder, f".{os.getpid()}-{next(_numbers)}{_UNFINISHED}")
        algorithms = {"sha256", *(digest.algorithm for digest in expected)}
        try:
            done = self._client.download(
                artifact.url,
                temporary,
                algorithms=sorted(algorithms),
                limit_bytes=_longest(artifact),
                received=received,
            )
            actual = [Digest(name, text) for name, text in done.digests.items()]
            _check(artifact, actual, expected, place)
            sha256 = done.digests["sha256"]
            path = self._path(folder, sha256, artifact.filename)
            try:
                os.makedirs(os.path.dirname(path), exist_ok=True)
                os.replace(temporary, path)
            except OSError as error:
                raise refusal_to_write(path, error) from error
            if not artifact.digests:
                self._cache.write(_BUCKET, _note_key(artifact.url), sha256.encode("ascii"))
            return ArchiveFile(path, sha256, done.size_bytes, was_cached=False)
        except BaseException:
            _discard(temporary)
            raise

    def recall(self, url: str) -> Digest | None:
        """The digest of the file that was last brought from `url`, in a run that may ask nobody."""
        if not isinstance(self._client, CacheOnlyClient):
            return None
        note = self._cache.read(_BUCKET, _note_key(url))
        return None if note is None else Digest("sha256", note.decode("ascii", "replace"))

    def _sweep(self, folder: str) -> None:
        """Delete what killed processes left unfinished, once per run."""
        if self._is_swept:
            return
        self._is_swept = True
        limit = time.time() - _STALE_SECONDS
        try:
            with os.scandir(folder) as entries:
                stale = [
                    entry.path
                    for entry in entries
                    if entry.name.endswith(_UNFINISHED) and entry.stat().st_mtime < limit
                ]
        except OSError:
            return
        for path in stale:
            _discard(path)

    def drop(self, archive: ArchiveFile) -> None:
        """Delete a file that is no longer needed."""
        _discard(archive.path)
        folder = os.path.dirname(archive.path)
        try:
            os.rmdir(folder)
            os.rmdir(os.path.dirname(folder))
        except OSError:
            return  # something else is in it

    def _kept(self, artifact: Artifact, sha256: str) -> ArchiveFile | None:
        for folder in self._cache.buckets(_BUCKET):
            path = self._path(folder, sha256, artifact.filename)
            size = _size_if_intact(path, sha256)
            if size is not None:
                _note_use(os.path.dirname(path))
                return ArchiveFile(path, sha256, size, was_cached=True)
        return None

    @staticmethod
    def _path(folder: str, sha256: str, filename: str) -> str:
        """The file's own folder lets it keep its name, which has a meaning."""
        return os.path.join(folder, sha256[:2], sha256[2:], os.path.basename(filename))


def _longest(artifact: Artifact) -> int:
    """How many bytes to take at most: pages may err about sizes, but not by that much."""
    return _MOST_BYTES if artifact.size is None else max(2 * artifact.size, _ALWAYS_BYTES)


def _note_key(url: str) -> str:
    """Where it stands what file an address, which may be anything but short and safe, led to."""
    return f"addresses/{hashlib.sha256(url.encode()).hexdigest()}"


def wanted_digests(artifact: Artifact, trusted: Collection[Digest]) -> tuple[Digest, ...]:
    """The digests of which one must be right: the lock's, else the strong ones of the index."""
    if not trusted:
        strong = tuple(each for each in artifact.digests if each.algorithm in STRONG)
        return strong or artifact.digests
    announced = set(artifact.digests)
    own = tuple(each for each in trusted if each in announced)
    return own or tuple(trusted)


def _check(
    artifact: Artifact, actual: Sequence[Digest], expected: Sequence[Digest], place: str
) -> None:
    if not expected or any(each in expected for each in actual):
        return
    found = next(each for each in actual if each.algorithm == "sha256")
    raise mismatch(artifact, expected, found, place)


def mismatch(
    artifact: Artifact, expected: Sequence[Digest], found: Digest | None, place: str
) -> DigestMismatch:
    """The error for a file that is not the one that was promised: what, where, why, what to do.

    Args:
        artifact: the file.
        expected: of which one should be its digest.
        found: what the download has; `None`: it was refused for what its index says of it.
        place: the name of the index; ``""`` for none.
    """
    host = parse_address(artifact.url).authority
    where = f"the index `{place}` ({host})" if place else host
    shown = " or ".join(str(each) for each in expected[:2])
    if len(expected) > 2:
        shown += f" or one of {len(expected) - 2} others"
    announced = [each for each in artifact.digests if each.is_strong]
    if found is None:
        got = f"the index has {announced[0]}" if announced else "the index has another"
        action = "nothing was downloaded"
    else:
        got = f"got {found}"
        action = "the download was deleted"
    if found is not None and found not in announced and any(e in expected for e in announced):
        cause = (
            "the index promises the right file, so this one was damaged or altered on the way, "
            "or by a proxy or mirror that keeps files: try again, or from another network"
        )
    elif found is None or found in announced:
        cause = (
            "the file was replaced on the index after it was locked, or this is a mirror with "
            "files of its own: compare with the original index"
        )
    else:
        cause = "the file was replaced on the index, or damaged or altered on the way"
    return DigestMismatch(
        f"`{artifact.filename}` from {where} is not the file that was promised: "
        f"expected {shown}, {got}; {action}",
        hints=[cause, "if you know why it changed and trust it, lock again with `pipenv lock`"],
    )


def _size_if_intact(path: str, sha256: str) -> int | None:
    """The size of a file that has this digest; `None` for any other, which is deleted."""
    try:
        with open(path, "rb") as stream:
            digest = hashlib.sha256()
            size = 0
            while piece := stream.read(_PIECE_BYTES):
                digest.update(piece)
                size += len(piece)
    except OSError:
        return None
    if digest.hexdigest() == sha256:
        return size
    _discard(path)
    return None


def _note_use(path: str) -> None:
    """Let the time of an entry tell when it was last used."""
    try:
        os.utime(path)
    except OSError:
        return


def _discard(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        return
