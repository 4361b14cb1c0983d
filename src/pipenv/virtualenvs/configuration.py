"""``pyvenv.cfg``: what makes a folder a virtual environment, read and written."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

FILE_NAME = "pyvenv.cfg"


def read_configuration(env_root: str) -> dict[str, str] | None:
    """The keys (lower case) and values of an environment's ``pyvenv.cfg``; `None` without one."""
    try:
        with open(os.path.join(env_root, FILE_NAME), encoding="utf-8", errors="replace") as stream:
            text = stream.read()
    except OSError:
        return None
    return parse_configuration(text)


def parse_configuration(text: str) -> dict[str, str]:
    """Split lines at their first ``=``; others are no part of the format."""
    values = {}
    for line in text.lstrip("\ufeff").splitlines():
        key, sign, value = line.partition("=")
        if sign:
            values[key.strip().lower()] = value.strip()
    return values


def format_configuration(values: Mapping[str, str]) -> str:
    """The text of a ``pyvenv.cfg``; line ends inside of values, which it cannot hold, are lost."""
    return "".join(f"{key} = {' '.join(value.splitlines())}\n" for key, value in values.items())


def is_true(text: str | None) -> bool:
    """Read a switch the way the interpreter does."""
    return text is not None and text.strip().lower() == "true"


def environment_root_of(executable: str) -> str | None:
    """The environment that an interpreter belongs to by its path, `None` for a real one.

    The interpreter itself looks for the file beside itself and one folder up, in this order.
    """
    folder = os.path.dirname(executable)
    for root in (folder, os.path.dirname(folder)):
        if os.path.isfile(os.path.join(root, FILE_NAME)):
            return root
    return None
