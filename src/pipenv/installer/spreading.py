"""A link to a folder that cannot be brought back, as a successor of it has files in its place.

That happens only to an installation that was killed just when one of several distributions that
share the folder was complete. The files behind the link are then placed one by one.
"""

from __future__ import annotations

import os

from pipenv.archives.record_rows import record_line, record_rows
from pipenv.filesystem.atomic import write_atomic
from pipenv.installer.record import path_in_record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from pipenv.installer.destination import Destination

_CACHE_FOLDER = "__pycache__"


def spread_link(link: str, folder: str, destination: Destination) -> None:
    """Place every file that `link` leads to in `folder`, unless there is one of its name."""
    top = os.path.realpath(link)
    place = destination.linker(top) if os.path.isdir(top) else None
    for at, folders, names in os.walk(top):
        folders[:] = [name for name in folders if name != _CACHE_FOLDER]
        target = os.path.normpath(os.path.join(folder, os.path.relpath(at, top)))
        destination.make_folder(target)
        for name in names:
            path = os.path.join(target, name)
            if place is not None and not os.path.lexists(path):
                place(os.path.join(at, name), path)


def forget_links(record: str, site_dir: str, links: Collection[str]) -> None:
    """Take the rows of `links` out of the RECORD at the path `record`.

    Args:
        record: wherever it lies now.
        site_dir: what its rows are relative to.
        links: absolute paths.
    """
    gone = {path_in_record(link, site_dir) for link in links}
    with open(record, "rb") as stream:
        text = stream.read().decode("utf-8", "surrogateescape")
    kept = "".join(record_line(*row) for row in record_rows(text) if row.path not in gone)
    write_atomic(record, kept.encode("utf-8", "surrogateescape"))
