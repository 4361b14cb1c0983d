"""Edit the text of a Pipfile and touch nothing but what the edit is about.

An edit is a set of replaced spans, found by `pipenv.pipfile._layout`: comments, order, quotes,
spaces and line ends around them stay byte for byte.  Each result is read again and compared with
what it must say, so an edit that would damage the file raises instead.
"""

from __future__ import annotations

from pipenv.errors import InvalidPipfile
from pipenv.models.names import canonical_name
from pipenv.pipfile._layout import BYTE_ORDER_MARK, scan
from pipenv.pipfile._splices import (
    apply,
    change,
    insert,
    newline_of,
    remove,
    section_end,
    sort_category,
)
from pipenv.pipfile._toml import TomlError, loads
from pipenv.pipfile._toml_text import assignment_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from pipenv.models.indexes import Index


def new_pipfile(
    *,
    sources: Sequence[Index],
    python_version: str | None,
    python_full_version: str | None = None,
) -> str:
    """The text of a Pipfile without packages."""
    parts = [*(_source_lines(index) for index in sources), ["[packages]"], ["[dev-packages]"]]
    requires = {"python_version": python_version, "python_full_version": python_full_version}
    lines = [assignment_text(key, value) for key, value in requires.items() if value]
    if lines:
        parts.append(["[requires]", *lines])
    return "\n\n".join("\n".join(lines) for lines in parts) + "\n"


def set_entry(
    text: str, category: str, name: str, value: str | Mapping[str, object], *, sort: bool = False
) -> str:
    """Add or change an entry.

    A listed package keeps its place, spelling, comment and form (inline table, sub-table, dotted
    keys); a new one is appended to its table, which is appended to the file when it is missing.

    Args:
        text: the Pipfile.
        category: a Pipfile name such as ``dev-packages``.
        name: found among the entries whatever its spelling.
        value: what the entry shall say.
        sort: bring the entries of the category into the order of their names.

    Raises:
        InvalidPipfile: the Pipfile is no TOML, or of a form that cannot be edited safely.
    """
    wanted: object = value if isinstance(value, str) else dict(value)

    def edit(body: str, data: dict[str, Any]) -> str:
        entries = data.setdefault(category, {})
        written = _written_name(entries, name)
        if written is None:
            body = insert(body, category, name, wanted)
        elif entries[written] != wanted:
            body = change(body, (category, written), entries[written], wanted)
        entries[written or name] = wanted
        return sort_category(body, category) if sort else body

    return _edited(text, edit)


def set_setting(text: str, key: str, *, value: object) -> str:
    """Add or change a key of ``[pipenv]``.

    Raises:
        InvalidPipfile: as `set_entry`.
    """

    def edit(body: str, data: dict[str, Any]) -> str:
        settings = data.setdefault("pipenv", {})
        if key not in settings:
            body = insert(body, "pipenv", key, value)
        elif settings[key] != value:
            body = change(body, ("pipenv", key), settings[key], value)
        settings[key] = value
        return body

    return _edited(text, edit)


def remove_entry(text: str, category: str, name: str) -> str:
    """Remove an entry, whatever the spelling of its name; nothing happens if there is none.

    Raises:
        InvalidPipfile: the Pipfile is no TOML, or of a form that cannot be edited safely.
    """

    def edit(body: str, data: dict[str, Any]) -> str:
        entries = data.get(category, {})
        written = _written_name(entries, name)
        if written is None:
            return body
        del entries[written]
        return remove(body, (category, written))

    return _edited(text, edit)


def remove_all(text: str, category: str) -> str:
    """Remove every entry of a category; its header and comments stay.

    Raises:
        InvalidPipfile: the Pipfile is no TOML, or of a form that cannot be edited safely.
    """

    def edit(body: str, data: dict[str, Any]) -> str:
        for name in data.get(category, {}):
            body = remove(body, (category, name))
        if category in data:
            data[category] = {}
        return body

    return _edited(text, edit)


def add_source(text: str, index: Index) -> str:
    """Add a ``[[source]]`` behind the others, or at the top when it is the first.

    Raises:
        InvalidPipfile: the Pipfile is no TOML, or of a form that cannot be edited safely.
    """

    def edit(body: str, data: dict[str, Any]) -> str:
        key = "sources" if "source" not in data and "sources" in data else "source"
        table = {"url": index.url, "verify_ssl": index.verify_ssl, "name": index.name}
        data.setdefault(key, []).append(table)
        newline = newline_of(body)
        block = newline.join(_source_lines(index, key)) + newline
        end = section_end(body, scan(body), lambda header: header.path == (key,))
        if end is None:
            return apply(body, [(0, 0, block + (newline if body else ""))])
        opening = "" if body[:end].endswith("\n") else newline
        return apply(body, [(end, end, f"{opening}{newline}{block}")])

    return _edited(text, edit)


def _edited(text: str, edit: Callable[[str, dict[str, Any]], str]) -> str:
    """Apply `edit`, which changes text and data alike, and insist that the two still agree."""
    mark = BYTE_ORDER_MARK if text.startswith(BYTE_ORDER_MARK) else ""
    body = text.removeprefix(BYTE_ORDER_MARK)
    data = _loads(body)
    edited = edit(body, data)
    if edited == body:
        return text
    try:
        is_right = _same(loads(edited), data)
    except TomlError:
        is_right = False
    if not is_right:
        raise InvalidPipfile(
            "the Pipfile has a form in which this edit cannot be made safely",
            hints=["edit the Pipfile by hand, then run `pipenv lock`"],
        )
    return mark + edited


def _loads(text: str) -> dict[str, Any]:
    try:
        return loads(text)
    except TomlError as error:
        raise InvalidPipfile(f"the Pipfile is not valid TOML: {error}") from error


def _same(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    """Equal, taking an empty table for a missing one."""
    keys = one.keys() | other.keys()
    return all(one.get(key, {}) == other.get(key, {}) for key in keys)


def _written_name(entries: Mapping[str, object], name: str) -> str | None:
    if name in entries:
        return name
    canonical = canonical_name(name)
    return next((known for known in entries if canonical_name(known) == canonical), None)


def _source_lines(index: Index, key: str = "source") -> list[str]:
    return [
        f"[[{key}]]",
        assignment_text("url", index.url),
        assignment_text("verify_ssl", index.verify_ssl),
        assignment_text("name", index.name),
    ]
