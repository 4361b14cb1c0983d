"""Digests of files, as lockfiles and index pages write them."""

from __future__ import annotations

from pipenv.errors import InvalidValue
from pipenv.models.records import NamedTuple

STRONG = ("sha256", "sha384", "sha512")
"""The algorithms that a file may be trusted by."""

_HEX = frozenset("0123456789abcdef")
_HEX_LENGTHS = {"md5": 32, "sha1": 40, "sha224": 56, "sha256": 64, "sha384": 96, "sha512": 128}


class Digest(NamedTuple):
    """The digest of a file; both parts in lower case."""

    algorithm: str
    hex: str

    @property
    def is_strong(self) -> bool:
        """Whether a file may be trusted by it."""
        return self.algorithm in STRONG

    def __str__(self) -> str:
        return f"{self.algorithm}:{self.hex}"


def parse_digest(text: str) -> Digest:
    """Return the digest that ``algorithm:hex`` writes; ``=`` may stand for the colon.

    Raises:
        InvalidValue: it writes none, or one of another length than its algorithm has.
    """
    algorithm, colon, hexadecimal = text.strip().lower().partition(":")
    if not colon:
        algorithm, colon, hexadecimal = text.strip().lower().partition("=")
    length = _HEX_LENGTHS.get(algorithm, len(hexadecimal))
    if (
        not algorithm
        or not hexadecimal
        or len(hexadecimal) != length
        or not _HEX.issuperset(hexadecimal)
    ):
        raise InvalidValue(f"`{text}` is not a digest such as `sha256:…`")
    return Digest(algorithm, hexadecimal)
