"""Which environments consist of links to folders of unpacked wheels, and so need them to stay.

Layout, beside the unpacked wheels::

    wheels-v1/.links/<digest>/<environment>    the paths of the links, each ended by NUL

A note is written before the links it tells of, and counts as long as one of them leads to its
wheel; so neither a killed installation nor an environment that was deleted keeps a wheel for ever.
"""

from __future__ import annotations

import os

from pipenv.errors import FileAccessError
from pipenv.filesystem.atomic import write_atomic
from pipenv.models.sha256 import sha256

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_FOLDER = ".links"


def note_links(root: str, site_dir: str, links: Sequence[str]) -> bool:
    """Note that `links` are about to lead to the unpacked wheel `root`.

    Args:
        root: the folder of the wheel's entry.
        site_dir: where they lie; of an environment's notes of one wheel the last one counts.
        links: absolute paths.

    Returns:
        `False` when it cannot be noted: the cache cannot be written.
    """
    folder = _folder_of(root)
    name = sha256(os.fsencode(site_dir)).hexdigest()[:16]
    data = b"".join(os.fsencode(link) + b"\0" for link in links)
    try:
        os.makedirs(folder, exist_ok=True)
        write_atomic(os.path.join(folder, name), data, durable=False)
    except (OSError, FileAccessError):
        return False
    return True


def is_linked_to(root: str) -> bool:
    """Tell whether a link of some environment leads to the unpacked wheel `root`."""
    folder = _folder_of(root)
    try:
        names = os.listdir(folder)
    except OSError:
        return False
    return any(_leads_there(os.path.join(folder, name), root) for name in names)


def forget_stale(bucket: str) -> None:
    """Delete the notes below `bucket`, the folder of unpacked wheels, that tell of no link."""
    top = os.path.join(bucket, _FOLDER)
    try:
        digests = os.listdir(top)
    except OSError:
        return
    for digest in digests:
        folder = os.path.join(top, digest)
        root = os.path.join(bucket, digest[:2], digest[2:])
        try:
            for name in os.listdir(folder):
                path = os.path.join(folder, name)
                if not _leads_there(path, root):
                    os.unlink(path)
            os.rmdir(folder)
        except OSError:
            continue  # one is left, or it cannot be read


def _folder_of(root: str) -> str:
    head, rest = os.path.split(root)
    bucket, first = os.path.split(head)
    return os.path.join(bucket, _FOLDER, first + rest)


def _leads_there(note: str, root: str) -> bool:
    try:
        with open(note, "rb") as stream:
            links = stream.read().split(b"\0")
    except OSError:
        return True  # what it says is not known: rather keep too much
    prefix = os.fsencode(root) + os.fsencode(os.sep)
    for link in links:
        try:
            if link and _plain(os.readlink(link)).startswith(prefix):
                return True
        except OSError:
            continue
    return False


def _plain(target: bytes) -> bytes:
    """A link's target as it was given; Windows puts a prefix before it."""
    return target.removeprefix(b"\\\\?\\")
