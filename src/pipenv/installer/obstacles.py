"""What is in the way of new files: other distributions' files, other wheels', files of nobody.

Only folders that exist are looked into. A fresh package folder costs nothing, whatever its size.
"""

from __future__ import annotations

import os

from pipenv.errors import FileConflict
from pipenv.events import Notice
from pipenv.installer.folded import Linked
from pipenv.installer.placement import Written

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from pipenv.events import Reporter
    from pipenv.installer.ownership import Owners
    from pipenv.installer.placement import Placement
    from pipenv.installer.record import Boundaries
    from pipenv.models.interpreters import Environment

_NOTHING: frozenset[str] = frozenset()


class Obstacles:
    """Compares placements with an environment, and with each other in the order of the calls."""

    def __init__(
        self,
        environment: Environment,
        boundaries: Boundaries,
        owners: Owners,
        leaving: Collection[str],
        *,
        tolerate: Reporter | None = None,
    ) -> None:
        """Look at an environment.

        Args:
            environment: to install into.
            boundaries: of it.
            owners: of the files that stay.
            leaving: absolute paths of files that will be gone before anything is written.
            tolerate: instead of raising `FileConflict` for a file, report it and let the other
                distribution keep it.
        """
        self._root = os.path.normpath(environment.paths.data)
        self._boundaries = boundaries
        self._owners = owners
        self._leaving = leaving
        self._report = tolerate
        self._listings: dict[str, frozenset[str]] = {}
        self._claims: dict[str, list[tuple[Placement, Linked | Written]]] = {}
        self.shared_links: dict[str, str] = {}
        """Links to folders that files are to go into, and the canonical names of their owners."""

    def check(self, placement: Placement) -> list[str]:
        """Find what is in the way of `placement`.

        Files that are there already, or come with a placement checked before, with the same
        content, are noted in `placement.shared`.

        Returns:
            Files in the way that belong to no distribution: debris, to be moved aside.

        Raises:
            FileConflict: a file of another distribution with other content, or a folder.
        """
        debris: list[str] = []
        for group in placement.linked:
            self._check_part(placement, group.folder, group.names, group, debris)
        for file in placement.written:
            folder, _, name = file.path.rpartition("/")
            self._check_part(placement, folder, (name,), file, debris)
        return debris

    def _check_part(
        self,
        placement: Placement,
        folder: str,
        names: tuple[str, ...],
        part: Linked | Written,
        debris: list[str],
    ) -> None:
        claims = self._claims.get(folder)
        if claims is None:
            self._claims[folder] = [(placement, part)]
        else:
            self._check_claims(placement, folder, part, claims)
        present = self._listing(folder)
        if not present:
            return
        for name in present.intersection(names):
            path = f"{folder}/{name}"
            if path not in self._leaving and not placement.leaves_out(path):
                self._check_present(placement, path, part, debris)

    def _check_claims(
        self,
        placement: Placement,
        folder: str,
        part: Linked | Written,
        claims: list[tuple[Placement, Linked | Written]],
    ) -> None:
        for other, other_part in claims:
            if other is placement:
                continue
            both = set(_names(part)).intersection(_names(other_part))
            for name in both:
                path = f"{folder}/{name}"
                if _content(part, name) == _content(other_part, name):
                    placement.shared.add(path)
                else:
                    self._refuse(placement, other.name, path)
        claims.append((placement, part))

    def _check_present(
        self, placement: Placement, path: str, part: Linked | Written, debris: list[str]
    ) -> None:
        if os.path.isdir(path) and not os.path.islink(path):
            if self._is_leaving(path):
                return
            raise FileConflict(
                f"{placement.name} has a file where the environment has the folder `{path}`",
                hints=["move the folder away, then run the command again"],
            )
        owner = self._owners.owner_of(path)
        if owner is not None:
            if _has_content(path, _content(part, os.path.basename(path))):
                placement.shared.add(path)
            else:
                self._refuse(placement, owner, path)
        elif os.path.dirname(path) == self._root:
            raise FileConflict(
                f"{placement.name} would overwrite the environment's own file `{path}`",
                hints=["tell the maintainers of the package"],
            )
        else:
            debris.append(path)

    def _is_leaving(self, folder: str) -> bool:
        """Tell whether nothing will be left in a folder, which will be gone then as well."""
        files = [os.path.join(at, name) for at, _, names in os.walk(folder) for name in names]
        left = [path for path in files if path not in self._leaving]
        return len(left) < len(files) and all(path.endswith(".pyc") for path in left)

    def _refuse(self, placement: Placement, owner: str, path: str) -> None:
        sentence = f"{placement.name} and {owner} both bring the file `{path}`, and they differ"
        if self._report is None:
            raise FileConflict(
                sentence,
                hints=[f"only one of {placement.name} and {owner} can be installed; drop one"],
            )
        self._report(Notice("file-conflict", f"{sentence}; that of {owner} stays"))
        placement.withheld.add(path)

    def _listing(self, folder: str) -> frozenset[str]:
        """The names in a folder; empty when there is none, found out from its parent's listing."""
        listing = self._listings.get(folder)
        if listing is None:
            parent, _, name = folder.rpartition("/")
            above = self._listings.get(parent)
            is_there = folder not in self._leaving and (above is None or name in above)
            listing = self._list(folder) if is_there else _NOTHING
            self._listings[folder] = listing
        return listing

    def _list(self, folder: str) -> frozenset[str]:
        try:
            names = os.listdir(folder)
        except FileNotFoundError:
            if not os.path.islink(folder) or self._is_shared_link(folder):
                return _NOTHING
            raise self._leads_out(folder) from None
        except NotADirectoryError as error:
            raise FileConflict(
                f"`{folder}` has to be a folder, and it, or one above it, is a file",
                hints=["move the file away, then run the command again"],
            ) from error
        if not self._boundaries.holds(f"{folder}/x"):
            if self._is_shared_link(folder):
                return _NOTHING
            raise self._leads_out(folder)
        return frozenset(names)

    def _leads_out(self, folder: str) -> FileConflict:
        return FileConflict(
            f"`{folder}` leads out of the environment, and is not written to",
            hints=["replace the link by a folder, or make the virtual environment anew"],
        )

    def _is_shared_link(self, folder: str) -> bool:
        """Tell whether `folder` is, or lies below, a link that a distribution consists of."""
        at = folder
        while len(at) > len(self._root):
            owner = self._owners.owner_of(at) if os.path.islink(at) else None
            if owner is not None:
                self.shared_links[at] = owner
                return True
            at = os.path.dirname(at)
        return False


def _names(part: Linked | Written) -> tuple[str, ...]:
    if isinstance(part, Linked):
        return part.names
    return (part.path.rpartition("/")[2],)


def _content(part: Linked | Written, name: str) -> bytes:
    if isinstance(part, Written):
        return part.data
    with open(part.source + name, "rb") as stream:
        return stream.read()


def _has_content(path: str, content: bytes) -> bool:
    try:
        if os.stat(path).st_size != len(content):
            return False
        with open(path, "rb") as stream:
            return stream.read() == content
    except OSError:
        return False
