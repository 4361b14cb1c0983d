"""Reads the plain TOML that nearly all Pipfiles are made of, and declines the rest.

The full reader costs more to load than ``verify`` and ``run`` cost altogether.  This one knows a
closed subset: ``[table]`` and ``[[table]]`` with one bare name, and lines ``key = value`` where the
value is a string without escapes, a boolean, a list of such, or an inline table of such.  Whatever
is not plainly inside, mistakes included, makes it return `None`, and the full reader decides.
"""

from __future__ import annotations

BARE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
FORBIDDEN = frozenset(chr(code) for code in (*range(9), *range(11, 32), 127))
"""Control characters that may stand nowhere; the line feed is split at, the tab is a space."""


class _DeclinedError(Exception):
    """Something outside of the subset."""


def read_quickly(text: str) -> dict[str, object] | None:
    """The tables of a document in the subset; `None` for any other text."""
    text = text.replace("\r\n", "\n")
    if not FORBIDDEN.isdisjoint(text):
        return None
    root: dict[str, object] = {}
    table = root
    try:
        for line in text.split("\n"):
            line = line.strip(" \t")  # noqa: PLW2901 - the line without its margins
            if not line or line[0] == "#":
                continue
            if line[0] == "[":
                table = _header(line, root)
            else:
                _assign(line, table)
    except (_DeclinedError, IndexError, RecursionError):
        return None
    return root


def _header(line: str, root: dict[str, object]) -> dict[str, object]:
    is_array = line.startswith("[[")
    name, closing, rest = line[2 if is_array else 1 :].partition("]")
    name = name.strip(" \t")
    if is_array:
        if not rest.startswith("]"):
            raise _DeclinedError
        rest = rest[1:]
    rest = rest.lstrip(" \t")
    if not closing or not name or not BARE.issuperset(name) or (rest and rest[0] != "#"):
        raise _DeclinedError
    table: dict[str, object] = {}
    if is_array:
        tables = root.setdefault(name, _Tables())
        if not isinstance(tables, _Tables):
            raise _DeclinedError
        tables.append(table)
    elif name in root:
        raise _DeclinedError
    else:
        root[name] = table
    return table


class _Tables(list[dict[str, object]]):
    """The tables of ``[[name]]``, as opposed to a list that was written as a value."""


def _assign(line: str, table: dict[str, object]) -> None:
    rest = line[_pair(line, 0, table) :].lstrip(" \t")
    if rest and rest[0] != "#":
        raise _DeclinedError


def _pair(line: str, position: int, table: dict[str, object]) -> int:
    """Read ``key = value`` into `table`; the position returned is behind the value."""
    if line[position] in "\"'":
        key, position = _string(line, position)
    else:
        start = position
        while line[position] in BARE:
            position += 1
        key = line[start:position]
        if not key:
            raise _DeclinedError
    position = _skip(line, position)
    if line[position] != "=" or key in table:
        raise _DeclinedError
    table[key], position = _value(line, _skip(line, position + 1))
    return position


def _value(line: str, position: int) -> tuple[object, int]:
    character = line[position]
    if character in "\"'":
        return _string(line, position)
    if character == "{":
        return _inline_table(line, position)
    if character == "[":
        return _list(line, position)
    for word, value in (("true", True), ("false", False)):
        if line.startswith(word, position):
            return value, position + len(word)
    raise _DeclinedError


def _string(line: str, position: int) -> tuple[str, int]:
    quote = line[position]
    end = line.find(quote, position + 1)
    content = line[position + 1 : end]
    is_long = not content and line.startswith(quote, end + 1)
    if end < 0 or is_long or (quote == '"' and "\\" in content):
        raise _DeclinedError
    return content, end + 1


def _inline_table(line: str, position: int) -> tuple[dict[str, object], int]:
    table: dict[str, object] = {}
    position = _skip(line, position + 1)
    if line[position] == "}":
        return table, position + 1
    while True:
        position = _skip(line, _pair(line, position, table))
        if line[position] == "}":
            return table, position + 1
        if line[position] != ",":
            raise _DeclinedError
        position = _skip(line, position + 1)


def _list(line: str, position: int) -> tuple[list[object], int]:
    items: list[object] = []
    position = _skip(line, position + 1)
    while line[position] != "]":
        item, position = _value(line, position)
        items.append(item)
        position = _skip(line, position)
        if line[position] == ",":
            position = _skip(line, position + 1)
        elif line[position] != "]":
            raise _DeclinedError
    return items, position + 1


def _skip(line: str, position: int) -> int:
    while line[position] in " \t":
        position += 1
    return position
