"""TLS settings for connections: what is trusted, and the client's own certificate.

The only module that imports `ssl`.  Nothing in this package imports it: whoever makes the
`pipenv.network.client.Client` gives it a function that does, when an ``https:`` host is first met.
"""

from __future__ import annotations

import os
import ssl
from importlib.util import find_spec

from pipenv.errors import ConnectionFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

TRUST_VARIABLES = ("PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
"""The first that is set names the authorities to trust, instead of the system's."""


def make_tls_context(environ: Mapping[str, str], *, verify: bool) -> ssl.SSLContext:
    """Make the settings for connections whose certificate is, or is not, verified.

    Costs some milliseconds; make one per value of `verify`.

    Raises:
        ConnectionFailed: a variable names a file that cannot be used.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    if verify:
        _trust(context, environ)
    else:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    own = environ.get("PIP_CLIENT_CERT")
    if own:
        try:
            context.load_cert_chain(own)
        except (OSError, ValueError) as error:
            raise _unusable("PIP_CLIENT_CERT", own) from error
    return context


def _trust(context: ssl.SSLContext, environ: Mapping[str, str]) -> None:
    for variable in TRUST_VARIABLES:
        path = environ.get(variable)
        if path:
            _load(context, path, variable)
            return
    folder = environ.get("SSL_CERT_DIR")
    if folder:
        _load(context, folder, "SSL_CERT_DIR")
        return
    context.load_default_certs(ssl.Purpose.SERVER_AUTH)
    if not context.cert_store_stats()["x509_ca"] and not _has_certificate_folder():
        bundle = _certifi_bundle()
        if bundle is not None:
            context.load_verify_locations(cafile=bundle)


def _load(context: ssl.SSLContext, path: str, variable: str) -> None:
    try:
        if os.path.isdir(path):
            context.load_verify_locations(capath=path)
        else:
            context.load_verify_locations(cafile=path)
    except (OSError, ValueError) as error:
        raise _unusable(variable, path) from error


def _unusable(variable: str, path: str) -> ConnectionFailed:
    return ConnectionFailed(
        f"the certificates that {variable} names cannot be used: `{path}`",
        hints=[f"let {variable} name a file in PEM format, or unset it"],
    )


def _has_certificate_folder() -> bool:
    """Tell whether OpenSSL has a folder of authorities, which it reads only on demand."""
    folder = ssl.get_default_verify_paths().capath
    try:
        return bool(folder) and bool(os.listdir(folder))
    except OSError:
        return False


def _certifi_bundle() -> str | None:
    """The file of the `certifi` package, found without importing it (that takes longer)."""
    spec = find_spec("certifi")
    for folder in (spec.submodule_search_locations if spec else None) or ():
        path = os.path.join(folder, "cacert.pem")
        if os.path.isfile(path):
            return path
    return None
