"""The Pythons of this machine that tests may use: the running one always, others where found."""

from __future__ import annotations

import os
import sys

from pipenv.virtualenvs.interpreter_sources import Machine, all_candidates

MINORS = range(7, 15)


def _by_minor() -> dict[int, str]:
    machine = Machine(dict(os.environ), os.getcwd(), sys.executable)
    found: dict[int, str] = {}
    for candidate in all_candidates(machine):
        major, minor = (*candidate.hint, 0, 0)[:2]
        if candidate.is_usual and major == 3 and minor in MINORS:
            found.setdefault(minor, candidate.path)
    found[sys.version_info[1]] = sys.executable
    return found


BY_MINOR = _by_minor()
DEBIAN = "/usr/bin/python3"
SUITABLE = [BY_MINOR[minor] for minor in MINORS if minor in BY_MINOR]
"""One executable of each minor version that is installed."""
if os.path.exists(DEBIAN):
    SUITABLE.append(DEBIAN)
