"""``direct_url.json`` as text: where a distribution came from when no index had it (PEP 610)."""

from __future__ import annotations

from pipenv.models.urls import Url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

try:
    # What `json` uses to write strings; the package itself takes longer to load than this is worth.
    from _json import encode_basestring_ascii as _quoted
except ImportError:
    from json.encoder import py_encode_basestring_ascii as _quoted


def direct_url_text(value: Mapping[str, object]) -> bytes:
    """The content of ``direct_url.json``; credentials in its URL are left out.

    ``git@`` stays, which names a service, and so do ``${VARIABLES}``.

    Raises:
        TypeError: it holds what JSON has no form for.
    """
    url = value.get("url")
    if isinstance(url, str):
        value = {**value, "url": _without_secrets(url)}
    return _json(value).encode()


def _without_secrets(url: str) -> str:
    parsed = Url(url)
    if str(parsed) == url:
        return url
    userinfo = url.partition("://")[2].rpartition("@")[0]
    if all(part.startswith("${") and part.endswith("}") for part in userinfo.split(":")):
        return url
    return parsed.without_credentials().text


def _json(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return _quoted(value)
        case int():
            return str(value)
        case dict():
            pairs = [f"{_quoted(str(name))}: {_json(member)}" for name, member in value.items()]
            return "{" + ", ".join(pairs) + "}"
        case list() | tuple():
            return "[" + ", ".join(_json(member) for member in value) + "]"
        case _:
            raise TypeError(f"{type(value).__name__} has no form in JSON")
