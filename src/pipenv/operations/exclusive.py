"""Changing a project: one process at a time, and its files all together or not at all.

What Pipfile and lock were is kept in the cache while they are being replaced and until the
environment has followed. The next run that changes the project puts back what a killed one left,
unless somebody has edited the files since.
"""

from __future__ import annotations

import marshal
import os

from pipenv.errors import FileAccessError
from pipenv.events import Notice
from pipenv.filesystem.atomic import clear_leftover, read_bytes, write_atomic
from pipenv.operations.documents import remove_file
from pipenv.operations.unfinished_change import BUCKET, note_of_change, project_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    from pipenv.filesystem.locks import FileLock
    from pipenv.operations.session import Session

    _Change = tuple[str, bytes | None, bytes]

_FORMAT = "pipenv files 1"
_MARSHAL_VERSION = 4


class _Changing:
    """What `changing` returns."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._lock: FileLock | None = None

    def __enter__(self) -> None:
        session = self._session
        if session.is_rehearsal:
            return
        self._lock = lock = session.project_lock(project_key(session.project))
        lock.acquire()
        try:
            for path in (session.project.pipfile_path, session.project.lockfile_path):
                clear_leftover(path)
            _undo(session)
        except BaseException:
            lock.release()
            raise

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._lock is None:
            return
        try:
            if kind is None:
                self._session.keep()
            else:
                self._session.take_back()
        finally:
            self._lock.release()


class _Replacing:
    """What `replacing` returns."""

    def __init__(self, session: Session, texts: Mapping[str, str]) -> None:
        self._session = session
        self._texts = {} if session.is_rehearsal else texts
        self._changes: list[_Change] = []
        self._journal: str | None = None

    def __enter__(self) -> None:
        self._changes = [
            (path, read_bytes(path), text.encode("utf-8")) for path, text in self._texts.items()
        ]
        if len(self._changes) > 1:
            self._journal = _keep(self._session, self._changes)
        try:
            for path, _, new in self._changes:
                write_atomic(path, new)
        except BaseException as error:
            self.__exit__(type(error))
            raise

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is not None:
                _put_back(self._changes)
        finally:
            if self._journal is not None:
                _remove_if_possible(self._journal)


def changing(session: Session) -> AbstractContextManager[None]:
    """Be the only process that changes the project; waits for another one.

    When the body fails, what it has begun, a Pipfile or an environment, is taken back.

    To be entered before the Pipfile is read.

    Raises:
        Busy: another process has been changing it all the time.
        FileAccessError: what a killed run left cannot be put in order.
    """
    return _Changing(session)


def replacing(session: Session, texts: Mapping[str, str]) -> AbstractContextManager[None]:
    """Write files, in the order of `texts`; undo that when the body fails, or the next run does.

    Args:
        session: of the project that is being changed.
        texts: path → new text, of the files that change.

    Raises:
        FileAccessError: a file cannot be written; all are as they were.
    """
    return _Replacing(session, texts)


def _place(session: Session) -> str:
    return note_of_change(session.cache_dir, session.project)


def _keep(session: Session, changes: list[_Change]) -> str | None:
    """Note what the files were; `None` where the cache cannot be used, which is no reason to stop.

    Written for the user alone: a Pipfile may be readable by nobody else.
    """
    place = _place(session)
    try:
        session.cache_folder().writable_bucket(BUCKET)
        write_atomic(place, marshal.dumps((_FORMAT, changes), _MARSHAL_VERSION), mode=0o600)
    except FileAccessError:
        return None
    return place


def _undo(session: Session) -> None:
    place = _place(session)
    clear_leftover(place)
    try:
        data = read_bytes(place)
    except FileAccessError:
        return
    if data is None:
        return
    changes = _unpack(data)
    for path, _, _ in changes:
        clear_leftover(path)
    present = [read_bytes(path) for path, _, _ in changes]
    known = all(now in {old, new} for now, (_, old, new) in zip(present, changes, strict=True))
    changed = [now != old for now, (_, old, _) in zip(present, changes, strict=True)]
    if known and any(changed):
        _put_back(changes)
        names = " and ".join(os.path.basename(path) for path, _, _ in reversed(changes))
        session.report(Notice("recovered", f"an interrupted change of {names} has been undone"))
    _remove_if_possible(place)


def _unpack(data: bytes) -> list[_Change]:
    try:
        form, changes = marshal.loads(data)  # noqa: S302 - our own, in the user's cache
        return list(changes) if form == _FORMAT else []
    except (ValueError, EOFError, TypeError):
        return []


def _put_back(changes: list[_Change]) -> None:
    """Bring the old contents back, the last written first."""
    for path, old, _ in reversed(changes):
        if old is None:
            remove_file(path)
        elif read_bytes(path) != old:
            write_atomic(path, old)


def _remove_if_possible(path: str) -> None:
    try:
        remove_file(path)
    except OSError:
        return
