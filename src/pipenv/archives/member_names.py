"""Which names the members of an archive may have: relative paths without surprises.

The rules are the same on every platform, so that an archive is as good or bad everywhere.
"""

from __future__ import annotations

_LONGEST_PART = 255
_LONGEST_PATH = 2048
_DEEPEST = 100
_NOT_A_PART = frozenset({"", ".", ".."})


def problem_with_name(name: str) -> str | None:
    """Tell why a member may not be called `name`, or `None` when it may.

    A folder's name comes without the slash at its end. The answer continues a sentence whose
    subject is the member: ``leads out of the archive``.
    """
    if not name:
        return "has an empty name"
    if not name.isprintable() and any(ord(sign) < 32 or ord(sign) == 127 for sign in name):
        return "has control characters in its name"
    if "\\" in name:
        return "has a backslash in its name"
    if name[0] == "/":
        return "has an absolute path"
    if name[1:2] == ":" and name[0].isalpha():
        return "has a drive letter in its name"
    parts = name.split("/")
    if not _NOT_A_PART.isdisjoint(parts):
        return "leads out of the archive" if ".." in parts else "has an empty step in its path"
    if len(parts) > _DEEPEST:
        return "lies too deep"
    if len(name) * 4 > _LONGEST_PART and _is_too_long(name, parts):
        return "has too long a name"
    return None


def shown(name: str) -> str:
    """`name` as it can stand in a message: nothing in it controls a terminal, nor is it endless."""
    text = "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in name)
    return text if len(text) <= 120 else f"{text[:100]}…"


def _is_too_long(name: str, parts: list[str]) -> bool:
    if len(name.encode("utf-8", "surrogateescape")) > _LONGEST_PATH:
        return True
    return any(len(part.encode("utf-8", "surrogateescape")) > _LONGEST_PART for part in parts)
