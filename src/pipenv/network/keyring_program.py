"""Passwords from the program ``keyring``, wherever on the PATH it is. Loaded after a refusal."""

from __future__ import annotations

import json
import os
import sys

from pipenv.errors import FileAccessError
from pipenv.processes import find_program, run_captured

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PATIENCE_SECONDS = 120.0
"""A key ring may have to ask its owner to be unlocked."""


def ask_program(
    services: Sequence[str], username: str | None, environ: Mapping[str, str]
) -> tuple[str, str] | None:
    """Return user name and password, `None` where the program is missing or knows none.

    Args:
        services: names under which a password may be kept, the likeliest first.
        username: of whom, if known.
        environ: has the PATH, and is the environment of the program.
    """
    program = find_program("keyring", environ, platform=sys.platform)
    if program is None or not os.path.isabs(program):
        return None
    for service in services:
        words = ["get", service, username]
        if username is None:
            words = ["--mode", "creds", "--output", "json", "get", service]
        answer = _output([program, *(word for word in words if word)], environ)
        if answer is None:
            continue
        found = _credentials(answer) if username is None else (username, answer.rstrip("\r\n"))
        if found is not None and found[1]:
            return found
    return None


def _output(argv: Sequence[str], environ: Mapping[str, str]) -> str | None:
    try:
        done = run_captured(argv, environment=environ, timeout_seconds=_PATIENCE_SECONDS)
    except FileAccessError:
        return None
    return done.stdout.decode("utf-8", "replace") if done.status == 0 else None


def _credentials(answer: str) -> tuple[str, str] | None:
    try:
        found = json.loads(answer)
    except ValueError:
        return None
    if not isinstance(found, dict):
        return None
    username, password = found.get("username"), found.get("password")
    if isinstance(username, str) and isinstance(password, str):
        return username, password
    return None
