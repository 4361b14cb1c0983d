"""Texts broken between words (pure)."""

from __future__ import annotations


def word_lines(text: str, width: int, indent: int = 0) -> list[str]:
    """Break a text into lines of at most `width` columns; a longer word stays whole.

    Args:
        text: white space in it counts as one space.
        width: columns.
        indent: spaces before every line but the first; they count.
    """
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append((" " * indent if lines else "") + word)
    return lines
