"""RECORD: which files of an environment belong to a distribution (PEP 376, PEP 627).

Reads what any installer wrote, trusting nothing in it; writes our own.
"""

from __future__ import annotations

import os
from binascii import b2a_base64

from pipenv.archives.record_rows import record_line, record_rows
from pipenv.models.sha256 import sha256

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipenv.models.interpreters import Environment

UNFINISHED = "RECORD.pipenv-tmp"
"""What RECORD is called until everything that it lists is there."""
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_LEGACY_RECORD = "installed-files.txt"


def row_for(path: str, data: bytes) -> str:
    """The row of a file with this content; `path` is relative to the site folder."""
    digest = b2a_base64(sha256(data).digest(), newline=False).rstrip(b"=").translate(_URL_SAFE)
    return record_line(path, f"sha256={digest.decode()}", len(data))


def path_in_record(path: str, site_dir: str) -> str:
    """How RECORD writes the absolute `path`: relative to the site folder, with ``/``."""
    prefix = site_dir + os.sep
    if path.startswith(prefix):
        relative = path[len(prefix) :]
    else:
        try:
            relative = os.path.relpath(path, site_dir)
        except ValueError:  # another drive
            relative = path
    return relative.replace(os.sep, "/")


def recorded_paths(info_dir: str, *, name: str = "RECORD") -> list[str] | None:
    """Absolute paths of what a RECORD lists, in order, whether or not they exist.

    The legacy list of an ``.egg-info`` is read in its place where there is one. `None` when there
    is neither, or it cannot be read as one.
    """
    text = _read(os.path.join(info_dir, name))
    if text is not None:
        folder = os.path.dirname(info_dir)
        try:
            rows = [row.path for row in record_rows(text)]
        except ValueError:
            return None
    else:
        text = _read(os.path.join(info_dir, _LEGACY_RECORD))
        if text is None or not info_dir.endswith(".egg-info"):
            return None
        folder = info_dir
        rows = [line for line in text.split("\n") if line.strip()]
    return [os.path.normpath(os.path.join(folder, row.rstrip("\r"))) for row in rows]


class Boundaries:
    """Which files lie inside an environment, where its links really lead."""

    def __init__(self, environment: Environment) -> None:
        """Remember the folders that packages of `environment` are installed into."""
        paths = environment.paths
        own = (environment.root, paths.purelib, paths.platlib, paths.scripts, paths.data)
        kept = {os.path.normpath(folder) for folder in own}
        headers = os.path.normpath(paths.headers)
        self._roots = tuple({os.path.realpath(folder) for folder in (*kept, headers)})
        self._kept = kept
        self._shared: frozenset[str] = frozenset()
        if not os.path.exists(os.path.join(environment.root, "pyvenv.cfg")):
            # Of the system's folders only what lies deeper is ours to tidy: `share/doc`.
            self._kept = {*kept, headers}
            self._shared = frozenset(os.path.normpath(f) for f in (environment.root, paths.data))
        self.scripts = os.path.normpath(paths.scripts)
        """Where the environment's programs lie."""
        self._known: dict[str, bool] = {}

    def holds(self, path: str) -> bool:
        """Tell whether the file `path` (absolute, normal) lies inside, followed to where it is."""
        folder = os.path.dirname(path)
        known = self._known.get(folder)
        if known is None:
            real = os.path.realpath(folder)
            known = any(
                real == root or real.startswith(root.rstrip(os.sep) + os.sep)
                for root in self._roots
            )
            self._known[folder] = known
        return known

    def folders_to_tidy(self, files: Iterable[str]) -> list[str]:
        """The folders that may be empty once `files` are gone, deepest first.

        Those that belong to the environment itself are left out, and what lies above them.
        """
        found: set[str] = set()
        for path in files:
            folder = os.path.dirname(path)
            while folder not in found and folder not in self._kept and self.holds(folder):
                parent = os.path.dirname(folder)
                if parent in self._shared:
                    break
                found.add(folder)
                folder = parent
        return sorted(found, key=len, reverse=True)


def _read(path: str) -> str | None:
    try:
        with open(path, "rb") as stream:
            return stream.read().decode("utf-8", "surrogateescape")
    except OSError:
        return None
