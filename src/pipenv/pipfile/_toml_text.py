"""Values and keys as TOML text, in the style in which Pipenv writes Pipfiles."""

from __future__ import annotations

from pipenv.pipfile._layout import BARE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

ESCAPED = {
    '"': '\\"',
    "\\": "\\\\",
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\f": "\\f",
    "\r": "\\r",
}


def key_text(*parts: str) -> str:
    """A dotted key; parts are quoted only where they must be."""
    return ".".join(part if part and BARE.issuperset(part) else string_text(part) for part in parts)


def value_text(value: object) -> str:
    """A string, boolean, number, list or table on one line.

    Raises:
        TypeError: another kind of value.
    """
    if isinstance(value, str):
        return string_text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, (list, tuple)):
        return f"[{_joined(value_text(item) for item in value)}]"
    if isinstance(value, dict):
        return f"{{{_joined(assignment_text(key, item) for key, item in value.items())}}}"
    raise TypeError(f"no TOML is written for {type(value).__name__}")


def assignment_text(key: str, value: object) -> str:
    """``key = value``."""
    return f"{key_text(key)} = {value_text(value)}"


def string_text(text: str) -> str:
    """A string in double quotes."""
    return f'"{"".join(_escaped(character) for character in text)}"'


def _escaped(character: str) -> str:
    if character in ESCAPED:
        return ESCAPED[character]
    if character < " " or character == "\x7f":
        return f"\\u{ord(character):04X}"
    return character


def _joined(texts: Iterable[str]) -> str:
    return ", ".join(texts)
