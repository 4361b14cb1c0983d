"""The URLs of sources as people write them: with placeholders, user names and passwords.

Placeholders (``${VAR}``, ``$VAR``) are filled in when a URL is used, and nowhere else.
"""

from __future__ import annotations

from pipenv.models.records import NamedTuple
from pipenv.network.addresses import percent_decoded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class SourceAddress(NamedTuple):
    """A source's URL with its placeholders filled in."""

    url: str
    """Without user name and password; safe to print, to store and to send elsewhere."""
    username: str | None
    password: str | None
    secrets: tuple[str, ...] = ()
    """Values that placeholders have brought into `url`: not to be shown."""


def source_address(url: str, environ: Mapping[str, str]) -> SourceAddress:
    """Fill in the placeholders of a source's URL and take its user name and password out.

    Values of variables are taken as they are, whatever characters they hold; what is written
    literally is percent-encoded as in any URL. Variables that are not set stay as written. One
    variable may hold user name and password with a colon between them.
    """
    scheme, separator, rest = url.partition("://")
    if not separator:
        return SourceAddress(expand(url, environ), None, None)
    authority, slash, path = rest.partition("/")
    userinfo, at, host = authority.rpartition("@")
    plain = f"{scheme}://{expand(host + slash + path, environ)}"
    secrets = tuple(sorted(environ[name] for name in variables_of(path) if environ.get(name)))
    if not at:
        return SourceAddress(plain, None, None, secrets)
    username, colon, password = userinfo.partition(":")
    user = expand(_unquoted(username), environ, literal=percent_decoded)
    if not colon:
        user, _, secret = user.partition(":")
        return SourceAddress(plain, user, secret, secrets)
    secret = expand(_unquoted(password), environ, literal=percent_decoded)
    return SourceAddress(plain, user, secret, secrets)


def expand(text: str, environ: Mapping[str, str], literal: Callable[[str], str] = str) -> str:
    """Replace ``${VAR}`` and ``$VAR``; variables that are not set stay. `literal` maps the rest."""
    if "$" not in text:
        return literal(text)
    first, *pieces = text.split("$")
    result = literal(first)
    for piece in pieces:
        if piece.startswith("{") and "}" in piece:
            name, _, rest = piece[1:].partition("}")
            written = f"${{{name}}}"
        else:
            end = _name_length(piece)
            name, rest = piece[:end], piece[end:]
            written = f"${name}"
        result += environ.get(name, written) if name else written
        result += literal(rest)
    return result


def variables_of(url: str) -> frozenset[str]:
    """Names of the variables that a source's URL refers to."""
    names = set()
    for piece in url.split("$")[1:]:
        if piece.startswith("{") and "}" in piece:
            names.add(piece[1:].partition("}")[0])
        else:
            names.add(piece[: _name_length(piece)])
    return frozenset(names - {""})


def _name_length(text: str) -> int:
    """The number of letters at the start of `text` that can be a variable's name."""
    return next(
        (at for at, letter in enumerate(text) if not (letter.isalnum() or letter == "_")),
        len(text),
    )


def _unquoted(text: str) -> str:
    """`text` without the single quotes that some write around a placeholder."""
    if len(text) > 2 and text[0] == text[-1] == "'" and "$" in text:
        return text[1:-1]
    return text
