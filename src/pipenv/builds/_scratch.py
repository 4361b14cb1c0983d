"""Temporary folders, with the errors of the operating system in our words."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager

from pipenv.errors import FileAccessError
from pipenv.filesystem.trees import delete_tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def scratch_folder(purpose: str) -> Iterator[str]:
    """Lend an empty folder, which is deleted afterwards with all that is in it.

    Raises:
        FileAccessError: it cannot be made.
    """
    try:
        folder = tempfile.mkdtemp(prefix=f"pipenv-{purpose}-")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise FileAccessError(
            f"cannot make a temporary folder: {reason}",
            hints=["free some space, or set TMPDIR to a folder that can be written"],
        ) from error
    try:
        yield folder
    finally:
        delete_tree(folder)
