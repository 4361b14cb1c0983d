"""What a fast command may load, as data.

A list is a ceiling: loading less passes, loading more fails and names the culprit.  Private modules
of the standard library (``_x``) are not counted: they differ between versions of Python.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class FastCommand(NamedTuple):
    """One command line, and the modules that it may load on top of the bare interpreter."""

    argv: tuple[str, ...]
    ours: frozenset[str]
    """Names below ``pipenv``, without that prefix."""
    standard: frozenset[str]
    variables: Mapping[str, str] = MappingProxyType({})


ASKING = frozenset(
    {
        "cli",
        "cli.main",
        "cli.quick",
        "operations",
        "operations.project",
        "virtualenvs",
        "virtualenvs.location",
    }
)
RUNNING = ASKING | {"cli.quick_run", "operations.launch", "processes", "virtualenvs.activation"}
NOTHING: frozenset[str] = frozenset()

FAST_COMMANDS: tuple[FastCommand, ...] = (
    FastCommand(("--version",), ASKING, NOTHING),
    FastCommand(("--where",), ASKING, NOTHING),
    FastCommand(("--venv",), ASKING, NOTHING),
    FastCommand(("--py",), ASKING, NOTHING),
    FastCommand(("run", "true"), RUNNING, NOTHING),
    FastCommand(("run", "true"), RUNNING, NOTHING, {"PIPENV_VERBOSITY": "-1"}),
)
