"""Digests of files."""

from __future__ import annotations

import hashlib

from pipenv.errors import FileAccessError

_PIECE_BYTES = 1 << 20


def file_digest(path: str, algorithm: str = "sha256") -> str:
    """Return the digest of a file's content, in lower-case hexadecimal digits.

    Raises:
        FileAccessError: it cannot be read.
    """
    digest = hashlib.new(algorithm, usedforsecurity=False)
    try:
        with open(path, "rb") as stream:
            while piece := stream.read(_PIECE_BYTES):
                digest.update(piece)
    except OSError as error:
        raise FileAccessError(f"cannot read `{path}`: {error.strerror}") from error
    return digest.hexdigest()
