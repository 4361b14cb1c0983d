"""Signs of a change that is not complete, under way or killed. Loads next to nothing."""

from __future__ import annotations

import os

from pipenv.archives.reserved_folder import RESERVED_FOLDER
from pipenv.virtualenvs.location import short_hash

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipenv.operations.project import Project

BUCKET = "journals"


def project_key(project: Project) -> str:
    """What the project is called in the cache, however one got to its folder."""
    folder, name = os.path.split(project.pipfile_path)
    return short_hash(os.path.join(os.path.realpath(folder), name))


def note_of_change(cache_dir: str, project: Project) -> str:
    """The file that is there while Pipfile and lock are changed, and after a run was killed."""
    return os.path.join(cache_dir, BUCKET, project_key(project) + ".files")


def was_cut_short(folders: Iterable[str]) -> bool:
    """Tell whether a killed installation has left its journal in a site folder.

    Args:
        folders: site folders; metadata folders among them are not looked into.
    """
    journals = (
        os.path.join(folder, RESERVED_FOLDER)
        for folder in folders
        if not folder.endswith(("-info", ".egg"))
    )
    return any(map(os.path.lexists, (path + end for path in journals for end in ("", ".done"))))
