"""Deleting folders, without following a link out of them."""

from __future__ import annotations

import os
import stat

from pipenv.errors import FileAccessError


def delete_tree(path: str) -> None:
    """Delete the file, link or folder `path` with all that is in it; a link's target stays.

    Read-only files and folders go too. A missing `path` is no error.

    Raises:
        FileAccessError: something could not be deleted; the rest may be gone.
    """
    try:
        _delete(path)
    except FileNotFoundError:
        return
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise FileAccessError(
            f"cannot delete `{error.filename or path}`: {reason}",
            hints=["its owner, or who may write in its folder, can delete it"]
            if isinstance(error, PermissionError)
            else [],
        ) from error


def _delete(path: str) -> None:
    if not stat.S_ISDIR(os.lstat(path).st_mode) or _is_junction(path):
        _unlink(path)
        return
    _delete_content(path)
    try:
        os.rmdir(path)
    except PermissionError:
        _make_writable(path)
        _make_writable(os.path.dirname(path))
        os.rmdir(path)


def _delete_content(path: str) -> None:
    try:
        entries = _entries(path)
    except PermissionError:
        _make_writable(path)
        entries = _entries(path)
    for child, is_folder in entries:
        if is_folder:
            _delete(child)
        else:
            _unlink(child)


def _entries(path: str) -> list[tuple[str, bool]]:
    with os.scandir(path) as iterator:
        return [(entry.path, entry.is_dir(follow_symlinks=False)) for entry in iterator]


def _unlink(path: str) -> None:
    try:
        os.unlink(path)
    except PermissionError:
        if _is_junction(path):
            os.rmdir(path)
            return
        _make_writable(os.path.dirname(path))
        if not os.path.islink(path):
            _make_writable(path)
        os.unlink(path)


def _make_writable(path: str) -> None:
    mode = os.lstat(path).st_mode
    os.chmod(path, stat.S_IMODE(mode) | (0o700 if stat.S_ISDIR(mode) else 0o200))


def _is_junction(path: str) -> bool:
    """Windows: a folder that is a link in disguise."""
    tag = getattr(os.lstat(path), "st_reparse_tag", 0)
    return bool(tag) and tag == getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", -1)
