"""The address of a repository, taken apart so that no secret gets into an argument list."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import NamedTuple
from urllib.parse import unquote, urlsplit, urlunsplit

from pipenv.errors import CheckoutFailed

SCHEMES = {
    "git": frozenset({"https", "http", "ssh", "git", "file"}),
    "hg": frozenset({"https", "http", "ssh", "file"}),
    "svn": frozenset({"https", "http", "svn", "svn+ssh", "file"}),
    "bzr": frozenset({"https", "http", "bzr", "bzr+ssh", "sftp", "file"}),
}
"""Tool → the transports that are used; a tool's others may run programs (``ext::`` of git)."""

_SCP_LIKE = re.compile(r"[\w.][\w.-]*@[\w.][\w.-]*:[^-\s][^\s]*")
"""``git@host:path``, which git reads as an ssh URL."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class RepositoryUrl(NamedTuple):
    """Where a repository is, and what to answer when it asks who we are."""

    text: str
    """The URL without a password (nor, for HTTP, a user's name); fit for argument lists."""
    username: str = ""
    password: str = ""

    @property
    def has_credentials(self) -> bool:
        """Tell whether a name or a password was part of the URL."""
        return bool(self.username or self.password)

    def redacted(self, text: str) -> str:
        """`text` without the password."""
        return text.replace(self.password, "****") if self.password else text


def repository_url(tool: str, text: str) -> RepositoryUrl:
    """Take apart the address of a `tool` repository, as in the Pipfile with its variables replaced.

    Raises:
        CheckoutFailed: not an address that we hand to `tool`.
    """
    text = text.removeprefix(f"{tool}+")
    if not text or text.startswith("-") or _CONTROL.search(text):
        raise CheckoutFailed(f"this is not the address of a {tool} repository: `{_shown(text)}`")
    if "://" not in text:
        if PurePath(text).is_absolute() or (tool == "git" and _SCP_LIKE.fullmatch(text)):
            return RepositoryUrl(text)
        raise CheckoutFailed(
            f"this is not the address of a {tool} repository: `{_shown(text)}`",
            hints=["write it as a URL, for example https://host/path or file:///path"],
        )
    try:
        parts = urlsplit(text)
        host, username, password = parts.hostname or "", parts.username or "", parts.password or ""
    except ValueError as error:
        raise CheckoutFailed(f"this is not a URL: `{_shown(text)}`") from error
    if parts.scheme.lower() not in SCHEMES[tool]:
        raise CheckoutFailed(
            f"{tool} repositories are not fetched by `{parts.scheme}`: `{_shown(text)}`",
            hints=[f"{tool} URLs start with one of: {', '.join(sorted(SCHEMES[tool]))}"],
        )
    if host.startswith("-") or username.startswith("-"):
        raise CheckoutFailed(f"this is not the address of a {tool} repository: `{_shown(text)}`")
    place = parts.netloc.rpartition("@")[2]
    if parts.scheme.lower() not in {"http", "https"} and username:
        place, username = f"{username}@{place}", ""
    clean = urlunsplit((parts.scheme, place, parts.path, parts.query, ""))
    return RepositoryUrl(clean, unquote(username), unquote(password))


def _shown(text: str) -> str:
    """`text` for a message: nothing that might be a password, nothing that moves a cursor."""
    scheme, separator, rest = text.partition("://")
    if separator and "@" in rest:
        rest = "****@" + rest.rpartition("@")[2]
    return _CONTROL.sub("?", scheme + separator + rest)
