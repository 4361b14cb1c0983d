"""Unpacked wheels by the digest of the wheel file: unpacked once, linked into every environment.

Layout below the cache folder::

    wheels-v1/ab/cdef…/tree/…      the files, as they lie in the wheel
    wheels-v1/ab/cdef…/manifest    what they are (`pipenv.cache.manifest`)
    wheels-v1/.unfinished/…        being filled, or thrown away

An entry is filled under another name and renamed into place, so it is complete or missing, and two
processes that fill it at once both end with it. An entry that is damaged, or was edited through a
link in an environment, counts as missing and is made anew.
"""

from __future__ import annotations

import os
import time

from pipenv.cache.inspection import are_intact
from pipenv.cache.linked_folders import is_linked_to
from pipenv.cache.manifest import MANIFEST, TREE, is_intact, read_manifest
from pipenv.cache.store import CacheFolder
from pipenv.errors import FileAccessError, InvalidValue, PipenvError
from pipenv.filesystem.atomic import read_bytes, refusal_to_write
from pipenv.filesystem.trees import delete_tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from pipenv.cache.manifest import WheelManifest

    Unpack = Callable[..., WheelManifest]

_BUCKET = "wheels-v1"
_UNFINISHED = ".unfinished"
_STALE_SECONDS = 24 * 3600
"""A filling that has not ended after so long was killed."""
_HEX = frozenset("0123456789abcdef")


class UnpackedWheel:
    """A verified wheel in the cache, ready to be linked into environments."""

    __slots__ = ("_manifest", "name", "root", "version")

    def __init__(
        self, root: str, name: str, version: str, manifest: WheelManifest | None = None
    ) -> None:
        self.root = root
        """The folder of the entry: ``tree`` and ``manifest``."""
        self.name = name
        """As its metadata writes it."""
        self.version = version
        self._manifest = manifest

    def __repr__(self) -> str:
        return f"UnpackedWheel({self.name!r}, {self.version!r})"

    @property
    def tree(self) -> str:
        """The folder of the unpacked files."""
        return os.path.join(self.root, TREE)

    @property
    def manifest(self) -> WheelManifest:
        """What there is to install, read when it is first wanted.

        Raises:
            FileAccessError: the entry has vanished meanwhile.
        """
        if self._manifest is None:
            manifest = _load_manifest(self.root)
            if manifest is None:
                raise FileAccessError(
                    f"the unpacked {self.name} {self.version} is no longer in the cache",
                    hints=["run the command again"],
                )
            self._manifest = manifest
        return self._manifest


class WheelStore:
    """The unpacked wheels below one cache folder. Threads may share it."""

    def __init__(self, root: str, *, temporary_dir: str | None = None) -> None:
        """Use the cache folder `root`; it need not exist, nor be writable.

        Args:
            root: the cache folder.
            temporary_dir: where a substitute is made for it; `None` for the system's usual place.
        """
        self._cache = CacheFolder(root, temporary_dir=temporary_dir)
        self._is_swept = False

    def close(self) -> None:
        """Give up what was only kept because the cache folder could not be used."""
        self._cache.close()

    def get(self, digest_sha256: str) -> UnpackedWheel | None:
        """The wheel whose file has this digest, if it is here and as it was unpacked.

        Looks at every file's size and time (`is_intact`). Never fails: whatever is wrong with an
        entry makes it a missing one.

        Raises:
            InvalidValue: that is no SHA-256 in lower case hexadecimal digits.
        """
        for bucket in self._cache.buckets(_BUCKET):
            entry = _entry_path(bucket, digest_sha256)
            found = wheel_at(entry)
            if found is not None:
                return found
            # One that links lead to stays until there is a new one.
            if os.path.lexists(entry) and not is_linked_to(entry):
                self._throw_away(bucket, entry)
        return None

    def get_all(self, digests_sha256: Iterable[str]) -> dict[str, UnpackedWheel]:
        """The wheels of these digests that are here and as they were unpacked, by digest.

        As `get` for each of them, in less time: to be called before there are threads.

        Raises:
            InvalidValue: one is no SHA-256 in lower case hexadecimal digits.
        """
        kept: list[tuple[str, str, WheelManifest]] = []
        digests = [*digests_sha256]
        for digest in digests:
            for bucket in self._cache.buckets(_BUCKET):
                entry = _entry_path(bucket, digest)
                manifest = _load_manifest(entry)
                if manifest is not None:
                    kept.append((digest, entry, manifest))
                    break
        states = are_intact([(manifest, os.path.join(entry, TREE)) for _, entry, manifest in kept])
        found = {
            digest: UnpackedWheel(entry, manifest.name, manifest.version, manifest)
            for (digest, entry, manifest), is_sound in zip(kept, states, strict=True)
            if is_sound
        }
        for digest in digests:
            if digest not in found:
                wheel = self.get(digest)
                if wheel is not None:
                    found[digest] = wheel
        return found

    def add(
        self,
        wheel_path: str,
        digest_sha256: str,
        *,
        filename: str | None = None,
        lenient_record: bool = False,
    ) -> UnpackedWheel:
        """Check the wheel `wheel_path`, unpack it, and keep it under `digest_sha256`.

        That the file has this digest is the caller's to know: who downloads has hashed it anyway.

        Args:
            wheel_path: the wheel file; not needed afterwards.
            digest_sha256: of the file, in lower case hexadecimal digits.
            filename: what the wheel is called, where that differs from the end of `wheel_path`.
            lenient_record: accept a wheel whose RECORD does not tell the truth, with notices in
                its manifest. Only for users who ask for it.

        Raises:
            UnsafeArchive, MetadataMismatch: it is not a wheel to be installed.
            FileAccessError: it cannot be read, or not even a temporary folder be written.
            InvalidValue: that is no SHA-256 in lower case hexadecimal digits.
        """
        found = self.get(digest_sha256)
        if found is not None:
            return found
        bucket = self._cache.writable_bucket(_BUCKET)
        try:
            return self._fill(bucket, wheel_path, digest_sha256, filename, lenient=lenient_record)
        except FileAccessError:
            if not os.access(wheel_path, os.R_OK):
                raise
            substitute = self._cache.substitute_bucket(_BUCKET)
            if substitute == bucket:
                raise
        return self._fill(substitute, wheel_path, digest_sha256, filename, lenient=lenient_record)

    def try_to_add(self, wheel_path: str, digest_sha256: str, filename: str) -> bool:
        """Like `add`, for another process than the one that will use the wheel.

        Returns:
            `False` when it cannot be added, for whatever reason; `add` tells which.
        """
        bucket = self._cache.bucket(_BUCKET)
        try:
            os.makedirs(bucket, exist_ok=True)
            self._fill(bucket, wheel_path, digest_sha256, filename, lenient=False)
        except (PipenvError, OSError):
            return False
        return True

    def just_added(self, digest_sha256: str) -> UnpackedWheel | None:
        """The wheel that another process has just added, without a look at its files."""
        entry = _entry_path(self._cache.bucket(_BUCKET), digest_sha256)
        manifest = _load_manifest(entry)
        if manifest is None:
            return None
        return UnpackedWheel(entry, manifest.name, manifest.version, manifest)

    def forget_unfinished(self, processes: Collection[int]) -> None:
        """Delete what these processes, which are gone, have left unfinished."""
        folder = os.path.join(self._cache.bucket(_BUCKET), _UNFINISHED)
        try:
            for name in os.listdir(folder):
                if name.partition("-")[0] in map(str, processes):
                    delete_tree(os.path.join(folder, name))
        except (OSError, FileAccessError):
            return  # it is swept up some day

    def load_code(self) -> None:
        """Load what unpacking takes, so that processes forked afterwards have it."""
        _unpacker()

    def _fill(
        self, bucket: str, wheel_path: str, digest: str, filename: str | None, *, lenient: bool
    ) -> UnpackedWheel:
        self._sweep(bucket)
        folder = _new_folder(bucket)
        try:
            manifest = _unpacker()(wheel_path, folder, filename=filename, lenient_record=lenient)
            return self._publish(bucket, folder, digest, manifest)
        except BaseException:
            delete_tree(folder)
            raise

    def _publish(
        self, bucket: str, folder: str, digest: str, manifest: WheelManifest
    ) -> UnpackedWheel:
        """Rename the filled `folder` to the entry's place; another process may have been first."""
        entry = _entry_path(bucket, digest)
        try:
            os.makedirs(os.path.dirname(entry), exist_ok=True)
            for _ in range(3):
                try:
                    os.rename(folder, entry)
                except OSError:
                    if not os.path.lexists(entry):
                        raise
                    found = self.get(digest)
                    if found is not None:
                        delete_tree(folder)
                        return found
                    self._throw_away(bucket, entry)
                else:
                    return UnpackedWheel(entry, manifest.name, manifest.version, manifest)
        except OSError as error:
            raise refusal_to_write(entry, error) from error
        raise FileAccessError(f"cannot replace the damaged cache entry `{entry}`")

    def _throw_away(self, bucket: str, entry: str) -> None:
        """Make room for a new entry; one that cannot be deleted stays and is never used."""
        try:
            aside = _new_folder(bucket)
            os.rename(entry, os.path.join(aside, "damaged"))
            delete_tree(aside)
        except (OSError, FileAccessError):
            return

    def _sweep(self, bucket: str) -> None:
        """Delete what killed processes left unfinished, once per run."""
        if self._is_swept:
            return
        self._is_swept = True
        limit = time.time() - _STALE_SECONDS
        try:
            with os.scandir(os.path.join(bucket, _UNFINISHED)) as entries:
                stale = [e.path for e in entries if e.stat(follow_symlinks=False).st_mtime < limit]
            for path in stale:
                delete_tree(path)
        except (OSError, FileAccessError):
            return


def wheel_at(root: str) -> UnpackedWheel | None:
    """The unpacked wheel in the folder `root`, if it is one and as it was unpacked."""
    manifest = _load_manifest(root)
    if manifest is None or not is_intact(manifest, os.path.join(root, TREE)):
        return None
    return UnpackedWheel(root, manifest.name, manifest.version, manifest)


def note_use(wheels: Iterable[UnpackedWheel]) -> None:
    """Let the time of each entry's manifest tell when it was last installed."""
    for wheel in wheels:
        try:
            os.utime(os.path.join(wheel.root, MANIFEST))
        except OSError:
            return  # read-only, or gone


def _entry_path(bucket: str, digest: str) -> str:
    if len(digest) != 64 or not _HEX.issuperset(digest):
        raise InvalidValue(f"`{digest[:80]}` is no SHA-256 digest")
    return os.path.join(bucket, digest[:2], digest[2:])


def _load_manifest(entry: str) -> WheelManifest | None:
    try:
        data = read_bytes(os.path.join(entry, MANIFEST))
    except FileAccessError:
        return None
    return None if data is None else read_manifest(data)


def _unpacker() -> Unpack:
    """What fills an entry; most runs need none, and it takes reading of archives with it."""
    from pipenv.cache.unpacking import unpack_wheel

    return unpack_wheel


def _new_folder(bucket: str) -> str:
    """A new folder for something unfinished.

    Raises:
        FileAccessError: it cannot be made.
    """
    unfinished = os.path.join(bucket, _UNFINISHED)
    path = os.path.join(unfinished, f"{os.getpid()}-{os.urandom(6).hex()}")
    try:
        try:
            os.mkdir(path)
        except FileNotFoundError:
            os.makedirs(unfinished, exist_ok=True)
            os.mkdir(path)
    except OSError as error:
        raise refusal_to_write(path, error) from error
    return path
