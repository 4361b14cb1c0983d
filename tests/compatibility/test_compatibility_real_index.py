"""The main job on the real index, and beside the Pipenv that the real index offers.

These few tests need the network; they leave `[[source]]` out, which means PyPI.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from typing import TYPE_CHECKING

import pytest

from support.command_line import CommandLine
from support.loopback_index import LoopbackIndex

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.network

UPSTREAM = "pipenv>=2026.8,<2026.11"
PASSED_ON = ("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "HTTPS_PROXY", "HTTP_PROXY")


@pytest.fixture
def pipenv(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[CommandLine]:
    with LoopbackIndex() as nobody:
        command_line = CommandLine(tmp_path, capsys, nobody)
        command_line.environ.update({k: os.environ[k] for k in PASSED_ON if k in os.environ})
        yield command_line
        assert nobody.total() == 0


@pytest.fixture(scope="module")
def upstream(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program of the other Pipenv, in an environment of its own."""
    root = tmp_path_factory.mktemp("upstream")
    venv.create(root / "venv", with_pip=True)
    python = root / "venv" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", UPSTREAM], check=True)
    return root / "venv" / "bin" / "pipenv"


def run_upstream(
    upstream: Path, pipenv: CommandLine, *words: str
) -> subprocess.CompletedProcess[str]:
    environ = {
        **pipenv.environ,
        "PIPENV_VENV_IN_PROJECT": "1",
        "PIP_CONFIG_FILE": os.devnull,
        "CI": "1",
    }
    return subprocess.run(
        [upstream, *words],
        cwd=pipenv.root,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def test_install_requests_in_an_empty_folder(pipenv: CommandLine) -> None:
    pipenv.ok("install", "requests")
    assert pipenv.pipfile.read_text().endswith(
        '[packages]\nrequests = "*"\n\n[dev-packages]\n\n[requires]\n'
        f'python_version = "{sys.version_info[0]}.{sys.version_info[1]}"\n'
    )
    lock = pipenv.locked()
    assert {"certifi", "idna", "requests", "urllib3"} <= set(lock["default"])
    assert all(len(entry["hashes"]) >= 2 for entry in lock["default"].values())
    answer = pipenv.spawn("run", "python", "-c", "import requests; print(requests.__version__)")
    assert answer.stdout.strip() == pipenv.locked_versions()["requests"]
    checked = pipenv.spawn("run", "python", "-m", "pip", "check")
    assert checked.stdout == "No broken requirements found.\n"


def test_source_distributions_are_built(pipenv: CommandLine) -> None:
    pipenv.ok("install", "docopt==0.6.2", "sgmllib3k==1.0.0")
    assert pipenv.installed() == {"docopt": "0.6.2", "sgmllib3k": "1.0.0"}
    answer = pipenv.spawn("run", "python", "-c", "import docopt, sgmllib; print('imported')")
    assert answer.stdout == "imported\n"


def test_an_unsatisfiable_pipfile_is_explained(pipenv: CommandLine) -> None:
    pipenv.pipfile.write_text('[packages]\ndjango = "<2"\ndjangorestframework = ">=3.15"\n')
    before = pipenv.snapshot()
    result = pipenv("lock")
    assert result.status == 1
    assert "django <2" in result.stderr
    assert "djangorestframework >=3.15" in result.stderr
    assert pipenv.snapshot() == before


def test_our_lock_is_accepted_by_the_other_pipenv(pipenv: CommandLine, upstream: Path) -> None:
    pipenv.ok("install", "flask", "sqlalchemy[asyncio]>=2")
    pipenv.ok("install", "--dev", "pytest")
    before = pipenv.snapshot()
    verified = run_upstream(upstream, pipenv, "verify")
    assert (verified.returncode, verified.stdout) == (0, "Pipfile.lock is up-to-date.\n")
    deployed = run_upstream(upstream, pipenv, "install", "--deploy")
    assert deployed.returncode == 0, deployed.stderr
    synced = run_upstream(upstream, pipenv, "sync", "--dev")
    assert synced.returncode == 0, synced.stderr
    assert pipenv.snapshot() == before
    graph = json.loads(run_upstream(upstream, pipenv, "graph", "--json").stdout)
    theirs = {entry["package"]["key"]: entry["package"]["installed_version"] for entry in graph}
    assert theirs == pipenv.installed()


def test_a_lock_of_the_other_pipenv_is_accepted_by_us(pipenv: CommandLine, upstream: Path) -> None:
    pipenv.pipfile.write_text(
        '[packages]\nflask = "*"\nPyYAML = "*"\n\n[dev-packages]\npytest = "*"\n'
    )
    locked = run_upstream(upstream, pipenv, "lock")
    assert locked.returncode == 0, locked.stderr
    before = pipenv.snapshot()
    assert pipenv("verify").status == 0
    pipenv.ok("install", "--deploy", "--dev")
    pipenv.ok("sync", "--dev")
    assert pipenv.snapshot() == before
    assert set(pipenv.installed()) == {
        name for section in ("default", "develop") for name in pipenv.locked()[section]
    }


def test_both_make_the_same_lock(pipenv: CommandLine, upstream: Path) -> None:
    pipenv.pipfile.write_text('[packages]\nflask = "*"\nrequests = "*"\npython-dateutil = "*"\n')
    assert run_upstream(upstream, pipenv, "lock").returncode == 0
    theirs = pipenv.lockfile.read_text()
    pipenv.lockfile.unlink()
    pipenv.ok("lock")
    assert pipenv.lockfile.read_text() == theirs
