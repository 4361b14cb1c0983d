"""Bytecode made ahead of time, by the environment's own interpreter; an option."""

from __future__ import annotations

import os

from pipenv.events import Trace
from pipenv.processes import run_captured

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipenv.events import Reporter

_TIMEOUT_SECONDS = 600.0


def compile_modules(
    python: str, files: Iterable[str], environ: Mapping[str, str], report: Reporter
) -> None:
    """Compile the modules among `files` in one process of `python`.

    A module that cannot be compiled, such as a template or one for another Python, is no error:
    it would fail when it is imported, which nobody may ever do.
    """
    modules = [path for path in files if path.endswith(".py")]
    if not modules:
        return
    listed = b"".join(os.fsencode(path) + b"\n" for path in modules)
    # The list comes from standard input; `-` stands for it.
    completed = run_captured(
        [python, "-I", "-S", "-m", "compileall", "-qq", "-i", "-"],
        environment=environ,
        input=listed,
        timeout_seconds=_TIMEOUT_SECONDS,
    )
    if completed.status:
        report(Trace(f"not every one of {len(modules)} modules could be compiled"))
