"""What a fast command may load, as data.

A list is a ceiling: loading less passes, loading more fails and names the culprit.  Private modules
of the standard library (``_x``) are not counted: they differ between versions of Python.
"""

from __future__ import annotations

from typing import NamedTuple


class FastCommand(NamedTuple):
    """One command line, and the modules that it may load on top of the bare interpreter."""

    argv: tuple[str, ...]
    ours: frozenset[str]
    """Names below ``pipenv``, without that prefix."""
    standard: frozenset[str]


THINNEST = frozenset({"cli", "cli.main", "cli.quick", "errors"})
LOCATING = THINNEST | {
    "processes",
    "operations",
    "operations.launch",
    "operations.project",
    "virtualenvs",
    "virtualenvs.activation",
    "virtualenvs.location",
}

FAST_COMMANDS: tuple[FastCommand, ...] = (
    FastCommand(("--version",), LOCATING, frozenset({"binascii"})),
    FastCommand(("--where",), LOCATING, frozenset({"binascii"})),
    FastCommand(("--venv",), LOCATING, frozenset({"binascii"})),
    FastCommand(("--py",), LOCATING, frozenset({"binascii"})),
    FastCommand(("run", "true"), LOCATING, frozenset({"binascii"})),
)
