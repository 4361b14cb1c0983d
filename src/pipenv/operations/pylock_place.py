"""Where the ``pylock.toml`` of a project is. Imports nothing but `os`."""

from __future__ import annotations

import os

NAME = "pylock.toml"


def pylock_bytes(root: str) -> bytes:
    """What all such files in a folder are, for telling whether one has changed.

    Raises:
        OSError: one cannot be read.
    """
    found = b""
    for name in pylock_names(root):
        with open(os.path.join(root, name), "rb") as file:
            found += b"\0" + name.encode("utf-8", "surrogateescape") + b"\0" + file.read()
    return found


def pylock_names(root: str) -> list[str]:
    """The names of all such files in a folder, ``pylock.toml`` first, then by name."""
    try:
        names = os.listdir(root)
    except OSError:
        return []
    return sorted(filter(is_pylock_name, names), key=lambda name: (name != NAME, name))


def is_pylock_name(name: str) -> bool:
    """Tell whether installers take a file of this name for such a file (PEP 751, "File name")."""
    return name == NAME or (
        name.startswith("pylock.") and name.endswith(".toml") and name.count(".") == 2
    )
