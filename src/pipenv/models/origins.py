"""Where a package comes from: a closed union of four cases."""

from __future__ import annotations

from pipenv.models.records import NamedTuple


class IndexOrigin(NamedTuple):
    """An index: the one named, or the first that has the package."""

    index: str | None = None  # type: ignore[assignment] # hides a method of tuples, unused here


class VcsOrigin(NamedTuple):
    """A commit of a repository."""

    vcs: str
    """``git``, ``hg``, ``svn`` or ``bzr``."""
    url: str
    """Without the ``git+`` of requirement URLs."""
    ref: str | None = None
    """A commit, tag or branch; `None` is the repository's default."""
    subdirectory: str | None = None
    editable: bool = False


class ArchiveOrigin(NamedTuple):
    """One file at a URL or a path: a wheel or a source distribution."""

    url: str
    subdirectory: str | None = None


class DirectoryOrigin(NamedTuple):
    """A source tree on this machine."""

    path: str
    """As written, so usually relative to the project."""
    editable: bool = False


Origin = IndexOrigin | VcsOrigin | ArchiveOrigin | DirectoryOrigin
