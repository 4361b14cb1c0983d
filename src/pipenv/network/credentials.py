"""User names and passwords: where they come from and to whom they may be shown.

A source's URL may hold them (`pipenv.network.source_urls`); else they may stand in a netrc file, or
come from a function that asks a key ring.  They go to the origin (scheme, host and port) of their
own source only; with several sources on one origin, to the paths nearest to theirs.
"""

from __future__ import annotations

import threading
from binascii import b2a_base64

from pipenv.models.records import NamedTuple
from pipenv.network.addresses import DEFAULT_PORTS, parse_address

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pipenv.network.addresses import HttpAddress, Origin
    from pipenv.network.source_urls import SourceAddress

    Lookup = Callable[[str, str | None], tuple[str, str] | None]
    """URL of a source, user name if known → user name and password."""


class NetrcEntry(NamedTuple):
    """A ``machine`` or the ``default`` of a netrc file."""

    machine: str | None
    """`None` for ``default``."""
    username: str
    password: str


class _Source(NamedTuple):
    url: str
    segments: tuple[str, ...]
    username: str | None
    authorization: str | None
    is_complete: bool
    """Its URL has user name and password."""


def parse_netrc(text: str) -> tuple[NetrcEntry, ...]:
    """Read a netrc file; what cannot be understood is skipped."""
    entries: list[NetrcEntry] = []
    machine: str | None = None
    found: dict[str, str] | None = None
    words = iter(_netrc_words(text))
    for word in words:
        if word in {"machine", "default"}:
            if found is not None:
                entries.append(_netrc_entry(machine, found))
            machine = next(words, "").lower() if word == "machine" else None
            found = {}
        elif word in {"login", "password", "account"} and found is not None:
            found[word] = next(words, "")
    if found is not None:
        entries.append(_netrc_entry(machine, found))
    return tuple(entries)


class CredentialBook:
    """The sources of a run, and who gets which ``Authorization``."""

    def __init__(self, netrc: Callable[[], Iterable[NetrcEntry]], lookup: Lookup | None) -> None:
        """Prepare an empty book.

        Args:
            netrc: read when a host needs it, at most once.
            lookup: asked when a source wants credentials and there are none, or wrong ones.
        """
        self._read_netrc = netrc
        self._netrc: tuple[NetrcEntry, ...] | None = None
        self._lookup = lookup
        self._sources: dict[Origin, list[_Source]] = {}
        self._unverified: dict[Origin, bool] = {}
        self._asked: dict[Origin, str | None] = {}
        self._guard = threading.Lock()

    def register(self, source: SourceAddress, *, verify_ssl: bool) -> None:
        """Make a source known."""
        address = parse_address(source.url)
        authorization = None
        if source.username is not None:
            authorization = basic(source.username, source.password or "")
        entry = _Source(
            source.url,
            _segments(address),
            source.username,
            authorization,
            bool(source.username and source.password),
        )
        known = self._sources.setdefault(address.origin, [])
        if entry not in known:
            known.append(entry)
        before = self._unverified.get(address.origin, True)
        self._unverified[address.origin] = before and not verify_ssl

    def must_verify(self, address: HttpAddress) -> bool:
        """Tell whether the certificate of a server has to be trusted.

        Not if all sources of its origin say so.
        """
        return not self._unverified.get(address.origin, False)

    def authorization(self, address: HttpAddress) -> str | None:
        """Return the value of ``Authorization`` for a request, if there is one."""
        origin = address.origin
        nearest = self._nearest(address)
        if nearest is not None:
            if nearest.is_complete:
                return nearest.authorization
            if origin in self._asked:
                return self._asked[origin]
            if nearest.authorization is not None:
                return nearest.authorization
        elif origin[0] != "https" or origin[2] != DEFAULT_PORTS["https"]:
            return None
        return self._from_netrc(address.host, is_source=nearest is not None)

    def ask(self, address: HttpAddress) -> str | None:
        """Ask for credentials after a refusal; `None` when there are no others.

        Only for origins of sources, and not where the source's URL has a password; asked once, and
        what was found serves all of that origin.
        """
        origin = address.origin
        nearest = self._nearest(address)
        if self._lookup is None or nearest is None or nearest.is_complete:
            return None
        with self._guard:
            if origin not in self._asked:
                before = self.authorization(address)
                found = self._lookup(nearest.url, nearest.username)
                self._asked[origin] = before if found is None else basic(*found)
        return self._asked[origin]

    def _nearest(self, address: HttpAddress) -> _Source | None:
        """The source on the address's origin whose path is the nearest to its."""
        sources = self._sources.get(address.origin)
        if not sources:
            return None
        wanted = _segments(address)
        return max(sources, key=lambda each: _common_length(each.segments, wanted))

    def _from_netrc(self, host: str, *, is_source: bool) -> str | None:
        if self._netrc is None:
            self._netrc = tuple(self._read_netrc())
        default = None
        for entry in self._netrc:
            if entry.machine == host:
                return basic(entry.username, entry.password)
            if entry.machine is None and default is None:
                default = entry
        if default is not None and is_source:
            return basic(default.username, default.password)
        return None


def basic(username: str, password: str) -> str:
    """Return the ``Authorization`` value of RFC 7617."""
    coded = b2a_base64(f"{username}:{password}".encode(), newline=False)
    return f"Basic {coded.decode('ascii')}"


def _segments(address: HttpAddress) -> tuple[str, ...]:
    return tuple(address.path.strip("/").split("/"))


def _common_length(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    length = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        length += 1
    return length


def _netrc_words(text: str) -> list[str]:
    words: list[str] = []
    in_macro = False
    for line in text.splitlines():
        if in_macro:
            in_macro = bool(line.strip())
            continue
        for word in _split_quoted(line):
            if word.startswith("#") and (not words or words[-1] != "password"):
                break
            if word == "macdef":
                in_macro = True
                break
            words.append(word)
    return words


def _split_quoted(line: str) -> list[str]:
    """Words of a line; double quotes keep spaces together, a backslash the next letter."""
    words: list[str] = []
    word: str | None = None
    is_quoted = False
    letters = iter(line)
    for letter in letters:
        if letter == "\\":
            word = (word or "") + next(letters, "")
        elif letter == '"' and (is_quoted or word is None):
            is_quoted = not is_quoted
            word = word or ""
        elif letter.isspace() and not is_quoted:
            if word is not None:
                words.append(word)
            word = None
        else:
            word = (word or "") + letter
    if word is not None:
        words.append(word)
    return words


def _netrc_entry(machine: str | None, found: Mapping[str, str]) -> NetrcEntry:
    return NetrcEntry(machine, found.get("login", ""), found.get("password", ""))
