"""Mercurial, Subversion and Bazaar, in the shape of `pipenv.builds._git` and without a cache.

They are rare, so they are kept simple: every tree is fetched anew; what is built from it is kept.
"""

from __future__ import annotations

from pathlib import Path

from pipenv.builds._repository_urls import repository_url
from pipenv.builds._tools import Tool
from pipenv.errors import CheckoutFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipenv.builds._repository_urls import RepositoryUrl


class Mercurial:
    """Changesets and trees of Mercurial repositories."""

    def __init__(self, environ: Mapping[str, str], timeout_seconds: float) -> None:
        """Nothing is run yet."""
        self._tool = Tool(("hg",), {**environ, "HGPLAIN": "1"}, timeout_seconds)

    def resolve(self, address: str, ref: str | None) -> str:
        """The full id of the changeset that `ref` (the default branch if `None`) names now."""
        url = _without_password("hg", address)
        said = self._tool.run(
            ["identify", "--debug", "--id", "--rev", ref or "default", "--", url.text], url
        )
        return said.split()[0] if said.split() else (ref or "default")

    def bring(self, address: str, commit: str, directory: str) -> None:
        """Make `directory`, which does not exist yet, the tree of `commit`."""
        url = _without_password("hg", address)
        self._tool.run(["clone", "--noupdate", "--quiet", "--", url.text, directory], url)
        self._tool.run(["update", "--quiet", "--clean", "--rev", commit], url, cwd=directory)

    def settle(self, address: str, commit: str, directory: str) -> None:
        """Make or bring up to date a clone that stays, at `commit`."""
        url = _without_password("hg", address)
        if not Path(directory).exists():
            self.bring(address, commit, directory)
            return
        _insist(Path(directory) / ".hg", directory, url)
        self._tool.run(["pull", "--quiet", "--", url.text], url, cwd=directory)
        self._tool.run(["update", "--quiet", "--check", "--rev", commit], url, cwd=directory)


class Subversion:
    """Revisions and trees of Subversion repositories."""

    def __init__(self, environ: Mapping[str, str], timeout_seconds: float) -> None:
        """Nothing is run yet."""
        self._tool = Tool(("svn",), environ, timeout_seconds)

    def resolve(self, address: str, ref: str | None) -> str:
        """The number of the revision that `ref` (the newest if `None`) names now."""
        url = repository_url("svn", address)
        said = self._run(
            ["info", "--show-item", "revision", "--revision", ref or "HEAD", "--", _peg(url)], url
        )
        return said.strip()

    def bring(self, address: str, commit: str, directory: str) -> None:
        """Make `directory`, which does not exist yet, the tree of revision `commit`."""
        url = repository_url("svn", address)
        self._run(
            ["checkout", "--quiet", "--revision", commit, "--", _peg(url), _at(directory)], url
        )

    def settle(self, address: str, commit: str, directory: str) -> None:
        """Make or bring up to date a working copy that stays, at `commit`."""
        url = repository_url("svn", address)
        if not Path(directory).exists():
            self.bring(address, commit, directory)
            return
        _insist(Path(directory) / ".svn", directory, url)
        self._run(["update", "--quiet", "--revision", commit, "--", _at(directory)], url)

    def _run(self, arguments: Sequence[str], url: RepositoryUrl) -> str:
        options = ["--non-interactive", "--no-auth-cache"]
        if not url.has_credentials:
            return self._tool.run([arguments[0], *options, *arguments[1:]], url)
        options += ["--username", url.username, "--password-from-stdin"]
        answer = url.password.encode()
        return self._tool.run([arguments[0], *options, *arguments[1:]], url, answer=answer)


class Bazaar:
    """Revisions and trees of Bazaar branches; Breezy does as well."""

    def __init__(self, environ: Mapping[str, str], timeout_seconds: float) -> None:
        """Nothing is run yet."""
        self._tool = Tool(("brz", "bzr"), environ, timeout_seconds)

    def resolve(self, address: str, ref: str | None) -> str:
        """The number of the revision that `ref` (the newest if `None`) names now."""
        url = _without_password("bzr", address)
        chosen = ["--revision", ref] if ref else []
        return self._tool.run(["revno", *chosen, "--", url.text], url).strip()

    def bring(self, address: str, commit: str, directory: str) -> None:
        """Make `directory`, which does not exist yet, the tree of revision `commit`."""
        url = _without_password("bzr", address)
        self._tool.run(["branch", "--quiet", "--revision", commit, "--", url.text, directory], url)

    def settle(self, address: str, commit: str, directory: str) -> None:
        """Make or bring up to date a branch that stays, at `commit`."""
        url = _without_password("bzr", address)
        if not Path(directory).exists():
            self.bring(address, commit, directory)
            return
        _insist(Path(directory) / ".bzr", directory, url)
        self._tool.run(
            ["pull", "--quiet", "--revision", commit, "--", url.text], url, cwd=directory
        )


def _without_password(tool: str, address: str) -> RepositoryUrl:
    url = repository_url(tool, address)
    if url.has_credentials:
        raise CheckoutFailed(
            f"{tool} can be given a password only where every process can read it: {url.text}",
            hints=[
                f"keep the name and the password in the configuration of {tool}, not in the URL"
            ],
        )
    return url


def _insist(control_folder: Path, directory: str, url: RepositoryUrl) -> None:
    if not control_folder.is_dir():
        raise CheckoutFailed(
            f"`{directory}` is in the way: it is no clone of {url.text}",
            hints=[f"move it away: mv {directory} {directory}.old"],
        )


def _peg(url: RepositoryUrl) -> str:
    """The URL with an empty peg revision, so that an ``@`` in it is not taken for one."""
    return url.text + "@"


def _at(directory: str) -> str:
    return directory + "@" if "@" in directory else directory
