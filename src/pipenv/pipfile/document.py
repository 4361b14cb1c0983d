"""A Pipfile as read: its tables, plain.

Loads no value types beyond `Index`; what an entry means is `pipenv.pipfile.entries`' business.
"""

from __future__ import annotations

from pipenv.errors import InvalidPipfile
from pipenv.models.indexes import Index
from pipenv.pipfile._layout import BYTE_ORDER_MARK, find_line
from pipenv.pipfile._toml import TomlError, loads
from pipenv.pipfile._validation import RESERVED, find_problems

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

TO_LOCK = {"packages": "default", "dev-packages": "develop"}
TO_PIPFILE = {"default": "packages", "develop": "dev-packages"}


class Pipfile:
    """The tables of a valid Pipfile."""

    __slots__ = ("categories", "data", "requires", "scripts", "settings", "sources", "text")

    def __init__(self, text: str, data: dict[str, object]) -> None:
        self.text = text
        """The text it was read from."""
        self.data = data
        """Everything, as TOML values."""
        self.sources = _sources(data)
        """The sources in file order; empty when none is written."""
        self.requires: dict[str, str] = _table(data, "requires")
        self.scripts: dict[str, object] = _table(data, "scripts")
        """Name → string, list or table."""
        self.settings: dict[str, object] = _table(data, "pipenv")
        """The ``[pipenv]`` table."""
        self.categories = tuple(
            name
            for name, value in data.items()
            if name not in RESERVED and name not in TO_PIPFILE and isinstance(value, dict)
        )
        """Pipfile names of the package tables that are there, in file order.

        A table with the lock's name for a category is none, here as in the hash.
        """

    def entries(self, category: str) -> dict[str, object]:
        """Name as written → version string or table, of a category by its Pipfile name."""
        return {} if category in RESERVED else _table(self.data, category)

    def line_of(self, *path: str) -> int | None:
        """The line number of what stands at `path`, for example ``("packages", "requests")``."""
        return find_line(self.text, path)


def parse_pipfile(text: str, *, path: str = "Pipfile") -> Pipfile:
    """Read a Pipfile.

    Args:
        text: its text; a byte order mark is ignored.
        path: what to call it in errors.

    Raises:
        InvalidPipfile: it is no TOML, or the tables are not what they must be; every problem is a
            line of `details`.
    """
    text = text.removeprefix(BYTE_ORDER_MARK)
    try:
        data = loads(text)
    except TomlError as error:
        conflict = _conflict_line(text)
        if conflict:
            raise InvalidPipfile(
                f"`{path}` has merge conflict markers, the first in line {conflict}",
                details=f"line {conflict}: {text.splitlines()[conflict - 1]}",
                hints=["resolve the conflict, then run `pipenv lock`"],
            ) from error
        reason = str(error)
        raise InvalidPipfile(
            f"`{path}` is not valid TOML: {reason[:1].lower()}{reason[1:]}",
            details=_line_named(reason, text),
        ) from error
    problems = [_described(text, place, problem) for place, problem in find_problems(data)]
    if problems:
        count = "a problem" if len(problems) == 1 else f"{len(problems)} problems"
        lines = [sentence for _, sentence in sorted(problems, key=lambda item: item[0])]
        raise InvalidPipfile(f"`{path}` has {count}", details="\n".join(lines))
    return Pipfile(text, data)


def _line_named(reason: str, text: str) -> str:
    """The line of `text` that the words of a TOML reader mean; empty where they name none."""
    number = reason.rpartition("at line ")[2].partition(",")[0]
    lines = text.splitlines()
    if not number.isdecimal() or not 0 < int(number) <= len(lines):
        return ""
    return f"line {number}: {lines[int(number) - 1]}"


def lock_category(category: str) -> str:
    """The name that a category has in the lock; lock names stay as they are."""
    return TO_LOCK.get(category, category)


def pipfile_category(category: str) -> str:
    """The name that a category has in the Pipfile; Pipfile names stay as they are."""
    return TO_PIPFILE.get(category, category)


def line_of(text: str, category: str, name: str) -> int | None:
    """The line number of an entry, or of its category; `None` when there is neither."""
    return find_line(text, (category, name))


def _described(text: str, place: tuple[str | int, ...], problem: str) -> tuple[int, str]:
    line = find_line(text, place)
    return (line, f"line {line}: {problem}") if line else (0, problem)


def _conflict_line(text: str) -> int | None:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith(("<<<<<<<", ">>>>>>>")):
            return number
    return None


def _table(data: Mapping[str, object], key: str) -> dict[str, Any]:
    value = data.get(key)
    return value if isinstance(value, dict) else {}


def _sources(data: Mapping[str, object]) -> tuple[Index, ...]:
    tables = data.get("source", data.get("sources"))
    if not isinstance(tables, list):
        return ()
    return tuple(
        Index(
            name=table["name"],
            url=table["url"],
            verify_ssl=table.get("verify_ssl", "https://" in table["url"]),
        )
        for table in tables
    )
