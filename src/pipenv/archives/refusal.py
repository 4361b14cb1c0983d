"""The one way to say that an archive is not used."""

from __future__ import annotations

from pipenv.archives.member_names import shown
from pipenv.errors import UnsafeArchive

_HINTS = (
    "no packaging tool writes such a file: get it anew, and if it stays so, tell its maintainers",
)
BOMB_FLOOR_BYTES = 64 << 20
"""Whatever unpacks to less is never called a bomb."""
BOMB_RATIO = 50


def refused(filename: str, problem: str, member: str = "") -> UnsafeArchive:
    """The error for the archive `filename`, whose `member`, or which itself, has a `problem`.

    Args:
        filename: its name, without folders.
        problem: the rest of a sentence about it: ``is encrypted``.
        member: the member that the sentence is about.
    """
    subject = f"its member `{shown(member)}` " if member else "it "
    return UnsafeArchive(f"`{shown(filename)}` is refused: {subject}{problem}", hints=_HINTS)


def is_bomb(packed_bytes: int, unpacked_bytes: int) -> bool:
    """Tell whether so much may not come out of so little."""
    return unpacked_bytes > BOMB_FLOOR_BYTES and unpacked_bytes > BOMB_RATIO * packed_bytes
