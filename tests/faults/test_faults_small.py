"""Smaller faults: what was deleted or changed behind our back, and who was killed beside us."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.command_line import PIPENV_PROCESS
from support.consistency import insist_on_consistency

if TYPE_CHECKING:
    from support.command_line import CommandLine
    from support.loopback_index import LoopbackIndex

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX")

BOTH = {"trunk": "1.0", "leaf": "1.1"}
LIMIT_SECONDS = 60


def root_of(pipenv: CommandLine) -> Path:
    return Path(pipenv.ok("--venv").stdout.strip())


def site_of(pipenv: CommandLine) -> Path:
    return next(root_of(pipenv).glob("lib/python*/site-packages"))


@pytest.fixture
def ready(pipenv: CommandLine) -> CommandLine:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    pipenv.ok("install")
    return pipenv


# The environment


@pytest.mark.parametrize("words", [("sync",), ("install",), ("install", "--deploy")])
@pytest.mark.parametrize("what", ["trunk", "trunk-1.0.dist-info/RECORD", "trunk-1.0.dist-info"])
def test_a_deleted_package_is_installed_again(
    ready: CommandLine, words: tuple[str, ...], what: str
) -> None:
    gone = site_of(ready) / what
    if gone.is_dir() and not gone.is_symlink():
        shutil.rmtree(gone)
    else:
        gone.unlink()
    assert "all installed" not in ready.ok("status").stdout
    ready.ok(*words)
    insist_on_consistency(ready)
    assert ready.installed() == BOTH
    assert "2 packages, all installed" in ready.ok("status").stdout
    assert ready.spawn("run", "python", "-c", "import leaf, trunk").status == 0


def test_an_active_environment_that_was_deleted(ready: CommandLine) -> None:
    root = root_of(ready)
    shutil.rmtree(root)
    ready.environ.update(VIRTUAL_ENV=str(root), PATH=f"{root}/bin:{ready.environ['PATH']}")
    for words in (("--venv",), ("run", "true"), ("graph",)):
        result = ready.spawn(*words)
        assert "Traceback" not in result.stderr
        assert "Pipenv itself failed" not in result.stderr
    result = ready.spawn("sync")
    assert result.status == 0, result.stderr
    assert ready.installed() == BOTH


@pytest.mark.parametrize("words", [("install",), ("sync",)])
def test_a_link_that_leads_nowhere(
    pipenv: CommandLine, tmp_path: Path, words: tuple[str, ...]
) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    pipenv.ok("lock")
    pipenv.ok("remove")
    link = pipenv.root / ".venv"
    link.symlink_to(tmp_path / "nowhere" / "at" / "all")
    before = pipenv.snapshot()
    result = pipenv(*words)
    assert "Traceback" not in result.stderr
    assert "Pipenv itself failed" not in result.stderr
    assert pipenv.snapshot() == before
    if result.status:
        assert ".venv" in result.stderr
        assert "hint: " in result.stderr
    else:
        assert pipenv.installed() == BOTH


def test_an_interpreter_that_was_moved(ready: CommandLine, tmp_path: Path) -> None:
    root = root_of(ready)
    python = tmp_path / "python"
    python.symlink_to(os.path.realpath(root / "bin" / "python"))
    for one in (root / "bin").glob("python*"):
        one.unlink()
        one.symlink_to(python)
    ready.ok("sync")
    python.unlink()
    before = ready.snapshot()
    assert "is gone" in ready("status").stdout
    for words in (("run", "python", "-V"), ("run", "--", "python", "-V"), ("graph",)):
        result = ready.spawn(*words)
        assert result.status == 1, result
        assert "is gone" in result.stderr
        assert "`pipenv remove`" in result.stderr
    result = ready("sync")
    assert "Traceback" not in result.stderr
    if result.status:
        ready.ok("remove")
        ready.ok("sync")
    assert ready.snapshot() == before
    assert ready.installed() == BOTH


# Time and company


def test_a_clock_that_goes_backwards(ready: CommandLine) -> None:
    folders = (ready.root, Path(ready.environ["PIPENV_CACHE_DIR"]), root_of(ready))
    for ahead in (10_000_000, -1_000_000_000):
        for folder in folders:
            for path in [*folder.rglob("*")]:
                found = path.lstat().st_mtime
                os.utime(path, (found + ahead, found + ahead), follow_symlinks=False)
        for words in (("install",), ("sync",), ("lock",), ("verify",), ("install", "loner")):
            ready.ok(*words)
        ready.ok("uninstall", "loner")
    insist_on_consistency(ready)
    assert ready.installed() == BOTH


def test_who_waits_goes_on_when_the_other_is_killed(
    ready: CommandLine, index: LoopbackIndex
) -> None:
    hold = index.hold("third-1.1-py3-none-any.whl", 7)

    def start(name: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*PIPENV_PROCESS, "install", name],
            cwd=ready.root,
            env=ready.environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    with start("third") as first:
        assert hold.reached.wait(LIMIT_SECONDS)
        with start("loner") as second:
            assert second.stderr is not None
            assert "waiting" in second.stderr.readline()
            first.send_signal(signal.SIGKILL)
            first.communicate(timeout=LIMIT_SECONDS)
            _, talk = second.communicate(timeout=LIMIT_SECONDS)
            assert second.returncode == 0, talk
    assert "loner" in ready.pipfile.read_text(encoding="utf-8")
    ready.ok("sync")
    insist_on_consistency(ready)
    assert {"trunk", "leaf", "loner"} <= ready.installed().keys()
    assert ready("verify").status == 0


# Small pieces of installing


@pytest.mark.parametrize("version", ["{}.*", "=={}.*", "~={}", ">={},<4", "3.*", "*", "3"])
def test_forms_of_a_required_python(pipenv: CommandLine, version: str) -> None:
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    pipenv.write_pipfile(
        '[packages]\ntrunk = "*"\nloner = {version = "*", markers = "python_version >= \'3.8\'"}\n'
        f'\n[requires]\npython_version = "{version.format(here)}"\n'
    )
    pipenv.ok("install")
    assert pipenv.installed() == {**BOTH, "loner": "1.1"}
    assert pipenv("verify").status == 0


@pytest.mark.parametrize("command", ["update", "upgrade"])
@pytest.mark.parametrize("named", ["second", "URL"])
def test_the_index_of_what_is_moved(
    pipenv: CommandLine, index: LoopbackIndex, command: str, named: str
) -> None:
    pipenv.write_pipfile(
        f'[[source]]\nname = "second"\nurl = "{index.url}/"\nverify_ssl = false\n'
        '[packages]\nloner = "==1.0"\n'
    )
    pipenv.ok("install")
    word = f"{index.url}/" if named == "URL" else named
    pipenv.ok(command, "-i", word, "loner==1.1")
    assert pipenv.locked_versions() == {"loner": "1.1"}
    before = pipenv.snapshot()
    refused = pipenv(command, "--index", "nosuch", "loner==1.0")
    assert refused.status == 1
    assert "nosuch" in refused.stderr
    assert pipenv.snapshot() == before


@pytest.mark.parametrize("name", ["PIP_TRUSTED_HOSTS", "PIP_TRUSTED_HOST"])
@pytest.mark.parametrize(("host", "verifies"), [("other.example", "false"), ("x.example", "true")])
def test_hosts_that_are_trusted(
    pipenv: CommandLine, index: LoopbackIndex, name: str, host: str, verifies: str
) -> None:
    pipenv.write_pipfile()
    pipenv.environ[name] = f"third.example {host}"
    lines = f"--extra-index-url https://other.example/simple\n-i {index.url}\nloner\n"
    (pipenv.root / "asked.txt").write_text(lines, encoding="utf-8")
    pipenv.ok("install", "-r", "asked.txt")
    added = pipenv.pipfile.read_text(encoding="utf-8").partition("other.example/simple")[2]
    assert added.splitlines()[1] == f"verify_ssl = {verifies}"


@pytest.mark.parametrize("words", [("run", "python", "-V"), ("graph",), ("verify",)])
def test_a_project_that_has_only_a_pylock(pipenv: CommandLine, words: tuple[str, ...]) -> None:
    text = 'lock-version = "1.0"\ncreated-by = "somebody"\npackages = []\n'
    (pipenv.root / "pylock.toml").write_text(text, encoding="utf-8")
    pipenv.ok("sync")
    result = pipenv(*words)
    assert result.status == 1
    assert "no Pipfile was found" in result.stderr
    assert "`pipenv sync` installs what pylock.toml lists" in result.stderr
    assert not pipenv.pipfile.exists()
