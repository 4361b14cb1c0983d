"""URLs whose printed form shows no credentials."""

from __future__ import annotations

from pipenv.errors import InvalidValue

_SCHEME_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.")
_DEFAULT_PORTS = {"http": 80, "https": 443, "ssh": 22, "git": 9418, "ftp": 21}


class Url:
    """A URL. ``str()`` is safe to show; `text` is the whole, for those who connect."""

    __slots__ = (
        "_authority_end",
        "_authority_start",
        "_userinfo_end",
        "host",
        "port",
        "scheme",
        "text",
    )

    def __init__(self, text: str) -> None:
        """Split `text`; one without ``://`` has no scheme and no host.

        Raises:
            InvalidValue: the port is no number.
        """
        self.text = text
        scheme, separator, rest = text.partition("://")
        if not _is_scheme(scheme):
            separator = ""
        self.scheme = scheme.lower() if separator else ""
        start = len(scheme) + 3 if separator else 0
        end = min(
            (start + at for at in map((rest if separator else text).find, "/?#") if at >= 0),
            default=len(text),
        )
        if not separator:
            end = start if "@" not in text[start:end] else end
        self._authority_start, self._authority_end = start, end
        userinfo, at_sign, host = text[start:end].rpartition("@")
        self._userinfo_end = start + len(userinfo) if at_sign else start
        self.host, self.port = self._host_and_port(host) if separator else ("", None)

    def _host_and_port(self, text: str) -> tuple[str, int | None]:
        host, colon, port = text.rpartition(":")
        if not colon or port.endswith("]"):
            host, port = text, ""
        if port and not (port.isascii() and port.isdigit() and int(port) < 65536):
            # A password with a slash in it ends up here, so show nothing before the last `@`.
            shown = self.text[self.text.rfind("@") + 1 :]
            raise InvalidValue(f"the URL that ends in `{shown}` has no valid port")
        default = _DEFAULT_PORTS.get(self.scheme.rpartition("+")[2])
        return host.strip("[]").lower(), int(port) if port else default

    @property
    def origin(self) -> tuple[str, str, int | None]:
        """Scheme, host and port: who answers, and so who may be given credentials."""
        return self.scheme, self.host, self.port

    @property
    def username(self) -> str | None:
        """The user name, decoded; `None` when there is none."""
        userinfo = self.text[self._authority_start : self._userinfo_end]
        return _decoded(userinfo.partition(":")[0]) if self._has_userinfo else None

    @property
    def password(self) -> str | None:
        """The password, decoded; `None` when there is none."""
        userinfo = self.text[self._authority_start : self._userinfo_end]
        _, colon, password = userinfo.partition(":")
        return _decoded(password) if self._has_userinfo and colon else None

    def without_credentials(self) -> Url:
        """Return the same URL without user name and password."""
        if not self._has_userinfo:
            return self
        return Url(self.text[: self._authority_start] + self.text[self._userinfo_end + 1 :])

    @property
    def _has_userinfo(self) -> bool:
        at = self._userinfo_end
        return at < self._authority_end and self.text[at] == "@"

    def __str__(self) -> str:
        # ``git@host`` is the name of a service, not a secret.
        if not self._has_userinfo or self.text[self._authority_start : self._userinfo_end] == "git":
            return self.text
        return f"{self.text[: self._authority_start]}****{self.text[self._userinfo_end :]}"

    def __repr__(self) -> str:
        return f"<Url {self}>"

    def __hash__(self) -> int:
        return hash(self.text)

    def __eq__(self, other: object) -> bool:
        return self.text == other.text if isinstance(other, Url) else NotImplemented


def _is_scheme(text: str) -> bool:
    return bool(text) and _SCHEME_CHARACTERS.issuperset(text)


def _decoded(text: str) -> str:
    """Undo percent encoding; a ``%`` that begins no code stays."""
    if "%" not in text:
        return text
    head, *rest = text.encode().split(b"%")
    decoded = bytearray(head)
    for part in rest:
        try:
            decoded += bytes.fromhex(part[:2].decode("ascii")) if len(part) > 1 else b"%"
            decoded += part[2:] if len(part) > 1 else part
        except ValueError:
            decoded += b"%" + part
    return decoded.decode("utf-8", "replace")
