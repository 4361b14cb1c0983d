"""What a fast command may load, as data.

A list is a ceiling: loading less passes, loading more fails and names the culprit.  Private modules
of the standard library (``_x``) are not counted: they differ between versions of Python.
"""

from __future__ import annotations

import os
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
COMPLETING = ASKING - {"cli.quick"} | {
    "cli.command_forms",
    "cli.completing",
    "cli.options",
    "cli.registry",
    "errors",
    "models",
    "models.indexes",
    "models.records",
    "operations.names_here",
    "pipfile",
    "pipfile._layout",
    "pipfile._quick_toml",
    "pipfile._toml",
    "pipfile._validation",
    "pipfile.document",
}


def completes(line: str) -> dict[str, str]:
    """The variables with which a shell asks what could come next."""
    return {"_ARGCOMPLETE": "1", "COMP_LINE": line, "_ARGCOMPLETE_STDOUT_FILENAME": os.devnull}


FAST_COMMANDS: tuple[FastCommand, ...] = (
    FastCommand(("--version",), ASKING, NOTHING),
    FastCommand(("--where",), ASKING, NOTHING),
    FastCommand(("--venv",), ASKING, NOTHING),
    FastCommand(("--py",), ASKING, NOTHING),
    FastCommand(("run", "true"), RUNNING, NOTHING),
    FastCommand(("run", "true"), RUNNING, NOTHING, {"PIPENV_VERBOSITY": "-1"}),
    FastCommand(("complete", "run"), COMPLETING, NOTHING, completes("pipenv run ")),
    FastCommand(("complete", "command"), COMPLETING, NOTHING, completes("pipenv ins")),
)
