"""Spans of a Pipfile's text that an edit replaces: adding, changing, removing, sorting entries.

Each function returns the new text; `pipenv.pipfile.editing` checks that it says what it should.
"""

from __future__ import annotations

from pipenv.errors import InvalidPipfile
from pipenv.pipfile._layout import Assignment, Header, line_end, line_start, scan
from pipenv.pipfile._toml_text import assignment_text, key_text, value_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    Splice = tuple[int, int, str]
    """Start, end and what stands there afterwards."""
    Statement = Header | Assignment


def insert(text: str, category: str, name: str, value: object) -> str:
    """Add an entry to the end of its category, and the category to the end of the file."""
    statements = scan(text)
    container = find(statements, (category,))
    if container is not None:
        return apply(text, [_new_child(text, container, name, value)])
    newline = newline_of(text)
    end = section_end(
        text, statements, lambda header: header.path == (category,) and not header.is_array
    )
    keys: tuple[str, ...] = (name,)
    if end is None:
        end = _dotted_end(text, statements, category)
        keys = (category, name)
    if end is None:
        keys = (name,)
        opening = "" if not text else newline if text.endswith("\n") else newline * 2
        if text.endswith(("\n\n", "\n\r\n")):
            opening = ""
        end = len(text)
        opening += f"[{key_text(category)}]{newline}"
    else:
        opening = "" if text[:end].endswith("\n") else newline
        opening += _indentation(text, statements, end)
    return apply(text, [(end, end, f"{opening}{key_text(*keys)} = {value_text(value)}{newline}")])


def section_end(
    text: str, statements: Iterable[Statement], is_wanted: Callable[[Header], bool]
) -> int | None:
    """Behind the last line of the last wanted table that holds something, its header included."""
    end = None
    inside = False
    for statement in statements:
        if isinstance(statement, Header):
            inside = is_wanted(statement)
            if inside:
                end = statement.end
        elif inside:
            end = line_end(text, statement.value_end)
    return end


def _dotted_end(text: str, statements: Iterable[Statement], category: str) -> int | None:
    """Behind the last ``category.name = …`` that stands above all tables."""
    end = None
    for statement in statements:
        if isinstance(statement, Assignment) and (statement.table, statement.path[0]) == (
            (),
            category,
        ):
            end = line_end(text, statement.value_end)
    return end


def _indentation(text: str, statements: Iterable[Statement], end: int) -> str:
    """What stands in front of the assignment whose line ends at `end`."""
    for statement in statements:
        if isinstance(statement, Assignment) and line_end(text, statement.value_end) == end:
            before = text[line_start(text, statement.key_start) : statement.key_start]
            return before if before.isspace() else ""
    return ""


def _new_child(text: str, container: Assignment, name: str, value: object) -> Splice:
    """Add a key to an inline table."""
    addition = assignment_text(name, value)
    if container.children:
        end = container.children[-1].value_end
        return (end, end, f", {addition}")
    del text
    return (container.value_start, container.value_end, f"{{{addition}}}")


def change(text: str, path: tuple[str, str], old: object, new: object) -> str:
    """Make the entry at `path`, which says `old`, say `new`."""
    statements = scan(text)
    exact = find(statements, path)
    if exact is not None:
        if isinstance(old, dict) and isinstance(new, dict):
            return apply(text, _inline_changes(text, exact, old, new))
        return apply(text, [_new_value(text, exact, new)])
    leaves = [
        statement
        for statement in statements
        if isinstance(statement, Assignment) and statement.path[:2] == path
    ]
    is_flat = all(len(leaf.path) == 3 for leaf in leaves)
    if isinstance(old, dict) and isinstance(new, dict) and is_flat:
        return apply(text, _table_changes(text, path, leaves, old, new))
    return insert(remove(text, path), *path, new)


def _inline_changes(
    text: str, table: Assignment, old: Mapping[str, object], new: Mapping[str, object]
) -> list[Splice]:
    children = {child.path[-1]: child for child in table.children}
    depth = len(table.path) + 1
    if any(key not in new for key in old) or any(len(c.path) != depth for c in table.children):
        kept = {key: new[key] for key in old if key in new}
        return [(table.value_start, table.value_end, value_text({**kept, **new}))]
    splices = [
        _new_value(text, children[key], value)
        for key, value in new.items()
        if key in old and old[key] != value
    ]
    added = {key: value for key, value in new.items() if key not in old}
    if added and not table.children:
        return [(table.value_start, table.value_end, value_text(added))]
    if added:
        end = table.children[-1].value_end
        addition = "".join(f", {assignment_text(key, value)}" for key, value in added.items())
        splices.append((end, end, addition))
    return splices


def _table_changes(
    text: str,
    path: tuple[str, str],
    leaves: Sequence[Assignment],
    old: Mapping[str, object],
    new: Mapping[str, object],
) -> list[Splice]:
    """Changes in a sub-table or among dotted keys."""
    splices: list[Splice] = []
    for leaf in leaves:
        key = leaf.path[-1]
        if key not in new:
            splices.append(_line_of(text, leaf))
        elif old[key] != new[key]:
            splices.append(_new_value(text, leaf, new[key]))
    added = {key: value for key, value in new.items() if key not in old}
    if not added:
        return splices
    newline = newline_of(text)
    if leaves:
        position = line_end(text, leaves[-1].value_end)
        table = leaves[-1].table
    else:
        header = next(s for s in scan(text) if isinstance(s, Header) and s.path == path)
        position, table = header.end, path
    opening = "" if text[:position].endswith("\n") else newline
    lines = [
        f"{key_text(*(*path, key)[len(table) :])} = {value_text(value)}{newline}"
        for key, value in added.items()
    ]
    splices.append((position, position, opening + "".join(lines)))
    return splices


def _new_value(text: str, assignment: Assignment, value: object) -> Splice:
    """Replace a value; a string in single quotes stays in single quotes where it can."""
    old = text[assignment.value_start : assignment.value_end]
    new = value_text(value)
    was_literal = old.startswith("'") and not old.startswith("'''")
    if was_literal and isinstance(value, str) and "'" not in value and new == f'"{value}"':
        new = f"'{value}'"
    return (assignment.value_start, assignment.value_end, new)


def remove(text: str, path: tuple[str, str]) -> str:
    """Remove the entry at `path` in all its parts."""
    statements = scan(text)
    exact = find(statements, path)
    if exact is not None and exact not in statements:
        container = find(statements, path[:1])
        if container is None:
            raise InvalidPipfile("this form of the Pipfile cannot be edited")
        return apply(text, [_child_span(container, exact)])
    splices: list[Splice] = []
    for position, statement in enumerate(statements):
        if isinstance(statement, Header):
            if statement.path[:2] == path:
                splices.append(_block_span(text, statements, position))
        elif statement.path[:2] == path and statement.table[:2] != path:
            splices.append(_line_of(text, statement))
    return apply(text, splices)


def _child_span(container: Assignment, child: Assignment) -> Splice:
    """A key of an inline table together with one of the commas beside it."""
    number = container.children.index(child)
    if number > 0:
        return (container.children[number - 1].value_end, child.value_end, "")
    if len(container.children) > 1:
        return (child.key_start, container.children[1].key_start, "")
    return (child.key_start, child.value_end, "")


def _line_of(text: str, assignment: Assignment) -> Splice:
    return (line_start(text, assignment.key_start), line_end(text, assignment.value_end), "")


def _block_span(text: str, statements: Sequence[Statement], position: int) -> Splice:
    """A header with its assignments and the blank lines behind them."""
    header = statements[position]
    start = end = 0
    if isinstance(header, Header):
        start, end = line_start(text, header.start), header.end
    for statement in statements[position + 1 :]:
        if isinstance(statement, Header):
            break
        end = line_end(text, statement.value_end)
    while end < len(text) and not text[end : line_end(text, end)].strip():
        end = line_end(text, end)
    if end == len(text):  # the gap before the last block goes with it
        start = len(text[:start].rstrip()) and line_end(text, len(text[:start].rstrip()))
    return (start, end, "")


def sort_category(text: str, category: str) -> str:
    """Sort the lines of the category's own table; comments above an entry move with it."""
    statements = scan(text)
    lines = [
        statement
        for statement in statements
        if isinstance(statement, Assignment) and statement.table == (category,)
    ]
    headers = [s for s in statements if isinstance(s, Header) and s.path == (category,)]
    if len(headers) != 1 or len(lines) < 2:
        return text
    start = headers[0].end
    end = line_end(text, lines[-1].value_end)
    chunks: list[tuple[str, str]] = []
    position = start
    newline = newline_of(text)
    for line in lines:
        stop = line_end(text, line.value_end)
        chunk = text[position:stop]
        chunks.append((line.path[1].lower(), chunk if chunk.endswith("\n") else chunk + newline))
        position = stop
    chunks.sort(key=lambda item: item[0])
    return text[:start] + "".join(chunk for _, chunk in chunks) + text[end:]


def find(statements: Iterable[Statement], path: tuple[str, ...]) -> Assignment | None:
    """The assignment of exactly this path, in a table or in an inline table."""
    for statement in statements:
        if isinstance(statement, Assignment):
            if statement.path == path:
                return statement
            if statement.children and path[: len(statement.path)] == statement.path:
                return find(statement.children, path)
    return None


def apply(text: str, splices: Iterable[Splice]) -> str:
    """Replace all spans at once; they do not overlap."""
    for start, end, replacement in sorted(splices, reverse=True):
        text = text[:start] + replacement + text[end:]
    return text


def newline_of(text: str) -> str:
    """The line end that the text uses."""
    return "\r\n" if "\r\n" in text else "\n"
