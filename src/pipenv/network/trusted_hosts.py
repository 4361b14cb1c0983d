"""Hosts whose certificates need not be verified where a source is added for them."""

from __future__ import annotations

from pipenv.network.addresses import parse_address

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_VARIABLE = "PIP_TRUSTED_HOSTS"


def is_trusted_host(url: str, environ: Mapping[str, str]) -> bool:
    """Tell whether ``PIP_TRUSTED_HOSTS`` names the host of `url`, or its host with its port.

    Raises:
        ConnectionFailed: `url` is no HTTP URL.
    """
    address = parse_address(url)
    for entry in environ.get(_VARIABLE, "").replace(",", " ").lower().split():
        if entry in {address.host, f"{address.host}:{address.port}", f"[{address.host}]"}:
            return True
    return False
