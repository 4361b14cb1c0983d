"""Trees out of version control: from an address and a reference to a full commit and its files.

Owns: which tool, what may be asked of it, where clones are kept.  An address is used as it is
given: whoever calls has replaced the variables in it.  No password reaches an argument list, a
message or a file.  The tools are `_git` and `_other_vcs`.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Protocol

from pipenv.builds._git import NO_NETWORK, Git
from pipenv.builds._other_vcs import Bazaar, Mercurial, Subversion
from pipenv.builds._scratch import scratch_folder
from pipenv.errors import CheckoutFailed, NotCached

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipenv.models.origins import VcsOrigin

_ODD_IN_REF = re.compile(r"[\x00-\x20\x7f]")


class RevisionSource(Protocol):
    """What every version-control tool does for us."""

    def resolve(self, address: str, ref: str | None) -> str:
        """The immutable name of the revision that `ref` names now."""

    def bring(self, address: str, commit: str, directory: str) -> None:
        """Make `directory`, which does not exist yet, the tree of `commit`."""

    def settle(self, address: str, commit: str, directory: str) -> None:
        """Make or bring up to date a checkout that stays, at `commit`."""


class Checkouts:
    """Resolves references and brings trees; may be used from several threads."""

    def __init__(
        self,
        cache_dir: str,
        environ: Mapping[str, str],
        *,
        timeout_seconds: float = 1800.0,
        is_offline: bool = False,
    ) -> None:
        """Keep clones below `cache_dir`.

        Args:
            cache_dir: where clones are kept.
            environ: environment variables for the tools.
            timeout_seconds: bounds each call of a tool.
            is_offline: only what clones have may be used.
        """
        self._is_offline = is_offline
        if is_offline:
            environ = {**environ, **NO_NETWORK}
        self._sources: dict[str, RevisionSource] = {
            "git": Git(
                str(Path(cache_dir) / "git"), environ, timeout_seconds, is_offline=is_offline
            ),
            "hg": Mercurial(environ, timeout_seconds),
            "svn": Subversion(environ, timeout_seconds),
            "bzr": Bazaar(environ, timeout_seconds),
        }

    def resolve_commit(self, origin: VcsOrigin) -> str:
        """Find the immutable name of what `origin.ref` names now: for git the full commit id.

        A full commit id costs nothing, a branch or a tag one question to the server.

        Raises:
            CheckoutFailed: there is no such repository or reference, or the tool is missing.
        """
        source, ref = self._source(origin), origin.ref or None
        _check_ref(ref)
        return source.resolve(origin.url, ref)

    @contextmanager
    def tree(self, origin: VcsOrigin) -> Iterator[str]:
        """Lend the project folder of `origin`, whose `ref` `resolve_commit` gave, for a build.

        It is a folder of its own that is deleted afterwards, so builds may write to it.

        Raises:
            CheckoutFailed: the commit cannot be brought, or has no such subdirectory.
        """
        source, commit = self._source(origin), _commit_of(origin)
        with scratch_folder("checkout") as folder:
            directory = str(Path(folder) / _folder_name(origin.url))
            source.bring(origin.url, commit, directory)
            yield project_folder(directory, origin.subdirectory)

    def settle(self, origin: VcsOrigin, directory: str) -> str:
        """Make `directory` a lasting checkout at `origin.ref`; returns the project folder in it.

        For editable packages, which people work in: changes of theirs are never thrown away.

        Raises:
            CheckoutFailed: the commit cannot be brought, or `directory` is something else.
        """
        self._source(origin).settle(origin.url, _commit_of(origin), directory)
        return project_folder(directory, origin.subdirectory)

    def _source(self, origin: VcsOrigin) -> RevisionSource:
        if origin.vcs not in self._sources:
            raise CheckoutFailed(f"`{origin.vcs}` is not a version control we know")
        is_kept = origin.vcs == "git" or origin.url.startswith("file:") or "://" not in origin.url
        if self._is_offline and not is_kept:
            raise NotCached(
                f"{origin.vcs} repositories are not kept in the cache, and we are offline",
                missing=[f"{origin.url.rpartition('@')[2]} ({origin.vcs} repository)"],
                hints=["run the command without `--offline` (PIPENV_OFFLINE)"],
            )
        return self._sources[origin.vcs]


def project_folder(directory: str, subdirectory: str | None) -> str:
    """The folder `subdirectory` of a tree, which must be inside it and exist.

    Raises:
        CheckoutFailed: it is not.
    """
    if not subdirectory:
        return directory
    root = Path(directory).resolve()
    path = (root / PurePosixPath(subdirectory)).resolve()
    if not path.is_relative_to(root) or not path.is_dir():
        raise CheckoutFailed(f"there is no folder `{subdirectory}` in the source tree")
    return str(path)


def _commit_of(origin: VcsOrigin) -> str:
    if not origin.ref:
        raise CheckoutFailed(f"no commit is named for {origin.vcs} checkout")
    _check_ref(origin.ref)
    return origin.ref


def _check_ref(ref: str | None) -> None:
    """Refuse what a tool might read as something else than a reference."""
    if ref is not None and (ref.startswith("-") or _ODD_IN_REF.search(ref)):
        raise CheckoutFailed(
            f"this is not the name of a branch, tag or commit: `{_ODD_IN_REF.sub('?', ref)}`"
        )


def _folder_name(address: str) -> str:
    """A harmless name for the tree: some backends take the project's name from it."""
    last = re.split(r"[/:\\]", address.rstrip("/\\"))[-1]
    name = re.sub(r"[^A-Za-z0-9._-]", "", last.removesuffix(".git")).strip(".-")
    return name[:64] or "checkout"
