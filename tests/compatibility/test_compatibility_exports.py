"""What is exported, read by the newest pip that the real index offers."""

from __future__ import annotations

import os
import subprocess
import venv
from typing import TYPE_CHECKING

import pytest

from support.command_line import CommandLine
from support.loopback_index import LoopbackIndex

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.network

PASSED_ON = ("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "HTTPS_PROXY", "HTTP_PROXY")
PIPFILE = """\
[packages]
requests = {version = ">=2.30", extras = ["socks"]}
colorama = {version = "*", sys_platform = "== 'win32'"}
"""


@pytest.fixture
def locked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[CommandLine]:
    with LoopbackIndex() as nobody:
        pipenv = CommandLine(tmp_path, capsys, nobody)
        pipenv.environ.update({k: os.environ[k] for k in PASSED_ON if k in os.environ})
        pipenv.pipfile.write_text(PIPFILE, encoding="utf-8")
        pipenv.ok("lock")
        yield pipenv


@pytest.fixture(scope="module")
def pip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("pip")
    venv.create(root / "venv", with_pip=True)
    python = root / "venv" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "pip>=26"], check=True)
    return root / "venv" / "bin" / "pip"


def would_install(pip: Path, file: Path) -> str:
    done = subprocess.run(
        [pip, "install", "--dry-run", "-r", file], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1].lower()


@pytest.mark.parametrize("options", [(), ("--hash",), ("--hash", "--exclude-index")])
def test_requirements(locked: CommandLine, pip: Path, options: tuple[str, ...]) -> None:
    path = locked.root / "exported.txt"
    path.write_text(locked.ok("requirements", *options).stdout, encoding="utf-8")
    said = would_install(pip, path)
    versions = locked.locked_versions()
    for name in ("requests", "pysocks", "idna"):
        assert f"{name}-{versions[name]}" in said
    assert "colorama" not in said


def test_pylock(locked: CommandLine, pip: Path) -> None:
    locked.ok("pylock", "--generate")
    said = would_install(pip, locked.root / "pylock.toml")
    assert f"requests-{locked.locked_versions()['requests']}" in said
    assert "colorama" not in said
