"""pip's configuration files: the first source of a project, and how the network is reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.command_line import CommandLine
from support.loopback_index import LoopbackIndex

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def index() -> Iterator[LoopbackIndex]:
    with LoopbackIndex() as served:
        served.add_wheel("leaf", "1.0")
        yield served


@pytest.fixture
def pipenv(tmp_path: Path, capsys: pytest.CaptureFixture[str], index: LoopbackIndex) -> CommandLine:
    return CommandLine(tmp_path, capsys, index)


def configure(pipenv: CommandLine, text: str) -> Path:
    path = pipenv.root.parent / "pip.conf"
    path.write_text(text, encoding="utf-8")
    pipenv.environ["PIP_CONFIG_FILE"] = str(path)
    return path


def test_a_new_pipfile_has_the_index_of_pip(pipenv: CommandLine) -> None:
    configure(pipenv, f"[global]\nindex-url = {pipenv.index.url}\n")
    result = pipenv.ok("install", "leaf")
    assert f"names the index {pipenv.index.url}" in result.stderr
    assert pipenv.installed() == {"leaf": "1.0"}
    assert pipenv.pipfile.read_text().startswith(
        f'[[source]]\nurl = "{pipenv.index.url}"\nverify_ssl = false\n'
        'name = "pip_conf_index_global"\n'
    )
    assert pipenv.locked()["default"]["leaf"]["index"] == "pip_conf_index_global"


def test_a_pipfile_without_a_source_uses_it_and_its_lock_is_good_everywhere(
    pipenv: CommandLine,
) -> None:
    configure(pipenv, f"[install]\nindex_url = {pipenv.index.url}\n")
    pipenv.pipfile.write_text('[packages]\nleaf = "*"\n', encoding="utf-8")
    pipenv.ok("lock")
    assert pipenv.locked()["_meta"]["sources"] == [
        {"name": "pip_conf_index_install", "url": pipenv.index.url, "verify_ssl": False}
    ]
    pipenv.ok("verify")
    del pipenv.environ["PIP_CONFIG_FILE"]
    assert pipenv("verify", PIP_CONFIG_FILE="/dev/null").status == 0
    pipenv.ok("sync", PIP_CONFIG_FILE="/dev/null")
    pipenv.pipfile.write_text('[packages]\nleaf = "<2"\n', encoding="utf-8")
    assert pipenv("verify", PIP_CONFIG_FILE="/dev/null").status == 1


def test_a_pipfile_with_a_source_does_not(pipenv: CommandLine) -> None:
    configure(pipenv, "[global]\nindex-url = http://127.0.0.1:9/simple\n")
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    pipenv.ok("install")
    assert "127.0.0.1:9/" not in pipenv.lockfile.read_text()


def test_the_users_file_counts_as_pip_has_it(pipenv: CommandLine) -> None:
    home = pipenv.root.parent / "home"
    (home / ".config" / "pip").mkdir(parents=True)
    (home / ".config" / "pip" / "pip.conf").write_text(
        f"[global]\nindex-url = {pipenv.index.url}\n", encoding="utf-8"
    )
    pipenv.ok("install", "leaf", PIP_CONFIG_FILE="/nowhere/pip.conf")
    assert "pip_conf_index_global" in pipenv.pipfile.read_text()


def test_a_password_is_used_and_not_written(pipenv: CommandLine) -> None:
    pipenv.index.credentials = ("anna", "p@ss")
    url = pipenv.index.url.replace("://", "://anna:p%40ss@")
    configure(pipenv, f"[global]\nindex-url = {url}\n")
    result = pipenv.ok("install", "leaf", "-v")
    assert pipenv.installed() == {"leaf": "1.0"}
    for text in (result.stdout, result.stderr, *map(bytes.decode, filter(None, pipenv.snapshot()))):
        assert "p%40ss" not in text
        assert "p@ss" not in text


def test_a_proxy(pipenv: CommandLine) -> None:
    """The proxy is asked, and it is none; a variable wins."""
    configure(pipenv, "[global]\nproxy = http://127.0.0.1:9\nretries = 0\n")
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    result = pipenv("lock")
    assert (result.status, "127.0.0.1:9" in result.stderr) == (1, True)
    pipenv.ok("lock", PIP_PROXY=pipenv.index.url.partition("/simple")[0], NO_PROXY="127.0.0.1")


def test_a_file_that_pip_cannot_read(pipenv: CommandLine) -> None:
    path = configure(pipenv, "index-url = nonsense\n")
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    assert f"pip's configuration file {path} cannot be read" in pipenv.ok("lock").stderr
