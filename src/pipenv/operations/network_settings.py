"""How patient the HTTP client is: by our own variables, else by pip's."""

from __future__ import annotations

from pipenv.errors import RequestRefused
from pipenv.network.client import RetryPolicy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipenv.settings import Settings

DEFAULT_TIMEOUT_SECONDS = 15.0
MOST_RETRIES = 100
_LONGEST_TIMEOUT_SECONDS = 86_400.0
_TIMEOUT_VARIABLES = ("PIPENV_TIMEOUT", "PIP_DEFAULT_TIMEOUT", "PIP_TIMEOUT")


def timeout_seconds(settings: Settings, environ: Mapping[str, str]) -> float:
    """How long to wait for a connection, and for each next byte.

    ``PIPENV_REQUESTS_TIMEOUT``, else ``PIPENV_TIMEOUT``, else pip's variables.

    Raises:
        RequestRefused: a variable is no number, or not above zero.
    """
    own = settings.number("requests_timeout")
    if own is not None:
        return _number("PIPENV_REQUESTS_TIMEOUT", str(own), 0.001, _LONGEST_TIMEOUT_SECONDS)
    for name in _TIMEOUT_VARIABLES:
        text = environ.get(name, "").strip()
        if text:
            return _number(name, text, 0.001, _LONGEST_TIMEOUT_SECONDS)
    return DEFAULT_TIMEOUT_SECONDS


def retry_policy(settings: Settings, environ: Mapping[str, str]) -> RetryPolicy:
    """How often to try again: ``PIPENV_MAX_RETRIES``, else pip's ``PIP_RETRIES``.

    Raises:
        RequestRefused: a variable is no whole number, or below zero.
    """
    asked = settings.number("retries")
    if asked is not None:
        return RetryPolicy(attempts=asked + 1)
    own = settings.number("max_retries")
    text = str(own) if own is not None else environ.get("PIP_RETRIES", "").strip()
    if not text:
        return RetryPolicy()
    name = "PIP_RETRIES" if own is None else "PIPENV_MAX_RETRIES"
    return RetryPolicy(attempts=1 + int(_number(name, text, 0, MOST_RETRIES)))


def _number(variable: str, text: str, least: float, most: float) -> float:
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not least <= found <= most:
        wanted = "above zero" if least else "from zero on"
        raise RequestRefused(
            f"{variable} is `{text}`, which is not a sensible number {wanted}",
            hints=[f"set {variable} to a number or unset it"],
        )
    return found
