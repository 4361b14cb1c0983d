"""The TOML reader: ours for plain documents, else the standard library's or its forerunner."""

from __future__ import annotations

import sys

from pipenv.pipfile._quick_toml import read_quickly

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class TomlError(ValueError):
    """The text is no TOML; the message names line and column."""


def loads(text: str) -> dict[str, Any]:
    """Read TOML.

    Raises:
        TomlError: it is none, or nested too deeply.
    """
    tables = read_quickly(text)
    if tables is not None:
        return tables
    # By its name and here: it is slow to load and seldom needed, and so is `importlib`.
    library = __import__("tomllib" if sys.version_info >= (3, 11) else "tomli")
    try:
        read: dict[str, Any] = library.loads(text)
    except library.TOMLDecodeError as error:
        raise TomlError(str(error)) from error
    except RecursionError as error:
        raise TomlError("Nested too deeply") from error
    return read
