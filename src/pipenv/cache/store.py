"""The cache folder: buckets of entries, and a substitute where it cannot be used.

An entry is either there as a whole or not at all. Whatever goes wrong with the cache folder itself
(read-only, full, a file in its place) costs time and nothing else.
"""

from __future__ import annotations

import _thread
import os

from pipenv.errors import FileAccessError
from pipenv.filesystem.atomic import read_bytes, write_atomic
from pipenv.filesystem.trees import delete_tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_TAG_NAME = "CACHEDIR.TAG"
_TAG = b"""Signature: 8a477f597d28d172789f06886806bc55
# This folder was made by Pipenv; everything in it can be made again.
# The tag is described at https://bford.info/cachedir/
"""


class CacheFolder:
    """The folder of everything that can be made again; its parts are called buckets.

    Threads may share one.
    """

    def __init__(
        self,
        root: str,
        *,
        temporary_dir: str | None = None,
        on_substitute: Callable[[], None] = lambda: None,
    ) -> None:
        """Use the folder `root`, made when something is to be kept in it.

        Args:
            root: the cache folder.
            temporary_dir: where a substitute is made for it; `None` for the system's usual place.
            on_substitute: called when the substitute is made, from any thread.
        """
        self._on_substitute = on_substitute
        self._temporary_dir = temporary_dir
        self.root = os.path.abspath(root)
        self._substitute: str | None = None
        self._making = _thread.allocate_lock()
        self._made: set[str] = set()
        """Folders that this run has made or found."""

    def bucket(self, name: str) -> str:
        """The path of the bucket `name`; it need not exist."""
        return os.path.join(self.root, name)

    def writable_bucket(self, name: str) -> str:
        """The path of the bucket `name`, made where it is missing.

        Where the cache folder cannot be used, it lies in a temporary folder that lives until
        `close`.

        Raises:
            FileAccessError: no temporary folder can be made either.
        """
        if self._substitute is None:
            try:
                return self._make(self.root, name)
            except OSError:
                pass  # read-only, full, a file in its place: the substitute has to do
        return self.substitute_bucket(name)

    def substitute_bucket(self, name: str) -> str:
        """Like `writable_bucket`, for a caller who found that the cache folder cannot be used."""
        try:
            with self._making:
                if self._substitute is None:
                    self._substitute = _new_temporary_folder(self._temporary_dir)
                    self._on_substitute()
            return self._make(self._substitute, name)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise FileAccessError(
                f"neither the cache folder `{self.root}` nor a temporary one can be used: {reason}",
                hints=["free some space, or set PIPENV_CACHE_DIR to a folder that can be written"],
            ) from error

    def buckets(self, name: str) -> tuple[str, ...]:
        """Where entries of the bucket `name` may be found, best first."""
        if self._substitute is None:
            return (self.bucket(name),)
        return (self.bucket(name), os.path.join(self._substitute, name))

    def read(self, bucket: str, key: str) -> bytes | None:
        """The content of an entry, `None` when it is missing or cannot be read."""
        for folder in self.buckets(bucket):
            try:
                data = read_bytes(os.path.join(folder, key))
            except FileAccessError:
                continue
            if data is not None:
                return data
        return None

    def write(self, bucket: str, key: str, data: bytes) -> None:
        """Keep `data` as an entry, unless the cache cannot be written.

        Args:
            bucket: the part of the cache.
            key: a path with ``/`` below it, made of names that are safe for files.
            data: the whole content.
        """
        path = os.path.join(self.bucket(bucket), key)
        folder = os.path.dirname(path)
        try:
            if folder not in self._made:
                self._make(self.root, bucket)
                os.makedirs(folder, exist_ok=True)
                self._made.add(folder)
            write_atomic(path, data, durable=False)
        except (OSError, FileAccessError):
            return  # the next run does without it

    def close(self) -> None:
        """Delete the temporary folder, if one had to be used."""
        if self._substitute is not None:
            folder, self._substitute = self._substitute, None
            delete_tree(folder)

    def _make(self, root: str, name: str) -> str:
        folder = os.path.join(root, name)
        try:
            os.mkdir(folder)
        except FileExistsError:
            if not os.path.isdir(folder):
                raise
        except FileNotFoundError:
            os.makedirs(folder, exist_ok=True)
            try:
                write_atomic(os.path.join(root, _TAG_NAME), _TAG, durable=False)
            except FileAccessError:
                return folder  # the tag is a courtesy to backup programs
        return folder


def _new_temporary_folder(preferred: str | None) -> str:
    """A new folder of our own where temporary files belong."""
    home = os.path.join(os.path.expanduser("~"), "AppData", "Local", "Temp")
    usual = (home,) if os.name == "nt" else ("/tmp", "/var/tmp")  # noqa: S108 - made below, private
    candidates = (preferred, *usual) if preferred else usual
    for position, parent in enumerate(candidates):
        path = os.path.join(parent, f"pipenv-cache-{os.urandom(8).hex()}")
        try:
            os.mkdir(path, 0o700)
        except OSError:
            if position == len(candidates) - 1:
                raise
        else:
            return path
    raise AssertionError("there is always a candidate")
