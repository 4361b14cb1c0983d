"""HTTP and HTTPS URLs, taken apart for the wire, and references resolved against them (RFC 3986).

A `HttpAddress` never holds a user name or password: see `pipenv.network.credentials` for those.
Its own module, because `urllib.parse` takes longer to import than most pages to fetch.
"""

from __future__ import annotations

from pipenv.errors import ConnectionFailed
from pipenv.models.records import NamedTuple

DEFAULT_PORTS = {"http": 80, "https": 443}

_LEGAL_IN_TARGET = frozenset(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'()*+,;=%"
)
_HEX_DIGITS = frozenset("0123456789abcdefABCDEF")

Origin = tuple[str, str, int]
"""Scheme, host and port."""


class HttpAddress(NamedTuple):
    """Where a request goes, and what it asks for."""

    scheme: str
    host: str
    """Lower-case; ASCII; an IPv6 address without its brackets."""
    port: int
    target: str
    """Path and query, percent-encoded; begins with a slash."""

    @property
    def origin(self) -> Origin:
        """What credentials and connections belong to."""
        return (self.scheme, self.host, self.port)

    @property
    def authority(self) -> str:
        """Host, and port where it is not the scheme's own: the ``Host`` header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"

    def shown(self) -> str:
        """The URL for messages: without the query, which may hold a signature."""
        return printable(f"{self.scheme}://{self.authority}{self.path}")


def parse_address(url: str) -> HttpAddress:
    """Take an HTTP URL apart. User name, password and fragment are dropped.

    Raises:
        ConnectionFailed: it is not an ``http:`` or ``https:`` URL with a host and a valid port.
    """
    scheme, separator, rest = url.partition("://")
    scheme = scheme.lower()
    if not separator or scheme not in DEFAULT_PORTS:
        raise ConnectionFailed(f"`{_without_secrets(url)}` is not an HTTP address")
    cut = len(rest)
    for mark in "/?#":
        found = rest.find(mark)
        if found >= 0:
            cut = min(cut, found)
    authority, target = rest[:cut], rest[cut:]
    host, port = _host_and_port(authority.rpartition("@")[2], scheme, url)
    return HttpAddress(scheme, host, port, _target(target))


def join(base: str, reference: str) -> str:
    """Resolve `reference`, as found in the document at `base`, to an absolute URL."""
    if not reference:
        return base.partition("#")[0]
    scheme, colon, _ = reference.partition(":")
    if colon and scheme.isascii() and scheme.isalnum() and scheme[0].isalpha():
        return reference
    scheme, _, rest = base.partition("://")
    if reference.startswith("//"):
        return f"{scheme}:{reference}"
    plain = rest.partition("#")[0]
    if reference[0] == "#":
        return f"{scheme}://{plain}{reference}"
    plain = plain.partition("?")[0]
    if reference[0] == "?":
        return f"{scheme}://{plain}{reference}"
    authority, _, folder = plain.partition("/")
    if reference[0] == "/":
        folder = ""
        reference = reference[1:]
    else:
        folder = folder.rpartition("/")[0]
    mark = min((at for at in map(reference.find, "?#") if at >= 0), default=len(reference))
    path, tail = reference[:mark], reference[mark:]
    path = _without_dots(f"{folder}/{path}" if folder else path)
    return f"{scheme}://{authority}/{path}{tail}"


def printable(text: str) -> str:
    """`text` without the control characters that a terminal would obey."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def percent_decoded(text: str) -> str:
    """`text` with its percent escapes replaced; odd ones are left as they are."""
    if "%" not in text:
        return text
    first, *pieces = text.split("%")
    data = first.encode("utf-8", "replace")
    for piece in pieces:
        escape = piece[:2]
        if len(escape) == 2 and _HEX_DIGITS.issuperset(escape):
            data += bytes.fromhex(escape) + piece[2:].encode("utf-8", "replace")
        else:
            data += b"%" + piece.encode("utf-8", "replace")
    return data.decode("utf-8", "replace")


def _host_and_port(text: str, scheme: str, url: str) -> tuple[str, int]:
    if text.startswith("["):
        host, _, rest = text[1:].partition("]")
        port = rest.removeprefix(":")
    else:
        host, _, port = text.partition(":")
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            host = ""
    is_host = bool(host) and host.isprintable() and " " not in host
    is_port = not port or (port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65536)
    if not is_host or not is_port:
        raise ConnectionFailed(f"`{_without_secrets(url)}` has no usable host or port")
    return host.lower(), int(port) if port else DEFAULT_PORTS[scheme]


def _target(text: str) -> str:
    text = text.partition("#")[0]
    if not text.startswith("/"):
        text = f"/{text}"
    data = text.encode("utf-8", "surrogateescape")
    if _LEGAL_IN_TARGET.issuperset(data):
        return text
    return "".join(chr(each) if each in _LEGAL_IN_TARGET else f"%{each:02X}" for each in data)


def _without_dots(path: str) -> str:
    if "." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")
    for position, segment in enumerate(segments):
        is_last = position == len(segments) - 1
        if segment == "..":
            if kept:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
            continue
        if is_last:
            kept.append("")
    return "/".join(kept)


def _without_secrets(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    if not separator:
        return printable(url.partition("?")[0])
    place = rest.partition("?")[0].partition("#")[0]
    authority, slash, path = place.partition("/")
    return printable(f"{scheme}://{authority.rpartition('@')[2]}{slash}{path}")
