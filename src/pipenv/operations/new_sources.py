"""A ``[[source]]`` for an index that a command line or a requirements file names by its URL."""

from __future__ import annotations

from pipenv.errors import RequestRefused
from pipenv.models.indexes import Index
from pipenv.models.urls import Url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence


def trusted_hosts(environ: Mapping[str, str]) -> frozenset[str]:
    """The hosts, with a port or without, whose certificates need not be verified."""
    names = ("PIP_TRUSTED_HOSTS", "PIP_TRUSTED_HOST")
    return frozenset(word.lower() for name in names for word in environ.get(name, "").split())


def source_at(url: str, sources: Sequence[Index], trusted: Collection[str]) -> Index:
    """The one of `sources` that has this URL, or a new one with a name of its own.

    Args:
        url: as written; with placeholders, so that no secret has to be written down.
        sources: those that the Pipfile has.
        trusted: see `trusted_hosts`.

    Raises:
        RequestRefused: it is no HTTP URL with a host.
    """
    known = next((each for each in sources if same_index(each.url, url)), None)
    if known is not None:
        return known
    scheme, _, rest = url.partition("://")
    authority = rest.partition("/")[0].rpartition("@")[2]
    if scheme.lower() not in {"https", "http"} or not authority:
        raise RequestRefused(
            f"`{Url(url)}` is not the address of an index",
            hints=["it looks like https://index.example/simple"],
        )
    stem = _stem(authority)
    taken = {each.name for each in sources}
    name, number = stem, 1
    while name in taken:
        number += 1
        name = f"{stem}{number}"
    return Index(name, url, verify_ssl=scheme.lower() == "https" and not is_trusted(url, trusted))


def is_trusted(url: str, hosts: Collection[str]) -> bool:
    """Tell whether the host of a URL is among `hosts`, with its port or without."""
    authority = url.partition("://")[2].partition("/")[0].rpartition("@")[2].lower()
    return authority in hosts or authority.partition(":")[0] in hosts


def same_index(one: str, other: str) -> bool:
    """Tell whether two URLs are of one index: a slash at the end makes no difference."""
    return one.rstrip("/") == other.rstrip("/")


def _stem(authority: str) -> str:
    """What stands before the last dot of a host, without signs that would have to be quoted."""
    host = authority.rpartition(".")[0] or authority
    return (
        "".join(letter for letter in host.lower() if letter.isalnum() or letter in "-_") or "index"
    )
