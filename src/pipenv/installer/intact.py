"""Whether what is installed is still there.

Looked at are the modules, the packages and the programs of a distribution, not each single file:
that costs a listing of the site folder instead of a look at everything in it.
"""

from __future__ import annotations

import os

from pipenv.errors import FileAccessError
from pipenv.filesystem.atomic import read_bytes
from pipenv.installer.record import recorded_paths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from pipenv.models.distributions import InstalledDistribution


_NO_DIGEST = ",,"
_NEVER_LINKS = (".pyc,,", "/RECORD,,", '",,')


def lost_of(distribution: InstalledDistribution, present: Collection[str]) -> str | None:
    """The first thing that RECORD lists and that is gone; `None` when all is there.

    Args:
        distribution: one of an environment; without a readable RECORD nothing is known of it.
        present: the names in the folder that holds its ``.dist-info``.
    """
    for path in _outermost(distribution.info_dir):
        folder = os.path.dirname(distribution.info_dir)
        if path.endswith("/"):
            if not os.path.exists(os.path.join(folder, path)):
                return path[:-1]
        elif path.startswith(".."):
            if not os.path.lexists(os.path.normpath(os.path.join(folder, path))):
                return os.path.basename(path)
        elif path not in present and path != "__pycache__" and not path.endswith(".pyc"):
            return path
    return None


def lost_files(distributions: Iterable[InstalledDistribution]) -> dict[str, str]:
    """By canonical name, the first thing that is gone, of the distributions that lack something.

    Raises:
        OSError: a folder that holds one cannot be listed.
    """
    present: dict[str, set[str]] = {}
    found: dict[str, str] = {}
    for each in distributions:
        folder = os.path.dirname(each.info_dir)
        if folder not in present:
            present[folder] = set(os.listdir(folder))
        lost = lost_of(each, present[folder])
        if lost is not None:
            found[each.key] = lost
    return found


def _outermost(info_dir: str) -> list[str]:
    """The names at the top of a RECORD, and the whole paths of what lies outside, each once.

    What may be a link to a folder, as it has no digest, ends with a slash.
    """
    if not info_dir.endswith(".dist-info"):
        return []
    try:
        text = (read_bytes(os.path.join(info_dir, "RECORD")) or b"").decode("utf-8", "replace")
    except FileAccessError:
        return []
    if '"' in text:
        folder = os.path.dirname(info_dir)
        rows = recorded_paths(info_dir) or []
        paths = [os.path.relpath(row, folder).replace(os.sep, "/") for row in rows]
    else:
        paths = [line.split(",", 1)[0].rstrip("\r") for line in text.split("\n")]
    links = [
        f"{line[: -len(_NO_DIGEST)]}/"
        for line in text.split("\n")
        if line.endswith(_NO_DIGEST) and not line.endswith(_NEVER_LINKS)
    ]
    outside = [path for path in paths if path.startswith("../")]
    tops = {path.split("/", 1)[0] for path in paths if path and not path.startswith(("../", "/"))}
    return [*sorted(tops), *links, *outside]
