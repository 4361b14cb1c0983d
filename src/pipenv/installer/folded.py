"""Whole folders of a wheel as links to the cache: which can be, and what is behind one.

A link takes the place of a package's folder with all that is in it. Folders without an
``__init__`` may be shared by several distributions (PEP 420), so links are made of what is in
them; a folder that two distributions turn out to share is never a link.
"""

from __future__ import annotations

import os

from pipenv.cache.manifest import TREE
from pipenv.cache.wheel_store import wheel_at
from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pipenv.cache.wheel_store import UnpackedWheel
    from pipenv.installer.destination import Link

_INITIAL = "__init__."


class Linked(NamedTuple):
    """Files of the cache that go into one folder."""

    folder: str
    source: str
    """The folder in the cache, with a separator at its end."""
    names: tuple[str, ...]
    link: Link


class FolderLink(NamedTuple):
    """A folder of an environment that is a link to one of the cache."""

    path: str
    source: str
    inside: tuple[Linked, ...]
    """The files that are found through it."""


class Folding(NamedTuple):
    """The parts of a wheel, when some of its folders are links."""

    links: tuple[FolderLink, ...]
    others: tuple[Linked, ...]
    """What is linked file by file."""


def fold(
    groups: Sequence[Linked],
    site_dir: str,
    tree: str,
    may_be_link: Callable[[str], bool],
) -> Folding:
    """Choose the folders that become links.

    Args:
        groups: all folders of the wheel, with a separator at the end of each source.
        site_dir: where packages lie.
        tree: the unpacked wheel.
        may_be_link: asked about each folder that could be one, by its absolute path; those above
            it come first.
    """
    prefix = f"{site_dir}/"
    mixed = _mixed(groups, prefix, tree)
    names: dict[str, set[str]] = {}
    for group in groups:
        if group.folder.startswith(prefix):
            names.setdefault(group.folder, set()).update(group.names)
    chosen: dict[str, list[Linked]] = {}
    for folder in sorted(names):
        if (
            _above(folder, chosen) is None
            and folder not in mixed
            and _is_of_one(folder, names[folder])
            and may_be_link(folder)
        ):
            chosen[folder] = []
    others: list[Linked] = []
    for group in groups:
        at = group.folder if group.folder in chosen else _above(group.folder, chosen)
        (others if at is None else chosen[at]).append(group)
    links = [
        FolderLink(folder, f"{tree}/{folder[len(prefix) :]}", tuple(inside))
        for folder, inside in chosen.items()
    ]
    return Folding(tuple(links), tuple(others))


def _mixed(groups: Sequence[Linked], prefix: str, tree: str) -> set[str]:
    """Folders into which files come from elsewhere than the same place of the unpacked wheel."""
    found: set[str] = set()
    for group in groups:
        folder = group.folder
        if group.names and group.source != f"{tree}/{folder[len(prefix) :]}/":
            while folder.startswith(prefix) and folder not in found:
                found.add(folder)
                folder = os.path.dirname(folder)
    return found


def _is_of_one(folder: str, names: Iterable[str]) -> bool:
    """Tell whether a folder is hardly shared with other distributions, nor the installer's."""
    last = folder.rpartition("/")[2]
    if last.endswith((".dist-info", ".data")):
        return False
    return not last.isidentifier() or any(name.startswith(_INITIAL) for name in names)


def _above(folder: str, chosen: Iterable[str]) -> str | None:
    """The one of `chosen` that `folder` lies in."""
    at = os.path.dirname(folder)
    while len(at) > 1:
        if at in chosen:
            return at
        parent = os.path.dirname(at)
        if parent == at:
            break
        at = parent
    return None


def wheel_behind(link: str, site_dir: str) -> UnpackedWheel | None:
    """The unpacked wheel that a link made by `fold` leads to, if it is whole.

    Args:
        link: its absolute path.
        site_dir: where packages lie.
    """
    try:
        target = os.readlink(link).removeprefix("\\\\?\\").replace(os.sep, "/")
    except OSError:
        return None
    relative = os.path.relpath(link, site_dir).replace(os.sep, "/")
    root = target.removesuffix(f"/{TREE}/{relative}")
    return None if root == target else wheel_at(os.path.normpath(root))
