"""Aspects as lines: a name, what there is to say, and what helps (pure)."""

from __future__ import annotations

from pipenv.cli.word_lines import word_lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_ARROW = "-> "
_LEAST = 20


def aspect_lines(rows: Sequence[tuple[str, str, str]], width: int | None) -> list[str]:
    """Lay out name, text and fix of each row.

    Args:
        rows: an empty fix is not shown.
        width: columns of the terminal: longer texts go on in the next line, and nothing is left
            out; `None`: one line a row, however long.
    """
    column = max((len(name) for name, _, _ in rows), default=0) + 2
    lines = []
    for name, text, fix in rows:
        hint = f"{_ARROW}{fix}" if fix else ""
        line = f"{name:<{column}}{text}" + (f"  {hint}" if hint else "")
        if width is None or len(line) <= width:
            lines.append(line)
            continue
        room = max(width - column, _LEAST)
        parts = [*word_lines(text, room), *word_lines(hint, room, indent=len(_ARROW))]
        lines.append(f"{name:<{column}}{parts[0]}")
        lines += [" " * column + part for part in parts[1:]]
    return lines
