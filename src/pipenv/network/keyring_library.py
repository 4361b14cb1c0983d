"""Passwords from the library ``keyring``, where our interpreter has it. Loaded after a refusal."""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

_library: Any = None
try:
    _library = import_module("keyring")
except Exception:  # noqa: BLE001 - whatever is wrong with it, it is of no use
    _library = None

IS_PRESENT = _library is not None


def ask_library(services: Sequence[str], username: str | None) -> tuple[str, str] | None:
    """Return user name and password, `None` where the library is missing or knows none.

    Args:
        services: names under which a password may be kept, the likeliest first.
        username: of whom, if known.
    """
    if _library is None:
        return None
    for service in services:
        try:
            found = _library.get_credential(service, username)
        except Exception:  # noqa: BLE001 - back ends raise what they like
            return None
        if found is not None and found.password:
            return str(found.username or username or ""), str(found.password)
    return None
