"""Tables that fit a terminal: cells are broken between words, and nothing is left out."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    Row = Sequence[str]

GAP = "  "
_PIECE = re.compile(r"[^\s,]*, ?|[^\s,]+ ?")


def table(headings: Row, rows: Sequence[Row], width: int | None) -> str:
    """Lay out rows under their headings.

    Args:
        headings: of the columns.
        rows: as many cells each.
        width: columns of the terminal; `None`: every row is one line, however long.
    """
    every = [headings, *rows]
    natural = [max(len(row[at]) for row in every) for at in range(len(headings))]
    widths = natural
    if width is not None and _total(natural) > width:
        least = [
            max(len(part.rstrip()) for row in every for part in _parts(row[at]) or [""])
            for at in range(len(headings))
        ]
        if _total(least) > width:
            return "\n\n".join(_as_list(headings, row, width) for row in rows)
        widths = _shared(least, natural, width)
    rule = ["-" * each for each in widths]
    return "\n".join(line for row in (headings, rule, *rows) for line in _lines(row, widths))


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + len(GAP) * (len(widths) - 1)


def _shared(least: Sequence[int], natural: Sequence[int], width: int) -> list[int]:
    """What each column gets: its least, and of the rest what it lacks most."""
    widths = [*least]
    for _ in range(width - _total(least)):
        lacking = [full - got for full, got in zip(natural, widths, strict=True)]
        widths[lacking.index(max(lacking))] += 1
    return widths


def _lines(row: Row, widths: Sequence[int]) -> list[str]:
    cells = [broken(cell, width) for cell, width in zip(row, widths, strict=True)]
    height = max(map(len, cells))
    columns = [[*cell, *[""] * (height - len(cell))] for cell in cells]
    return [
        GAP.join(part.ljust(width) for part, width in zip(parts, widths, strict=True)).rstrip()
        for parts in zip(*columns, strict=True)
    ]


def _as_list(headings: Row, row: Row, width: int) -> str:
    """One row as lines of heading and value."""
    indent = " " * 4
    lines = []
    for heading, cell in zip(headings, row, strict=True):
        first, *rest = broken(f"{heading}: {cell}", max(width, len(indent) + 1))
        lines.append(first)
        if rest:
            text = " ".join(rest)
            lines += [indent + each for each in broken(text, max(width - len(indent), 1))]
    return "\n".join(lines)


def broken(text: str, width: int) -> list[str]:
    """Break a text between words, and after commas; a longer word stays whole."""
    lines = [""]
    for part in _parts(text):
        if lines[-1] and len((lines[-1] + part).rstrip()) > width:
            lines.append("")
        lines[-1] += part
    return [line.rstrip() for line in lines]


def _parts(text: str) -> list[str]:
    """The pieces that a text may be broken into, with the space that follows each."""
    return _PIECE.findall(" ".join(text.split()))
