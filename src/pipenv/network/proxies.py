"""Which proxy a request goes through, from the usual variables.

``HTTP_PROXY``, ``HTTPS_PROXY``, ``ALL_PROXY`` and ``NO_PROXY``, in capitals or small letters (small
ones win, as everywhere); pip's own ``PIP_PROXY`` wins over all but the last.  Only HTTP proxies;
``https:`` goes through them with CONNECT.
"""

from __future__ import annotations

from binascii import b2a_base64

from pipenv.errors import ConnectionFailed
from pipenv.models.records import NamedTuple
from pipenv.network.addresses import parse_address, percent_decoded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipenv.network.addresses import HttpAddress


class Proxy(NamedTuple):
    """An HTTP proxy."""

    address: HttpAddress
    authorization: str | None
    """The value of ``Proxy-Authorization``."""
    variable: str
    """Where it comes from, for messages."""


def proxy_for(address: HttpAddress, environ: Mapping[str, str]) -> Proxy | None:
    """Return the proxy for requests to `address`; `None` to connect directly.

    Raises:
        ConnectionFailed: the variable holds something that is no HTTP proxy.
    """
    pips_own = environ.get("PIP_PROXY", "").strip()
    if pips_own:
        return None if is_exempt(address, environ) else _parse(pips_own, "PIP_PROXY")
    for name in (f"{address.scheme}_proxy", "all_proxy"):
        for variable in (name, name.upper()):
            if variable == "HTTP_PROXY" and "REQUEST_METHOD" in environ:
                continue  # in a CGI program that is a header of the request
            value = environ.get(variable, "").strip()
            if value:
                return None if is_exempt(address, environ) else _parse(value, variable)
    return None


def is_exempt(address: HttpAddress, environ: Mapping[str, str]) -> bool:
    """Tell whether ``NO_PROXY`` names the host: itself, a domain above it, or ``*``."""
    listed = environ.get("no_proxy") or environ.get("NO_PROXY") or ""
    for entry in listed.replace(",", " ").lower().split():
        if entry == "*":
            return True
        host, port = _entry(entry)
        if port is not None and port != str(address.port):
            continue
        domain = host.removeprefix("*").lstrip(".")
        if domain and (address.host == domain or address.host.endswith(f".{domain}")):
            return True
    return False


def _entry(entry: str) -> tuple[str, str | None]:
    if entry.startswith("["):
        host, _, port = entry[1:].partition("]")
        return host, port.removeprefix(":") or None
    if entry.count(":") == 1:
        host, _, port = entry.partition(":")
        return host, port or None
    return entry, None


def _parse(value: str, variable: str) -> Proxy:
    text = value if "://" in value else f"http://{value}"
    if not text.lower().startswith("http://"):
        raise ConnectionFailed(
            f"the proxy of {variable} is not an HTTP proxy",
            hints=[f"set {variable} to http://host:port, or name the host in NO_PROXY"],
        )
    authority = text[len("http://") :].partition("/")[0]
    user, at, _ = authority.rpartition("@")
    authorization = None
    if at:
        token = percent_decoded(user) if ":" in user else f"{percent_decoded(user)}:"
        encoded = b2a_base64(token.encode(), newline=False).decode("ascii")
        authorization = f"Basic {encoded}"
    return Proxy(parse_address(text), authorization, variable)
