"""``lock``, ``sync``, ``install`` and ``verify`` when nothing has changed since they last ran.

Only lines that say no more than the command and a few switches; whatever else there is to do is
left to `pipenv.cli.dispatch`.
"""

from __future__ import annotations

import os
import time

from pipenv.cli.console import Console
from pipenv.cli.quick import environment_root, may_have_settings, read_bytes
from pipenv.operations import settled
from pipenv.operations.cache_place import cache_place
from pipenv.operations.project import find_project
from pipenv.operations.pylock_place import pylock_bytes
from pipenv.operations.unfinished_change import note_of_change, was_cut_short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipenv.operations.project import Project

INSTALLING = frozenset({"install", "sync"})
_LINES = frozenset({settled.LOCK_LINE, settled.VERIFY_LINE})
_SWITCHES = frozenset({"--dev", "-d", "--deploy", "--ignore-pipfile"})
"""Of the installing commands; none of them takes a value."""
UP_TO_DATE = "Pipfile.lock is up-to-date."


def is_plain(argv: Sequence[str]) -> bool:
    """Tell whether the line may be one that `answer` answers."""
    if not argv or argv[0] not in INSTALLING:
        return tuple(argv) in _LINES
    return _SWITCHES.issuperset(argv[1:])


def answer(argv: Sequence[str], environ: Mapping[str, str]) -> int | None:
    """Say that nothing has changed, or return `None` when that has to be found out.

    Raises:
        PipenvError, OSError: the long way meets the same and explains it.
    """
    project = find_project(os.getcwd(), environ)
    if project is None or may_have_settings(project, environ) or not settled.may_settle(environ):
        return None
    cache_dir = os.path.abspath(cache_place(environ.get("PIPENV_CACHE_DIR"), environ))
    kept = read_bytes(settled.place(cache_dir, project, argv))
    if os.path.lexists(note_of_change(cache_dir, project)):
        return None  # these may be files that the next change takes back
    pipfile, lock = read_bytes(project.pipfile_path), read_bytes(project.lockfile_path)
    if b"$" in pipfile and os.path.exists(os.path.join(project.root, ".env")):
        # What the addresses of sources leave open may stand there.
        return None
    lock += pylock_bytes(project.root)
    if tuple(argv) == settled.VERIFY_LINE:
        if kept != settled.digest_of_inputs(project, environ, pipfile, lock, ""):
            return None
        Console(environ).data(UP_TO_DATE)
        return 0
    is_installing = argv[0] in INSTALLING
    return _answer_settled(kept, project, environ, (pipfile, lock), is_installing=is_installing)


def _answer_settled(
    kept: bytes,
    project: Project,
    environ: Mapping[str, str],
    files: tuple[bytes, bytes],
    *,
    is_installing: bool,
) -> int | None:
    pipfile, lock = files
    known = settled.unpack(kept)
    if known is None:
        return None
    root = environment_root(project, environ, pipfile)
    if root is None:
        return None
    inputs = settled.digest_of_inputs(project, environ, pipfile, lock, root)
    if not settled.still_holds(known, inputs, root, time.time()):
        return None
    if is_installing and was_cut_short(path for path, _ in known.pages):
        return None
    console = Console(environ, known.verbosity)
    console.say(console.success(known.message))
    return 0
