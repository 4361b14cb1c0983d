"""Undoing: what an installation moves away lies in a journal until everything new is there.

Layout, in the site folder of pure Python packages, while something is being changed::

    .pipenv-journal/0         whose files: canonical name, then their paths, each ended by NUL
    .pipenv-journal/0.files/  the files themselves, called 0, 1, 2, …
    .pipenv-journal.done/     the same, not needed any more, being deleted

Together with the RECORD that each new distribution has under another name from its first file to
its last, this is enough for the next run to bring an environment whose installer was killed to a
state in which each distribution is wholly there, old or new, or not at all. Nothing is lost by
being killed again meanwhile.
"""

from __future__ import annotations

import os

from pipenv.archives.reserved_folder import RESERVED_FOLDER
from pipenv.errors import FileAccessError
from pipenv.events import Notice, silent
from pipenv.filesystem.trees import delete_tree
from pipenv.installer.destination import Disk
from pipenv.installer.interruption import is_interrupted
from pipenv.installer.ownership import Owners, info_dirs, site_dirs
from pipenv.installer.record import UNFINISHED, Boundaries, recorded_paths
from pipenv.installer.removal import compiled_files
from pipenv.installer.spreading import forget_links, spread_link

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipenv.events import Reporter
    from pipenv.installer.destination import Destination
    from pipenv.models.interpreters import Environment

_DONE = RESERVED_FOLDER + ".done"


class Journal:
    """The journal of one change."""

    def __init__(self, environment: Environment, destination: Destination) -> None:
        """Prepare for changing `environment`; nothing is written yet."""
        self._folder = os.path.join(os.path.normpath(environment.paths.purelib), RESERVED_FOLDER)
        self._done = os.path.join(os.path.dirname(self._folder), _DONE)
        self._destination = destination
        self._boundaries = Boundaries(environment)
        self._moved: list[tuple[str, str]] = []
        self._paths: set[str] = set()
        self._count = 0

    def begin(self) -> None:
        """Open the journal; from here on a killed run is noticed by the next."""
        self._destination.make_folder(self._folder)

    def set_aside(self, key: str, files: Sequence[str]) -> None:
        """Move files out of the way.

        They are what the distribution `key` consists of, or what lies in its way. Folders that
        become empty go too, and the bytecode of modules, which can be made again. A file that two
        distributions list is moved with the first of them.
        """
        files = [path for path in files if path not in self._paths]
        if not files:
            return
        self._paths.update(files)
        destination = self._destination
        number, self._count = self._count, self._count + 1
        listed = "\0".join([key, *files, ""]).encode("utf-8", "surrogateescape")
        destination.write(os.path.join(self._folder, str(number)), listed)
        folder = os.path.join(self._folder, f"{number}.files")
        destination.make_folder(folder)
        compiled = compiled_files(files)
        for position, path in enumerate(files):
            aside = os.path.join(folder, str(position))
            self._moved.append((aside, path))  # first: an interrupt may come right after the move
            destination.move(path, aside)
        for path in compiled:
            destination.delete(path)
        for path in self._boundaries.folders_to_tidy([*files, *compiled]):
            destination.delete_folder(path)

    def restore(self) -> None:
        """Bring everything back to where it was; the places must be free."""
        for aside, path in reversed(self._moved):
            if os.path.lexists(aside):
                self._destination.make_folder(os.path.dirname(path))
                self._destination.move(aside, path)
        self._moved.clear()
        delete_tree(self._folder)

    def is_open(self) -> bool:
        """Tell whether the change has begun and is not complete."""
        return os.path.lexists(self._folder)

    def close(self) -> None:
        """The change has happened, from this moment on."""
        done = self._done
        if os.path.lexists(done):
            done = os.path.join(done, os.urandom(6).hex())
        self._destination.move(self._folder, done)

    def discard(self) -> None:
        """Delete what was moved away."""
        _delete_done(self._done)


def recover(environment: Environment, report: Reporter = silent) -> bool:
    """Finish or undo what a killed run has left; the caller holds the environment's lock.

    To be called before looking at what is installed. Costs two questions to the file system when
    there is nothing to do.

    Returns:
        Whether there was something.

    Raises:
        FileAccessError: it cannot be put in order.
    """
    if not is_interrupted(environment):
        return False
    try:
        _recover(environment)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise FileAccessError(
            f"cannot undo an installation that was interrupted: `{error.filename}`: {reason}",
            hints=["make the virtual environment anew: `pipenv remove`, then `pipenv sync`"],
        ) from error
    report(Notice("recovered", "an installation that was interrupted has been undone"))
    return True


def _recover(environment: Environment) -> None:
    folder = os.path.join(os.path.normpath(environment.paths.purelib), RESERVED_FOLDER)
    folders = site_dirs(environment)
    boundaries = Boundaries(environment)
    _delete_done(folder + ".done")
    if not os.path.lexists(folder):
        return
    _delete_unfinished(folders, boundaries)
    complete = {
        name for name, path in info_dirs(folders) if os.path.lexists(os.path.join(path, "RECORD"))
    }
    boundaries = Boundaries(environment)  # links to folders are gone that led out of it
    for number in sorted(_numbers(folder), reverse=True):
        _restore_one(folder, number, complete, boundaries)
    delete_tree(folder)


def _delete_done(folder: str) -> None:
    try:
        delete_tree(folder)
    except FileAccessError:
        return  # a program of it is running (Windows); the next change deletes it


def _delete_unfinished(folders: Sequence[str], boundaries: Boundaries) -> None:
    """Delete what was installed of distributions that have not got their RECORD yet.

    Their list goes last: until then it tells what is to be deleted.
    """
    disk = Disk()
    owners = Owners(folders)
    for _, info_dir in info_dirs(folders):
        if not info_dir.endswith(".dist-info") or not os.path.isdir(info_dir):
            continue
        notes = os.path.join(info_dir, UNFINISHED)
        if os.path.lexists(notes):
            listed = _whole_list(info_dir)
            files = [p for p in listed if boundaries.holds(p) and owners.owner_of(p) is None]
            compiled = compiled_files(files)
            for path in [*files, *compiled]:
                if os.path.islink(path) or not os.path.isdir(path):
                    disk.delete(path)
            for path in boundaries.folders_to_tidy([*files, *compiled]):
                disk.delete_folder(path)
            disk.delete(notes)
        elif os.listdir(info_dir):
            continue
        disk.delete_folder(info_dir)


def _whole_list(info_dir: str) -> list[str]:
    """What an unfinished RECORD lists; nothing when itself was not finished, as it comes first."""
    listed = recorded_paths(info_dir, name=UNFINISHED)
    if not listed or listed[-1] != os.path.join(info_dir, "RECORD"):
        return []
    return listed


def _numbers(folder: str) -> list[int]:
    return [int(name) for name in os.listdir(folder) if name.isdecimal()]


def _restore_one(folder: str, number: int, complete: set[str], boundaries: Boundaries) -> None:
    """Bring back one distribution, unless its successor is complete. RECORD comes last."""
    with open(os.path.join(folder, str(number)), "rb") as stream:
        listed = stream.read().decode("utf-8", "surrogateescape")
    key, *paths = listed.split("\0")
    if key in complete or not listed.endswith("\0"):
        return  # replaced; or the list was cut short, before anything was moved
    disk = Disk()
    spread: list[str] = []
    for position, path in reversed([*enumerate(paths[:-1])]):
        aside = os.path.join(folder, f"{number}.files", str(position))
        if not os.path.lexists(aside) or not boundaries.holds(path):
            continue
        if os.path.islink(aside) and os.path.isdir(path) and not os.path.islink(path):
            spread_link(aside, path, disk)
            spread.append(path)
        elif not os.path.lexists(path):
            if spread and os.path.basename(path) == "RECORD":
                forget_links(aside, os.path.dirname(os.path.dirname(path)), spread)
            disk.make_folder(os.path.dirname(path))
            disk.move(aside, path)
