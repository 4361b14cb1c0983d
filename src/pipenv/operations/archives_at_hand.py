"""Single archives on this machine: what they are by their names, and their digests."""

from __future__ import annotations

from pipenv.errors import DigestMismatch
from pipenv.filesystem.file_digests import file_digest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from pipenv.models.digests import Digest

ARCHIVE_ENDINGS = (".whl", ".tar.gz", ".tgz", ".zip", ".tar.bz2", ".tar.xz", ".tar")


def is_archive(name: str) -> bool:
    """Tell whether a path or URL is that of a wheel or a source distribution."""
    return name.lower().partition("#")[0].partition("?")[0].endswith(ARCHIVE_ENDINGS)


def is_wheel(name: str) -> bool:
    """Tell whether a path or URL is that of a wheel."""
    return name.lower().partition("#")[0].partition("?")[0].endswith(".whl")


def check_digest(path: str, shown: str, promised: Collection[Digest]) -> None:
    """See to it that a file is one that a lock promises; a lock without digests promises nothing.

    Raises:
        DigestMismatch: it is another; file, expected and actual digest are named.
        FileAccessError: it cannot be read.
    """
    if not promised:
        return
    for digest in promised:
        if file_digest(path, digest.algorithm) == digest.hex:
            return
    expected = " or ".join(str(digest) for digest in promised)
    raise DigestMismatch(
        f"`{shown}` is not the file that was locked: expected {expected}, "
        f"got sha256:{file_digest(path)}",
        hints=["if you know why it changed, lock again with `pipenv lock`"],
    )
