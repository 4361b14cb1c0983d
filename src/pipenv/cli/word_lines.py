"""Texts broken between words (pure)."""

from __future__ import annotations

_COLOUR = "\x1b["
_USUAL_INDENT = 4
_LONGEST_LABEL = 5


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


def wrapped(text: str, width: int) -> str:
    """Break the lines of a text between words; what stands in backticks stays together.

    Args:
        text: lines, which may be coloured.
        width: columns; the last one stays free.
    """
    return "\n".join(_wrapped(line, width - 1) for line in text.split("\n"))


def plain(text: str) -> str:
    """`text` without its colours."""
    first, *rest = text.split(_COLOUR)
    return first + "".join(part[part.index("m") + 1 :] for part in rest)


def _wrapped(text: str, room: int) -> str:
    if len(plain(text)) <= room:
        return text
    own = text[: len(text) - len(text.lstrip())]
    words = text.split()
    following = own + " " * _indent_after(words[0])
    lines = [own]
    for word in _together(words, room - len(following)):
        last = lines[-1]
        gap = " " if last.strip() else ""
        if gap and len(plain(last)) + 1 + len(plain(word)) > room:
            lines.append(following + word)
        else:
            lines[-1] = last + gap + word
    return "\n".join(lines)


def _together(words: list[str], room: int) -> list[str]:
    """The words, with those between backticks as one where they fit in a line."""
    found: list[str] = []
    opened: list[str] = []
    for word in words:
        opened.append(word)
        if sum(each.count("`") for each in opened) % 2 == 0:
            whole = " ".join(opened)
            found += [whole] if len(plain(whole)) <= room else opened
            opened = []
    return found + opened


def _indent_after(word: str) -> int:
    """Under what follows a mark or a short label; else the usual."""
    label = plain(word)
    is_label = label.endswith(":") or (len(label) == 1 and not label.isalnum())
    return len(label) + 1 if is_label and len(label) <= _LONGEST_LABEL else _USUAL_INDENT
