"""Passwords that are written nowhere: key rings, after a refusal only."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import pipenv as package

if TYPE_CHECKING:
    from support.command_line import CommandLine
    from support.loopback_index import LoopbackIndex

PASSWORD = "pa55word"
PROGRAM = f"""\
import json, os, sys
words = sys.argv[1:]
with open(os.environ["KEYRING_LOG"], "a") as log:
    print("program", *words, file=log)
if words[0] == "get" and words[2] == "user":
    print("{PASSWORD}")
elif words[:4] == ["--mode", "creds", "--output", "json"] and ":" in words[5]:
    print(json.dumps({{"username": "user", "password": "{PASSWORD}"}}))
else:
    sys.exit(1)
"""
LIBRARY = f"""\
import os
def get_credential(service, username):
    with open(os.environ["KEYRING_LOG"], "a") as log:
        print("library", service, username, file=log)
    class Found:
        password = "{PASSWORD}" if username in (None, "user") else None
    Found.username = username or "user"
    return Found if Found.password else None
"""


@pytest.fixture
def log(tmp_path: Path, pipenv: CommandLine, index: LoopbackIndex) -> Path:
    """What key rings were asked: a program on the PATH; the library is in ``library``."""
    programs, library = tmp_path / "programs", tmp_path / "library"
    programs.mkdir()
    library.mkdir()
    (library / "keyring.py").write_text(LIBRARY)
    (programs / "keyring.py").write_text(PROGRAM)
    command = shlex.join([sys.executable, str(programs / "keyring.py")])
    script = programs / "keyring"
    script.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
    script.chmod(0o755)
    written = tmp_path / "log"
    written.touch()
    pipenv.environ["KEYRING_LOG"] = str(written)
    pipenv.environ["PATH"] = f"{programs}{os.pathsep}{pipenv.environ['PATH']}"
    index.credentials = ("user", PASSWORD)
    return written


def write_pipfile(pipenv: CommandLine, index: LoopbackIndex, user: str = "") -> None:
    url = index.url.replace("://", f"://{user}@") if user else index.url
    pipenv.pipfile.write_text(
        f'[[source]]\nname = "corp"\nurl = "{url}"\nverify_ssl = false\n\n'
        '[packages]\ntrunk = "*"\nloner = "*"\n'
    )


pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the program is a shell script")


def test_the_program_is_asked_once_after_a_refusal(
    pipenv: CommandLine, index: LoopbackIndex, log: Path
) -> None:
    write_pipfile(pipenv, index, "user")
    result = pipenv.ok("lock", "-v", PIPENV_KEYRING_PROVIDER="subprocess")
    assert log.read_text().splitlines() == [f"program get {index.url} user"]
    said = result.stdout + result.stderr + pipenv.lockfile.read_text()
    assert PASSWORD not in said
    assert pipenv.locked_versions() == {"leaf": "1.1", "loner": "0.5", "trunk": "1.2"}


def test_the_program_knows_the_user_too(
    pipenv: CommandLine, index: LoopbackIndex, log: Path
) -> None:
    write_pipfile(pipenv, index)
    pipenv.ok("lock", PIPENV_KEYRING_PROVIDER="subprocess")
    assert log.read_text().splitlines() == [
        f"program --mode creds --output json get {index.url}",
    ]


def test_pips_own_name_for_the_provider(
    pipenv: CommandLine, index: LoopbackIndex, log: Path
) -> None:
    write_pipfile(pipenv, index)
    assert pipenv("lock", PIP_KEYRING_PROVIDER="disabled").status == 1
    assert log.read_text() == ""
    pipenv.ok("lock", PIP_KEYRING_PROVIDER="subprocess")
    assert log.read_text() != ""


def test_no_key_ring_where_a_password_is_written(
    pipenv: CommandLine, index: LoopbackIndex, log: Path
) -> None:
    write_pipfile(pipenv, index, "user:wrong")
    result = pipenv("lock")
    assert result.status == 1
    assert "wrong" not in result.stderr.replace("s wrong", "")
    assert log.read_text() == ""


def test_disabled_and_unknown_providers(
    pipenv: CommandLine, index: LoopbackIndex, log: Path
) -> None:
    write_pipfile(pipenv, index)
    assert pipenv("lock", PIPENV_KEYRING_PROVIDER="disabled").status == 1
    assert log.read_text() == ""
    result = pipenv("lock", PIPENV_KEYRING_PROVIDER="magic")
    assert result.status == 1
    assert "PIPENV_KEYRING_PROVIDER is `magic`" in result.stderr


@pytest.mark.parametrize("provider", ["auto", "import"])
def test_the_library_is_asked_first(
    pipenv: CommandLine, index: LoopbackIndex, log: Path, tmp_path: Path, provider: str
) -> None:
    write_pipfile(pipenv, index)
    source = str(Path(package.__file__).parents[1])
    result = pipenv.spawn(
        "lock",
        PYTHONPATH=os.pathsep.join([str(tmp_path / "library"), source]),
        PIPENV_KEYRING_PROVIDER=provider,
    )
    assert result.status == 0, result.stderr
    assert log.read_text().splitlines() == [f"library {index.url} None"]
