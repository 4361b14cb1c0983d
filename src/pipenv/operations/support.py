"""The report for bug reports, in Markdown; nothing secret is in it."""

from __future__ import annotations

import os
import pprint
import sys

import pipenv
from pipenv.errors import PipenvError
from pipenv.models.urls import Url
from pipenv.operations.documents import read_text
from pipenv.operations.pythons import known_pythons

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipenv.operations.session import Session

SHOWN = ("PATH", "SHELL", "EDITOR", "LANG", "PWD", "VIRTUAL_ENV")
_TELLING = ("KEY", "TOKEN", "PASSWORD", "SECRET", "AUTH")
_HIDDEN = "****"
_OPENERS = "\"' \t\n=(,["


def report(session: Session) -> str:
    """Return the report; what cannot be found out is left out."""
    return "\n".join(_lines(session))


def _lines(session: Session) -> Iterator[str]:
    interpreter = session.probe().interpreter(sys.executable)
    yield "<details><summary>$ pipenv --support</summary>\n"
    yield f"Pipenv version: `{pipenv.__version__!r}`\n"
    yield f"Pipenv location: `{os.path.dirname(pipenv.__file__)!r}`\n"
    yield f"Python location: `{sys.executable!r}`\n"
    yield f"OS Name: `{os.name!r}`\n"
    yield "user Python installations found:\n"
    for each in known_pythons(session).pythons:
        if each.version:
            yield f"  - `{each.version}`: `{each.path}`"
    yield "\nPEP 508 Information:\n"
    yield f"```\n{pprint.pformat(dict(interpreter.environment))}\n```\n"
    yield "System environment variables:\n"
    yield from (f"  - `{name}`" for name in session.environ)
    yield "\nPipenv-specific environment variables:\n"
    yield from _values(session.environ, lambda name: name.startswith("PIPENV"))
    yield "\nDebug-specific environment variables:\n"
    yield from _values(session.environ, SHOWN.__contains__)
    yield "\n---------------------------\n"
    yield from _file("Pipfile", "toml", session.project.pipfile_path)
    yield from _file("Pipfile.lock", "json", session.project.lockfile_path)
    yield "</details>"


def _values(environ: Mapping[str, str], is_wanted: object) -> Iterator[str]:
    for name, value in environ.items():
        if callable(is_wanted) and is_wanted(name):
            is_secret = any(word in name for word in _TELLING)
            yield f"  - `{name}`: `{_HIDDEN if is_secret else without_secrets(value)}`"


def _file(name: str, language: str, path: str) -> Iterator[str]:
    try:
        text = read_text(path)
    except PipenvError:
        return
    if text is not None:
        yield f"Contents of `{name}` ({path!r}):\n"
        yield f"```{language}\n{without_secrets(text.rstrip())}\n```\n"


def without_secrets(text: str) -> str:
    """`text` with the passwords of all URLs in it hidden."""
    done: list[str] = []
    at = 0
    while (place := text.find("://", at)) >= 0:
        start = place
        while start > at and text[start - 1] not in _OPENERS:
            start -= 1
        end = place
        while end < len(text) and text[end] not in "\"'\n \t),]":
            end += 1
        done += [text[at:start], str(Url(text[start:end]))]
        at = end
    return "".join([*done, text[at:]])
