"""Files that are not what the lock or the index promises are refused, whatever the command."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.package_factory import make_wheel

if TYPE_CHECKING:
    from support.command_line import CommandLine
    from support.loopback_index import LoopbackIndex

EVERY_INSTALL = [["install"], ["install", "--deploy"], ["sync"]]


@pytest.fixture
def locked(pipenv: CommandLine, index: LoopbackIndex) -> CommandLine:
    """A locked project, and an empty cache."""
    pipenv.write_pipfile('[packages]\nloner = "*"\n')
    pipenv.ok("lock")
    pipenv.ok("cache", "clear")
    index.forget_requests()
    return pipenv


def downloads_left(pipenv: CommandLine) -> list[Path]:
    cache = Path(pipenv.environ["PIPENV_CACHE_DIR"])
    return [path for path in (cache / "archives-v1").rglob("*") if path.is_file()]


def refusal(pipenv: CommandLine, *words: str) -> str:
    """What a command says that must fail and leave everything as it is."""
    before = pipenv.snapshot()
    result = pipenv(*words)
    assert result.status == 1
    assert pipenv.snapshot() == before
    assert "making Pipfile.lock" not in result.stderr
    assert "updating it" not in result.stderr
    assert result.stderr.count("ERROR:") == 1
    assert "Traceback" not in result.stderr
    assert downloads_left(pipenv) == []
    assert pipenv.installed() == {}
    return result.stderr


@pytest.mark.parametrize("words", EVERY_INSTALL)
def test_a_file_that_was_swapped_after_locking(
    locked: CommandLine, index: LoopbackIndex, words: list[str]
) -> None:
    expected = locked.locked()["default"]["loner"]["hashes"][0]
    evil = make_wheel("loner", "0.5", files={"evil.py": ""})
    index.add(evil)
    said = refusal(locked, *words)
    host = index.url.partition("://")[2].partition("/")[0]
    assert (
        f"`{evil.filename}` from the index `loopback` ({host}) is not the file that was promised: "
        f"expected {expected}, the index has sha256:{evil.sha256}; nothing was downloaded"
    ) in said
    assert "hint: the file was replaced on the index after it was locked, or this is a mir" in said
    assert "hint: if you know why it changed and trust it, lock again with `pipenv lock`" in said
    assert index.count("file") == 0


@pytest.mark.parametrize("words", EVERY_INSTALL)
def test_a_file_that_is_altered_on_the_way(
    locked: CommandLine, index: LoopbackIndex, words: list[str]
) -> None:
    expected = locked.locked()["default"]["loner"]["hashes"][0]
    evil = make_wheel("loner", "0.5", files={"evil.py": ""})
    index.add(evil, sha256=expected.removeprefix("sha256:"))
    said = refusal(locked, *words)
    assert f"expected {expected}, got sha256:{evil.sha256}; the download was deleted" in said
    assert "hint: the index promises the right file, so this one was damaged or altered" in said


def test_an_index_without_digests(locked: CommandLine, index: LoopbackIndex) -> None:
    evil = make_wheel("loner", "0.5", files={"evil.py": ""})
    index.add(evil, has_hash=False)
    assert f"got sha256:{evil.sha256}; the download was deleted" in refusal(locked, "install")


def test_no_credentials_are_told(pipenv: CommandLine, index: LoopbackIndex) -> None:
    index.credentials = ("me", "s3cret")
    pipenv.write_pipfile('[packages]\nloner = "*"\n')
    text = pipenv.pipfile.read_text().replace("://", "://me:s3cret@")
    pipenv.pipfile.write_text(text)
    pipenv.ok("lock")
    pipenv.ok("cache", "clear")
    index.add(make_wheel("loner", "0.5", files={"evil.py": ""}))
    said = refusal(pipenv, "install")
    assert "is not the file that was promised" in said
    assert "s3cret" not in said


@pytest.mark.parametrize("words", EVERY_INSTALL)
@pytest.mark.parametrize(
    ("digest", "message"),
    [
        (
            "md5:" + 32 * "0",
            "the hashes of `loner` in Pipfile.lock are of no use: md5 can",
        ),
        ("sha1:" + 40 * "0", "sha1 can be forged"),
        ("crc32:00000000", "crc32 can be forged"),
        ("sha256:abc", "is not a digest such as"),
        ("sha256:" + 64 * "z", "is not a digest such as"),
        ("--extra-index-url=http://x", "is not a digest such as"),
    ],
)
def test_hashes_that_nothing_can_be_trusted_by(
    locked: CommandLine, index: LoopbackIndex, words: list[str], digest: str, message: str
) -> None:
    old = locked.locked()["default"]["loner"]["hashes"][0]
    locked.lockfile.write_text(locked.lockfile.read_text().replace(old, digest))
    said = refusal(locked, *words)
    assert message in said
    assert "`pipenv lock`" in said
    assert index.total() == 0


def test_a_weak_hash_beside_a_strong_one_does_not_count(
    locked: CommandLine, index: LoopbackIndex
) -> None:
    old = locked.locked()["default"]["loner"]["hashes"][0]
    evil = make_wheel("loner", "0.5", files={"evil.py": ""})
    index.add(evil, has_hash=False)
    weak = f'md5:{"0" * 32}", "{old}'
    locked.lockfile.write_text(locked.lockfile.read_text().replace(old, weak))
    assert f"expected {old}, got sha256:{evil.sha256}" in refusal(locked, "install")


def test_packages_without_hashes(locked: CommandLine) -> None:
    old = locked.locked()["default"]["loner"]["hashes"][0]
    text = locked.lockfile.read_text()
    empty = text.replace(f'"{old}"', "")
    locked.lockfile.write_text(empty)
    said = refusal(locked, "install", "--deploy")
    assert "Aborting deploy: Pipfile.lock has no hashes for `loner`" in said
    assert "Pipfile.lock has no hashes for `loner`" in locked.ok("sync").stderr
    assert locked.installed() == {"loner": "0.5"}


def test_half_downloaded_files_never_stay(locked: CommandLine, index: LoopbackIndex) -> None:
    index.fail("file", "truncate", times=99)
    before = locked.snapshot()
    result = locked("install", PIPENV_MAX_RETRIES="1")
    assert result.status == 1
    assert "could not be read" in result.stderr
    assert locked.snapshot() == before
    assert downloads_left(locked) == []


def test_a_damaged_cache_is_filled_again(locked: CommandLine, index: LoopbackIndex) -> None:
    locked.ok("install")
    locked.ok("remove")
    cache = Path(locked.environ["PIPENV_CACHE_DIR"])
    for path in (cache / "wheels-v1").rglob("*.py"):
        path.write_bytes(b"damaged")
    index.forget_requests()
    locked.ok("sync")
    assert index.count("file") == 1
    assert locked.installed() == {"loner": "0.5"}
