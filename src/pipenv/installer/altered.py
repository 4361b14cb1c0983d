"""Whether each file of what is installed is still what RECORD says (PEP 376).

Slower than `installer.intact`, which every installation asks: this looks at every single file.
Bytecode, which Python writes and deletes as it likes, does not count.
"""

from __future__ import annotations

import os
import stat

from pipenv.archives.record_rows import record_rows
from pipenv.errors import FileAccessError
from pipenv.filesystem.atomic import read_bytes
from pipenv.installer.record import row_for
from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipenv.archives.record_rows import RecordRow
    from pipenv.models.distributions import InstalledDistribution


class AlteredFile(NamedTuple):
    """One file that is not as it was installed."""

    path: str
    """As RECORD writes it."""
    is_gone: bool


def altered_files(
    distributions: Iterable[InstalledDistribution], *, reads_contents: bool
) -> dict[str, tuple[AlteredFile, ...]]:
    """By canonical name, what was deleted or changed; what is as installed is left out.

    Args:
        distributions: those of an environment; of one without a readable RECORD nothing is known.
        reads_contents: compare digests, not sizes alone.
    """
    found = {}
    for each in distributions:
        altered = tuple(_altered(each.info_dir, reads_contents=reads_contents))
        if altered:
            found[each.key] = altered
    return found


def _altered(info_dir: str, *, reads_contents: bool) -> list[AlteredFile]:
    if not info_dir.endswith(".dist-info"):
        return []
    folder = os.path.dirname(info_dir)
    try:
        text = (read_bytes(os.path.join(info_dir, "RECORD")) or b"").decode("utf-8", "replace")
        rows = [*record_rows(text)]
    except (FileAccessError, ValueError):
        return []
    found = []
    for row in rows:
        if row.path.endswith((".pyc", ".pyo")):
            continue
        path = os.path.join(folder, row.path)
        try:
            status = os.stat(path)
        except FileNotFoundError:
            found.append(AlteredFile(row.path, is_gone=True))
            continue
        except OSError:  # a folder that may not be entered, a name that no file can have
            continue
        if not stat.S_ISREG(status.st_mode) or not row.digest:
            continue
        has_size = not row.size.isdecimal() or int(row.size) == status.st_size
        if not has_size or (reads_contents and not _has_digest(path, row)):
            found.append(AlteredFile(row.path, is_gone=False))
    return found


def _has_digest(path: str, row: RecordRow) -> bool:
    """Tell whether the file has the digest of its row; of what cannot be compared, that it has."""
    if not row.digest.startswith("sha256="):
        return True
    try:
        data = read_bytes(path)
    except FileAccessError:
        return True
    (actual,) = record_rows(row_for("", data or b""))
    return actual.digest == row.digest.rstrip("=")


def altered_text(altered: Sequence[AlteredFile]) -> str:
    """What to tell of the altered files of one distribution, of which there is at least one."""
    first, *others = altered
    text = f"`{first.path}` {'is missing' if first.is_gone else 'was changed'}"
    if not others:
        return text
    return f"{text}, {len(others)} more {'file is' if len(others) == 1 else 'files are'} altered"
