"""``--find-links``: what is locked, from folders of files and by the lock's digests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from support.command_line import CommandLine
    from support.loopback_index import LoopbackIndex


@pytest.fixture
def folder(pipenv: CommandLine, index: LoopbackIndex) -> Path:
    """The files of what is locked, one of them a source distribution, and others beside them."""
    path = pipenv.root / "wheel house"
    path.mkdir()
    files = [
        index.add_wheel("dotted.name", "1.0+local"),
        index.add_sdist("source", "1.0"),
        index.add_wheel("plain", "1.0"),
    ]
    for each in files:
        (path / each.filename).write_bytes(each.data)
    (path / "notes.txt").write_text("no distribution", encoding="utf-8")
    (path / "odd-version!-py3-none-any.whl").write_bytes(b"")
    pipenv.write_pipfile('[packages]\n"dotted.name" = "*"\nsource = "*"\nplain = "*"\n')
    pipenv.ok("lock")
    pipenv.environ["PIPENV_CACHE_DIR"] += "-empty"
    index.forget_requests()
    return path


def test_a_lock_is_installed_without_an_index(
    pipenv: CommandLine, index: LoopbackIndex, folder: Path
) -> None:
    url = folder.as_uri()
    result = pipenv.ok("sync", f"--extra-pip-args=--no-index --find-links={url}")
    assert pipenv.installed() == {"dotted-name": "1.0+local", "source": "1.0", "plain": "1.0"}
    assert index.requests == []
    assert "ignored" not in result.stderr
    assert not [*pipenv.root.parent.rglob("direct_url.json")]


def test_what_is_not_there_comes_from_the_index(
    pipenv: CommandLine, index: LoopbackIndex, folder: Path
) -> None:
    folder = folder.rename(pipenv.root / "wheels")
    (plain,) = folder.glob("plain*")
    plain.write_bytes(plain.read_bytes() + b"x")
    pipenv.ok("install", PIP_FIND_LINKS="wheels")
    assert pipenv.installed().keys() == {"dotted-name", "source", "plain"}
    asked = {kind for kind in ("source", "dotted-name") if index.count("file", kind)}
    assert (asked, index.count("file", "plain")) == (set(), 1)


def test_without_an_index_what_is_missing_is_named(
    pipenv: CommandLine, index: LoopbackIndex, folder: Path
) -> None:
    folder = folder.rename(pipenv.root / "wheels")
    (plain,) = folder.glob("plain*")
    plain.unlink()
    before = pipenv.snapshot()
    result = pipenv("sync", "--extra-pip-args", "--no-index -f wheels -f nowhere")
    assert result.status == 1
    assert "plain" in result.stderr
    assert "this is no folder that can be looked into: `nowhere`" in result.stderr
    assert (pipenv.snapshot(), index.requests) == (before, [])
