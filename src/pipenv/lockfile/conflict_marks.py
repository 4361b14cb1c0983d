"""The marks that version control leaves in a text that it could not merge; loads nothing."""

from __future__ import annotations

from pipenv.models.records import NamedTuple

_OURS, _BASE, _THEIRS, _END = "<<<<<<<", "|||||||", "=======", ">>>>>>>"


class Sides(NamedTuple):
    """The two texts that a conflicted one stands for."""

    ours: str
    theirs: str
    our_label: str
    """What stands behind the first marks, often a branch; may be empty."""
    their_label: str


def conflict_line(text: str) -> int | None:
    """The number of the first line that is a mark, from 1; `None` where there is none."""
    if _OURS not in text and _END not in text:
        return None
    for number, line in enumerate(text.splitlines(), start=1):
        if _is_mark(line, _OURS) or _is_mark(line, _END):
            return number
    return None


def split_sides(text: str) -> Sides:
    """Take a conflicted text apart; what both sides have in common is in both texts.

    The common ancestor that the ``diff3`` style shows is left out.  Marks that do not belong
    together are dropped: what comes of that is for the reader of the sides to judge.
    """
    ours: list[str] = []
    theirs: list[str] = []
    labels = {_OURS: "", _END: ""}
    place = ""
    for line in text.splitlines(keepends=True):
        mark = _next_mark(line, place)
        if mark is not None:
            if mark in labels:
                labels[mark] = labels[mark] or line.strip()[len(mark) :].strip()
            place = "" if mark == _END else mark
            continue
        if place in ("", _OURS):
            ours.append(line)
        if place in ("", _THEIRS):
            theirs.append(line)
    return Sides("".join(ours), "".join(theirs), labels[_OURS], labels[_END])


def _next_mark(line: str, place: str) -> str | None:
    """The mark that a line is, if it can follow what was before."""
    following = {"": (_OURS,), _OURS: (_BASE, _THEIRS, _END), _BASE: (_THEIRS, _END)}
    return next((mark for mark in following.get(place, (_END,)) if _is_mark(line, mark)), None)


def _is_mark(line: str, mark: str) -> bool:
    return line.startswith(mark) and line[len(mark) : len(mark) + 1] in ("", " ", "\r", "\n")
