"""pip's configuration files, as far as they say where a network and an index are.

A company's machines have the address of its index there. It becomes the source of a Pipfile that
names none, as upstream has it; passwords in it are used and never written down.
"""

from __future__ import annotations

import configparser
from urllib.parse import unquote

from pipenv.errors import FileAccessError
from pipenv.events import Notice
from pipenv.models.indexes import Index
from pipenv.operations.documents import read_text
from pipenv.operations.new_sources import is_trusted, trusted_hosts
from pipenv.operations.pip_places import PipConfiguration

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pipenv.events import Reporter

_SECTIONS = ("global", "install")
_VARIABLES = {
    "cert": "PIP_CERT",
    "client-cert": "PIP_CLIENT_CERT",
    "proxy": "PIP_PROXY",
    "timeout": "PIP_TIMEOUT",
    "default-timeout": "PIP_DEFAULT_TIMEOUT",
    "retries": "PIP_RETRIES",
    "trusted-host": "PIP_TRUSTED_HOSTS",
    "keyring-provider": "PIP_KEYRING_PROVIDER",
    "no-input": "PIP_NO_INPUT",
}
"""Keys that mean something here → the variables that say the same."""
_SAME = {
    "PIP_TIMEOUT": ("PIP_DEFAULT_TIMEOUT",),
    "PIP_DEFAULT_TIMEOUT": ("PIP_TIMEOUT",),
    "PIP_TRUSTED_HOSTS": ("PIP_TRUSTED_HOST",),
}
"""Other names of a variable; a configuration file says nothing where one of them is set."""


def pip_configuration(
    files: Sequence[str], environ: Mapping[str, str], report: Reporter
) -> PipConfiguration:
    """What `files` say, the weakest first; `report` is told of those that cannot be read."""

    def read(path: str) -> str | None:
        try:
            return read_text(path)
        except FileAccessError:
            return None

    found = read_pip_configuration(files, read, environ)
    for path in found.unreadable:
        report(Notice("ignored", f"pip's configuration file {path} cannot be read"))
    return found


def read_pip_configuration(
    paths: Sequence[str], read: Callable[[str], str | None], environ: Mapping[str, str]
) -> PipConfiguration:
    """Take the files together; one that pip itself could not read says nothing.

    Args:
        paths: see `pip_places`.
        read: gives the text of a file, `None` where it has none.
        environ: variables win over what the files say.
    """
    parser = configparser.RawConfigParser()
    unreadable = []
    for path in paths:
        text = read(path)
        one = configparser.RawConfigParser()
        try:
            one.read_string(text or "", path)
        except configparser.Error:
            text = None
        if text is None:
            unreadable.append(path)
            continue
        parser.read_dict({name: dict(one.items(name)) for name in one.sections()})
    told = _variables(parser, environ)
    for section in _SECTIONS:
        url = _value(parser, section, "index-url")
        if url:
            hosts = trusted_hosts({**told, **environ})
            bare, login = _without_login(url.split()[0])
            verify = bare.lower().startswith("https://") and not is_trusted(bare, hosts)
            index = Index(f"pip_conf_index_{section}", bare, verify)
            return PipConfiguration(index, login, told, tuple(unreadable))
    return PipConfiguration(None, None, told, tuple(unreadable))


def _variables(parser: configparser.RawConfigParser, environ: Mapping[str, str]) -> dict[str, str]:
    told: dict[str, str] = {}
    for section in _SECTIONS:
        for key, variable in _VARIABLES.items():
            value = " ".join(_value(parser, section, key).split())
            is_told = any(environ.get(name) for name in (variable, *_SAME.get(variable, ())))
            if value and not is_told:
                told[variable] = value
    return told


def _value(parser: configparser.RawConfigParser, section: str, key: str) -> str:
    for spelling in (key, key.replace("-", "_")):
        found = parser.get(section, spelling, fallback="")
        if found:
            return found.strip()
    return ""


def _without_login(url: str) -> tuple[str, tuple[str, str] | None]:
    """A URL as it may be written down, and what had to be left out.

    A login of placeholders stays: it is no secret.
    """
    scheme, mark, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    login, at, host = authority.rpartition("@")
    if not at or "${" in login:
        return url, None
    user, _, password = login.partition(":")
    return f"{scheme}{mark}{host}{slash}{path}", (unquote(user), unquote(password))
