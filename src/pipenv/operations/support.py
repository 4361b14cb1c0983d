"""The report for bug reports, in Markdown; nothing secret is in it."""

from __future__ import annotations

import os
import pprint
import sys

import pipenv
from pipenv.errors import PipenvError
from pipenv.operations.documents import read_text
from pipenv.operations.pythons import known_pythons
from pipenv.operations.redaction import HIDDEN, is_secret_name, secrets_of, without_secrets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipenv.operations.session import Session

SHOWN = ("PATH", "SHELL", "EDITOR", "LANG", "PWD", "VIRTUAL_ENV")


def report(session: Session) -> str:
    """Return the report; what cannot be found out is left out."""
    lines = "\n".join(_lines(session))
    for secret in secrets_of(session.environ):
        lines = lines.replace(secret, HIDDEN)
    return lines


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
            yield f"  - `{name}`: `{HIDDEN if is_secret_name(name) else without_secrets(value)}`"


def _file(name: str, language: str, path: str) -> Iterator[str]:
    try:
        text = read_text(path)
    except PipenvError:
        return
    if text is not None:
        yield f"Contents of `{name}` ({path!r}):\n"
        yield f"```{language}\n{without_secrets(text.rstrip())}\n```\n"
