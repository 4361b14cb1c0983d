"""Finds where a text stops being JSON, for the error message; speed does not matter here."""

from __future__ import annotations

SPACES = " \t\r\n"
LITERALS = ("true", "false", "null")
NUMBER = frozenset("+-.eE0123456789")
ESCAPES = frozenset('"\\/bfnrtu')
CLOSING = {"{": "}", "[": "]"}


class _Fault(Exception):
    """A place in the text, and what is wrong there."""

    def __init__(self, reason: str, position: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.position = position


def find_fault(text: str) -> tuple[str, int]:
    """What is wrong and in which line, from 1; vague words for a text that is JSON after all."""
    try:
        _walk(text)
    except _Fault as fault:
        return fault.reason, text.count("\n", 0, fault.position) + 1
    return "it cannot be read", 1


def _walk(text: str) -> None:
    """Follow the grammar, with a stack of what is open instead of recursion."""
    opened: list[str] = []
    awaited = "value"
    position = _skip(text, 0)
    while position < len(text):
        if awaited == "end":
            raise _Fault("something follows behind its end", position)
        if awaited == "comma or end":
            awaited, position = _separator(text, position, opened)
        elif awaited == "key":
            awaited, position = "value", _key_end(text, position)
        else:
            awaited, position = _value(text, position, opened)
        if awaited == "comma or end" and not opened:
            awaited = "end"
        position = _skip(text, position)
    if awaited != "end":
        raise _Fault("it ends too early", position)


def _value(text: str, position: int, opened: list[str]) -> tuple[str, int]:
    character = text[position]
    if character in CLOSING:
        opened.append(character)
        position = _skip(text, position + 1)
        if text.startswith(CLOSING[character], position):
            opened.pop()
            return "comma or end", position + 1
        return ("key" if character == "{" else "value"), position
    if character == '"':
        return "comma or end", _string_end(text, position)
    for literal in LITERALS:
        if text.startswith(literal, position):
            return "comma or end", position + len(literal)
    end = position
    while end < len(text) and text[end] in NUMBER:
        end += 1
    if end == position:
        raise _Fault("a value is missing", position)
    return "comma or end", end


def _separator(text: str, position: int, opened: list[str]) -> tuple[str, int]:
    container = opened[-1]
    if text[position] == CLOSING[container]:
        opened.pop()
        return "comma or end", position + 1
    if text[position] != ",":
        raise _Fault(f"a comma or `{CLOSING[container]}` is missing", position)
    return ("key" if container == "{" else "value"), position + 1


def _key_end(text: str, position: int) -> int:
    """Behind the colon that follows a key."""
    if text[position] != '"':
        raise _Fault("a key in double quotes is missing", position)
    position = _skip(text, _string_end(text, position))
    if not text.startswith(":", position):
        raise _Fault("a colon is missing behind a key", position)
    return position + 1


def _string_end(text: str, start: int) -> int:
    position = start + 1
    while position < len(text) and text[position] != '"':
        if text[position] < " ":
            raise _Fault("a string does not end in its line", start)
        if text[position] == "\\":
            position += 1
            if text[position : position + 1] not in ESCAPES:
                raise _Fault("a string has a backslash that means nothing", position)
        position += 1
    if position >= len(text):
        raise _Fault("it ends too early", position)
    return position + 1


def _skip(text: str, position: int) -> int:
    while position < len(text) and text[position] in SPACES:
        position += 1
    return position
