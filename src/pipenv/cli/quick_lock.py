"""``pipenv lock`` without options, when nothing has changed since the last one.

Whatever else there is to do is left to `pipenv.cli.dispatch`.
"""

from __future__ import annotations

import os
import time

from pipenv.cli.console import Console
from pipenv.cli.quick import environment_root, read_bytes
from pipenv.cli.summaries import say_unchanged
from pipenv.operations import settled
from pipenv.operations.cache_place import cache_place
from pipenv.operations.project import find_project

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


def answer(environ: Mapping[str, str]) -> int | None:
    """Say that the lock is unchanged, or return `None` when that has to be found out.

    Raises:
        PipenvError, OSError: the long way meets the same and explains it.
    """
    project = find_project(os.getcwd(), environ)
    if project is None or not settled.may_settle(environ):
        return None
    cache_dir = os.path.abspath(cache_place(environ.get("PIPENV_CACHE_DIR"), environ))
    known = settled.unpack(read_bytes(settled.place(cache_dir, project)))
    if known is None:
        return None
    pipfile = read_bytes(project.pipfile_path)
    root = environment_root(project, environ, pipfile)
    if root is None:
        return None
    lock = read_bytes(project.lockfile_path)
    inputs = settled.digest_of_inputs(project, environ, pipfile, lock, root)
    if not settled.still_holds(known, inputs, root, time.time()):
        return None
    say_unchanged(Console(environ, known.verbosity))
    return 0
