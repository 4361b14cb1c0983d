"""git: one partial clone per repository in the cache, and work trees made from it.

The clones have every commit, since version numbers are often computed from tags and history, but
files (blobs) come only when a commit is checked out.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from pipenv.builds._repository_urls import repository_url
from pipenv.builds._tools import Tool, failure
from pipenv.errors import CheckoutFailed, NotCached
from pipenv.filesystem.locks import FileLock
from pipenv.filesystem.trees import delete_tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipenv.builds._repository_urls import RepositoryUrl

COMMIT_LENGTHS = (40, 64)
"""Hexadecimal digits of a full commit id: SHA-1 and SHA-256 repositories."""
CLONE = ("clone", "--filter=blob:none", "--quiet", "--no-checkout")
LOCATION_VARIABLES = frozenset(
    {
        "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX",
        "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_CONFIG",
        "GIT_SHALLOW_FILE", "GIT_CEILING_DIRECTORIES",
    }
)  # fmt: skip
"""Set inside git's own hooks; they would turn every command to another repository."""
ASK_US = (
    '!f() { test "$1" = get || exit 0; printf "username=%s\\npassword=%s\\n" '
    '"$GIT_USERNAME_OF_URL" "$GIT_PASSWORD_OF_URL"; }; f'
)
"""A credential helper that answers with two variables: no file and no argument list has them."""


NO_NETWORK = {"GIT_ALLOW_PROTOCOL": "file", "GIT_NO_LAZY_FETCH": "1"}
"""Lets git use repositories on this machine only, whatever is configured."""


class Git:
    """Commits and trees of git repositories."""

    def __init__(
        self,
        cache_dir: str,
        environ: Mapping[str, str],
        timeout_seconds: float,
        *,
        is_offline: bool = False,
    ) -> None:
        """Keep the clones below `cache_dir`."""
        self._is_offline = is_offline
        self._cache_dir = Path(cache_dir)
        self._environ = environ
        self._timeout_seconds = timeout_seconds

    def resolve(self, address: str, ref: str | None) -> str:
        """The full commit id that `ref` (the default branch if `None`) names now.

        A full commit id is not asked about; a branch or a tag costs one question to the server;
        anything else, such as the start of a commit id, a fetch.
        """
        if ref is not None and is_full_commit(ref):
            return ref.lower()
        url = repository_url("git", address)
        tool = self._tool(url)
        wanted = ref or "HEAD"
        if self._uses_clone_only(url):
            with self._locked(url) as clone:
                return self._known_commit(tool, url, clone, wanted)
        listed = tool.attempt(["ls-remote", "--quiet", "--", url.text, wanted, wanted + "^{}"])
        if listed.status != 0:
            raise failure("git", [*CLONE[:3], url.text], listed, url)
        found = _named_commit(listed.stdout.decode("utf-8", "replace"), wanted)
        if found is not None:
            return found
        with self._locked(url) as clone:
            self._refresh(tool, url, clone)
            return self._commit_in(tool, url, clone, wanted)

    def bring(self, address: str, commit: str, directory: str) -> None:
        """Make `directory`, which does not exist yet, the work tree of `commit`."""
        url = repository_url("git", address)
        tool = self._tool(url)
        with self._locked(url) as clone:
            if self._uses_clone_only(url) and not self._has_soundly(tool, clone, commit):
                raise _not_in_clone(url, commit)
            if not self._is_sound(tool, clone) or not self._has(tool, clone, commit):
                self._refresh(tool, url, clone)
            self._demand(tool, url, clone, commit)
            tool.attempt(["worktree", "prune"], cwd=str(clone))
            tool.run(
                ["worktree", "add", "--detach", "--no-checkout", directory, commit],
                url,
                cwd=str(clone),
            )
        self._check_out(tool, url, commit, directory)

    def settle(self, address: str, commit: str, directory: str) -> None:
        """Make or bring up to date a clone that stays, for people to work in, at `commit`.

        Raises:
            CheckoutFailed: `directory` is something else, or has changes that are in the way.
        """
        url = repository_url("git", address)
        tool = self._tool(url)
        place = Path(directory)
        if not place.exists():
            if self._uses_clone_only(url):
                raise _not_in_clone(url, commit)
            fresh = self._clone_beside(tool, url, place)
            self._demand(tool, url, fresh, commit)
            self._check_out(tool, url, commit, str(fresh))
            fresh.rename(place)
            return
        if self._origin_of(tool, place) != url.text:
            raise CheckoutFailed(
                f"`{directory}` is in the way: it is no clone of {url.text}",
                hints=[f"move it away: mv {directory} {directory}.old"],
            )
        if self._head_of(tool, place) == commit:
            return
        if not self._has(tool, place, commit):
            tool.run(["fetch", "--quiet", "--tags", "--force", "origin"], url, cwd=directory)
            self._demand(tool, url, place, commit)
        self._check_out(tool, url, commit, directory)

    def _uses_clone_only(self, url: RepositoryUrl) -> bool:
        return self._is_offline and "://" in url.text and not url.text.startswith("file:")

    def _has_soundly(self, tool: Tool, clone: Path, commit: str) -> bool:
        return self._is_sound(tool, clone) and self._has(tool, clone, commit)

    def _known_commit(self, tool: Tool, url: RepositoryUrl, clone: Path, ref: str) -> str:
        """What `ref` named when the clone was last brought up to date."""
        for name in (f"refs/remotes/origin/{ref}", f"refs/tags/{ref}", ref):
            if self._is_sound(tool, clone):
                arguments = ["rev-parse", "--verify", "--quiet", f"{name}^{{commit}}"]
                found = tool.attempt(arguments, cwd=str(clone))
                if found.status == 0:
                    return found.stdout.decode("ascii", "replace").strip()
        raise _not_in_clone(url, ref)

    def _check_out(self, tool: Tool, url: RepositoryUrl, commit: str, directory: str) -> None:
        tool.run(["checkout", "-q", commit], url, cwd=directory)
        if (Path(directory) / ".gitmodules").exists():
            tool.run(
                ["submodule", "--quiet", "update", "--init", "--recursive"], url, cwd=directory
            )

    def _demand(self, tool: Tool, url: RepositoryUrl, clone: Path, commit: str) -> None:
        """See to it that `clone` has `commit`, if the server gives it."""
        if self._has(tool, clone, commit):
            return
        fetched = tool.attempt(["fetch", "--quiet", "origin", commit], cwd=str(clone))
        if fetched.status != 0 or not self._has(tool, clone, commit):
            message = f"`{commit}` is no commit of {url.text}"
            raise failure("git", ["checkout", "-q", commit], fetched, url, message)

    def _locked(self, url: RepositoryUrl) -> _LockedClone:
        name = hashlib.sha256(url.text.encode()).hexdigest()[:32]
        return _LockedClone(self._cache_dir / name, self._timeout_seconds)

    def _refresh(self, tool: Tool, url: RepositoryUrl, clone: Path) -> None:
        """Clone, or fetch what is new; a clone that is damaged, or has stale locks, is replaced."""
        if self._is_sound(tool, clone):
            arguments = ["fetch", "--quiet", "--tags", "--force", "--prune", "origin"]
            if tool.attempt(arguments, cwd=str(clone)).status == 0:
                return
        fresh = self._clone_beside(tool, url, clone)
        delete_tree(str(clone))
        fresh.rename(clone)

    def _clone_beside(self, tool: Tool, url: RepositoryUrl, place: Path) -> Path:
        """A new clone under a temporary name, to be renamed to `place`: that is never half made."""
        fresh = place.with_name(f"{place.name}.pipenv-tmp")
        delete_tree(str(fresh))
        fresh.parent.mkdir(parents=True, exist_ok=True)
        tool.run([*CLONE, "--", url.text, str(fresh)], url)
        return fresh

    def _is_sound(self, tool: Tool, clone: Path) -> bool:
        if not (clone / ".git" / "HEAD").is_file():
            return False
        return tool.attempt(["rev-parse", "--git-dir"], cwd=str(clone)).stdout.strip() == b".git"

    def _has(self, tool: Tool, clone: Path, commit: str) -> bool:
        return tool.attempt(["cat-file", "-e", f"{commit}^{{commit}}"], cwd=str(clone)).status == 0

    def _head_of(self, tool: Tool, clone: Path) -> str:
        return tool.attempt(["rev-parse", "HEAD"], cwd=str(clone)).stdout.decode().strip()

    def _origin_of(self, tool: Tool, clone: Path) -> str:
        if not (clone / ".git").exists():
            return ""
        return tool.attempt(["remote", "get-url", "origin"], cwd=str(clone)).stdout.decode().strip()

    def _commit_in(self, tool: Tool, url: RepositoryUrl, clone: Path, ref: str) -> str:
        arguments = ["rev-parse", "--verify", f"{ref}^{{commit}}"]
        completed = tool.attempt(arguments, cwd=str(clone))
        if completed.status != 0:
            message = f"`{ref}` is no branch, tag or commit of {url.text}"
            raise failure("git", ["checkout", "-q", ref], completed, url, message)
        return completed.stdout.decode("ascii", "replace").strip()

    def _tool(self, url: RepositoryUrl) -> Tool:
        environment = {
            name: value for name, value in self._environ.items() if name not in LOCATION_VARIABLES
        }
        environment["GIT_TERMINAL_PROMPT"] = "0"
        if url.has_credentials:
            environment.update(_credential_variables(url, environment))
        return Tool(("git",), environment, self._timeout_seconds)


class _LockedClone:
    """The folder of a clone, while nobody else changes it."""

    def __init__(self, clone: Path, timeout_seconds: float) -> None:
        self._clone = clone
        self._lock = FileLock(f"{clone}.lock", timeout_seconds=timeout_seconds)

    def __enter__(self) -> Path:
        self._lock.acquire()
        return self._clone

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def _not_in_clone(url: RepositoryUrl, ref: str) -> NotCached:
    what = f"{url.text} at {ref} (git repository)"
    return NotCached(
        f"not in the cache: {what}",
        missing=[what],
        hints=["run the same command once without `--offline` (PIPENV_OFFLINE)"],
    )


def is_full_commit(ref: str) -> bool:
    """Tell whether `ref` is a commit id in full."""
    return len(ref) in COMMIT_LENGTHS and all(digit in "0123456789abcdefABCDEF" for digit in ref)


def _named_commit(listing: str, ref: str) -> str | None:
    """The commit of `ref` in the output of ``ls-remote``; branches win over tags."""
    commits = {}
    for line in listing.splitlines():
        commit, _, name = line.partition("\t")
        commits[name] = commit
    tag = f"refs/tags/{ref}"
    names = (f"refs/heads/{ref}", tag + "^{}", tag, ref + "^{}", ref)
    return next((commits[name] for name in names if name in commits), None)


def _credential_variables(url: RepositoryUrl, environment: Mapping[str, str]) -> dict[str, str]:
    """Configure git by variables: no other helper for this host, which might keep the secret."""
    count = environment.get("GIT_CONFIG_COUNT", "0")
    first = int(count) if count.isdecimal() else 0
    scheme, _, rest = url.text.partition("://")
    key = f"credential.{scheme}://{rest.partition('/')[0]}.helper"
    return {
        "GIT_CONFIG_COUNT": str(first + 2),
        f"GIT_CONFIG_KEY_{first}": key,
        f"GIT_CONFIG_VALUE_{first}": "",
        f"GIT_CONFIG_KEY_{first + 1}": key,
        f"GIT_CONFIG_VALUE_{first + 1}": ASK_US,
        "GIT_USERNAME_OF_URL": url.username,
        "GIT_PASSWORD_OF_URL": url.password,
    }
