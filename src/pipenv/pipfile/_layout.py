"""Where things stand in the text of a TOML document.

A scanner of positions, not a reader of values: it is given text that is known to be valid and
finds the spans of headers, keys and values, so that an edit touches nothing else and an error
names a line.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    Path = tuple[str, ...]

BARE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b"}
SCALAR_ENDS = frozenset(",]}#\r\n")
BYTE_ORDER_MARK = "\ufeff"


class Header:
    """A ``[table]`` or ``[[table]]`` line."""

    __slots__ = ("end", "is_array", "path", "start")

    def __init__(self, path: Path, start: int, end: int, *, is_array: bool) -> None:
        self.path = path
        self.start = start
        self.end = end
        """Behind the line's end."""
        self.is_array = is_array


class Assignment:
    """A ``key = value``, in a table or inside an inline table."""

    __slots__ = ("children", "key_start", "path", "table", "value_end", "value_start")

    def __init__(self, table: Path, path: Path, key_start: int) -> None:
        self.table = table
        """The path of the table it stands in."""
        self.path = path
        """Its own full path, that of the table included."""
        self.key_start = key_start
        self.value_start = key_start
        self.value_end = key_start
        self.children: list[Assignment] = []
        """The assignments of an inline table, in order."""


def scan(text: str) -> list[Header | Assignment]:
    """List headers and assignments of a valid document in the order they stand.

    Raises:
        ValueError, IndexError: the text is not TOML.
    """
    statements: list[Header | Assignment] = []
    table: Path = ()
    position = _skip_blank(text, 0)
    while position < len(text):
        start = position
        if text[position] == "[":
            is_array = text.startswith("[[", position)
            table, position = _scan_key(text, position + (2 if is_array else 1))
            position = text.index("]", position)
            end = line_end(text, position)
            statements.append(Header(table, start, end, is_array=is_array))
            position = end
        else:
            assignment, position = _scan_assignment(text, table, start)
            statements.append(assignment)
        position = _skip_blank(text, position)
    return statements


def find_line(text: str, path: tuple[str | int, ...]) -> int | None:
    """The line number, from 1, of the deepest part of `path` that can be found.

    A number in `path` picks one of the tables of an array, the first being 0.
    """
    wanted = tuple(part for part in path if isinstance(part, str))
    numbers = [part for part in path if isinstance(part, int)]
    starts = _starts(text, wanted[:1], numbers[0]) if numbers else _all_starts(text)
    for size in range(len(wanted), -1, -1):
        start = starts.get(wanted[:size])
        if start is not None:
            return text.count("\n", 0, start) + 1
    return None


_known_starts: dict[str, dict[Path, int]] = {}
"""Of the text that was asked about last: whoever asks about one entry asks about the others."""


def _all_starts(text: str) -> dict[Path, int]:
    """Where each path begins first."""
    starts = _known_starts.get(text)
    if starts is None:
        starts = _starts(text, (), None)
        _known_starts.clear()
        _known_starts[text] = starts
    return starts


def _starts(text: str, array: Path, number: int | None) -> dict[Path, int]:
    try:
        statements = scan(text)
    except (ValueError, IndexError):
        return {}
    starts: dict[Path, int] = {}
    for path, start in _positions(_within(statements, array, number)):
        starts.setdefault(path, start)
    return starts


def line_start(text: str, position: int) -> int:
    """Where the line of `position` begins."""
    return text.rfind("\n", 0, position) + 1


def line_end(text: str, position: int) -> int:
    """Behind the line break that ends the line of `position`, or the end of the text."""
    found = text.find("\n", position)
    return len(text) if found < 0 else found + 1


def _within(
    statements: list[Header | Assignment], array: Path, number: int | None
) -> list[Header | Assignment]:
    """Only the statements of the numbered table of `array`; all of them when there is no number."""
    if number is None:
        return statements
    chosen: list[Header | Assignment] = []
    seen = -1
    inside = False
    for statement in statements:
        if isinstance(statement, Header):
            if statement.is_array and statement.path == array:
                seen += 1
            inside = statement.path[: len(array)] == array and seen == number
        if inside:
            chosen.append(statement)
    return chosen


def _positions(statements: list[Header | Assignment]) -> Iterator[tuple[Path, int]]:
    for statement in statements:
        if isinstance(statement, Header):
            yield statement.path, statement.start
        else:
            yield statement.path, statement.key_start
            yield from _positions([*statement.children])


def _skip_blank(text: str, position: int) -> int:
    """Skip white space, line ends and comments."""
    while position < len(text):
        character = text[position]
        if character in " \t\r\n" or (position == 0 and character == BYTE_ORDER_MARK):
            position += 1
        elif character == "#":
            position = line_end(text, position)
        else:
            break
    return position


def _skip_spaces(text: str, position: int) -> int:
    while text[position] in " \t":
        position += 1
    return position


def _scan_assignment(text: str, table: Path, start: int) -> tuple[Assignment, int]:
    key, position = _scan_key(text, start)
    assignment = Assignment(table, table + key, start)
    if text[position] != "=":
        raise ValueError(position)
    position = _skip_spaces(text, position + 1)
    assignment.value_start = position
    if text[position] == "{":
        position = _scan_inline_table(text, position, assignment)
    else:
        position = _skip_value(text, position)
    assignment.value_end = position
    return assignment, position


def _scan_key(text: str, position: int) -> tuple[Path, int]:
    """The parts of a dotted key, and the first position behind it that is no space."""
    parts: list[str] = []
    while True:
        position = _skip_spaces(text, position)
        start = position
        if text[position] in "\"'":
            position = _string_end(text, position)
            content = text[start + 1 : position - 1]
            parts.append(_unescape(content) if text[start] == '"' else content)
        else:
            while text[position] in BARE:
                position += 1
            parts.append(text[start:position])
        position = _skip_spaces(text, position)
        if text[position] != ".":
            return tuple(parts), position
        position += 1


def _scan_inline_table(text: str, position: int, parent: Assignment) -> int:
    position = _skip_blank(text, position + 1)
    while text[position] != "}":
        if text[position] == ",":
            position += 1
        else:
            child, position = _scan_assignment(text, parent.path, position)
            parent.children.append(child)
        position = _skip_blank(text, position)
    return position + 1


def _skip_value(text: str, position: int) -> int:
    character = text[position]
    if character in "\"'":
        return _string_end(text, position)
    if character == "[":
        return _array_end(text, position)
    if character == "{":
        return _scan_inline_table(text, position, Assignment((), (), position))
    start = position
    while position < len(text) and text[position] not in SCALAR_ENDS:
        position += 1
    return start + len(text[start:position].rstrip())


def _array_end(text: str, position: int) -> int:
    position = _skip_blank(text, position + 1)
    while text[position] != "]":
        position = position + 1 if text[position] == "," else _skip_value(text, position)
        position = _skip_blank(text, position)
    return position + 1


def _string_end(text: str, position: int) -> int:
    """Behind the closing quotes of the string that starts at `position`."""
    quote = text[position]
    is_long = text.startswith(quote * 3, position)
    closing = quote * 3 if is_long else quote
    position += len(closing)
    while not text.startswith(closing, position):
        if position >= len(text):
            raise ValueError(position)
        position += 2 if text[position] == "\\" and quote == '"' else 1
    position += len(closing)
    if is_long:  # one or two quotes may stand directly before the closing three
        for _ in range(2):
            if text.startswith(quote, position):
                position += 1
    return position


def _unescape(content: str) -> str:
    if "\\" not in content:
        return content
    parts: list[str] = []
    position = 0
    while position < len(content):
        character = content[position]
        position += 1
        if character != "\\":
            parts.append(character)
            continue
        code = content[position]
        position += 1
        digits = {"x": 2, "u": 4, "U": 8}.get(code, 0)
        if digits:
            parts.append(chr(int(content[position : position + digits], 16)))
            position += digits
        else:
            parts.append(ESCAPES.get(code, code))
    return "".join(parts)
