"""``pipenv cache``, and ``pipenv --clear`` without a command."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pipenv.cache import inventory
from pipenv.cache.sharing import cleaning, in_use
from pipenv.errors import Busy

if TYPE_CHECKING:
    from support.command_line import CommandLine
    from support.loopback_index import LoopbackIndex

YEARS_AGO = 1_500_000_000
NOT_OURS = ("http-v2", "locks", "default-index", "CACHEDIR.TAG")


def cache_of(pipenv: CommandLine) -> Path:
    return Path(pipenv.environ["PIPENV_CACHE_DIR"])


def document(pipenv: CommandLine, *words: str) -> Any:
    return json.loads(pipenv.ok("cache", *words, "--json").stdout)


def names(pipenv: CommandLine) -> set[str]:
    return {each.name for each in inventory.entries(str(cache_of(pipenv)))} - {""}


@pytest.fixture
def filled(pipenv: CommandLine) -> CommandLine:
    """An installed project; its cache has something of another program in it, too."""
    pipenv.write_pipfile('[packages]\ntrunk = "*"\nloner = "*"\n')
    pipenv.ok("install")
    foreign = cache_of(pipenv) / "http-v2" / "ab"
    foreign.mkdir(parents=True)
    (foreign / "body").write_bytes(b"of another program")
    return pipenv


def test_the_folder_is_printed(pipenv: CommandLine, tmp_path: Path) -> None:
    assert pipenv.ok("cache", "dir").stdout == f"{cache_of(pipenv)}\n"
    home = pipenv.environ["HOME"]
    assert pipenv.ok("cache", "dir", PIPENV_CACHE_DIR="~/x").stdout.endswith("x\n")
    if sys.platform == "linux":
        assert pipenv.ok("cache", "dir", PIPENV_CACHE_DIR="").stdout == f"{home}/.cache/pipenv\n"
        other = pipenv.ok("cache", "dir", PIPENV_CACHE_DIR="", XDG_CACHE_HOME=str(tmp_path))
        assert other.stdout == f"{tmp_path}/pipenv\n"
    assert not cache_of(pipenv).exists()


def test_what_is_in_it(filled: CommandLine) -> None:
    found = document(filled, "info")
    by_name = {each["name"]: each for each in found["buckets"]}
    assert by_name["wheels"]["files"] > by_name["index"]["files"] > 0
    assert found["bytes"] == sum(each["bytes"] for each in found["buckets"])
    lines = filled.ok("cache", "info").stdout.splitlines()
    assert lines[0] == str(cache_of(filled))
    assert lines[-1].split()[:3] == ["total", str(found["files"]), "files"]


def test_an_empty_cache(pipenv: CommandLine) -> None:
    assert document(pipenv, "info")["bytes"] == 0
    assert document(pipenv, "prune")["entries"] == 0
    assert document(pipenv, "clear")["entries"] == 0
    assert not cache_of(pipenv).exists()


def test_everything_that_commands_keep_is_known(filled: CommandLine, index: LoopbackIndex) -> None:
    index.add_sdist("source", "1.0")
    for _ in range(2):
        filled.ok("lock")
    known = {Path(each.path) for each in inventory.entries(str(cache_of(filled)))}
    for folder, _, files in os.walk(cache_of(filled)):
        for name in files:
            path = Path(folder) / name
            first = path.relative_to(cache_of(filled)).parts[0]
            assert first in NOT_OURS or known.intersection([path, *path.parents]), path


def test_clearing_leaves_environments_and_strangers_alone(
    filled: CommandLine, index: LoopbackIndex
) -> None:
    before = filled.installed()
    planned = document(filled, "clear", "--dry-run")
    assert names(filled) >= {"trunk", "leaf", "loner"}
    done = document(filled, "clear")
    assert planned["entries"] == done["entries"] > 0
    assert names(filled) == set()
    left = [path for path in cache_of(filled).rglob("*") if path.is_file()]
    assert {path.relative_to(cache_of(filled)).parts[0] for path in left} <= {*NOT_OURS}
    assert (cache_of(filled) / "http-v2" / "ab" / "body").exists()
    assert filled.installed() == before
    assert filled.spawn("run", "python", "-c", "import trunk, leaf, loner").status == 0
    index.forget_requests()
    filled.ok("remove")
    filled.ok("sync")
    assert filled.installed() == before
    assert index.count("file") == 3


def test_clearing_single_packages(filled: CommandLine, index: LoopbackIndex) -> None:
    freed = document(filled, "clear", "Leaf")
    assert freed["entries"] >= 2
    assert "leaf" not in names(filled)
    assert names(filled) >= {"trunk", "loner"}
    filled.ok("remove")
    index.forget_requests()
    filled.ok("sync")
    assert index.count("file") == index.count("file", "leaf") == 1
    assert document(filled, "clear", "nobody")["entries"] == 0


def test_clearing_what_is_no_name(filled: CommandLine) -> None:
    result = filled("cache", "clear", "../x")
    assert result.status == 1
    assert "`../x`" in result.stderr


def test_pruning_takes_debris_and_old_formats(filled: CommandLine, index: LoopbackIndex) -> None:
    cache = cache_of(filled)
    debris = [
        cache / "wheels-v1" / ".unfinished" / "1-ab" / "tree" / "x.py",
        cache / "archives-v1" / ".7-1.part",
        cache / "index-v1" / "choices.1.pipenv-tmp",
        cache / "wheels-v0" / "x",
        cache / "index-v99" / "y",
    ]
    for path in debris:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"12345")
    assert document(filled, "prune", "--dry-run")["bytes"] >= 25
    assert all(path.exists() for path in debris)
    said = filled.ok("cache", "prune").stdout
    assert said.startswith("freed ")
    assert said.rstrip().endswith(" files")
    assert not any(path.exists() for path in debris)
    filled.ok("remove")
    index.forget_requests()
    filled.ok("sync")
    assert index.total() == 0
    assert document(filled, "prune")["entries"] == 0


def test_pruning_by_age(filled: CommandLine, index: LoopbackIndex) -> None:
    root = filled.ok("--venv").stdout.strip()
    for entry in inventory.entries(str(cache_of(filled))):
        manifest = Path(entry.path) / "manifest"
        os.utime(manifest if manifest.exists() else entry.path, (YEARS_AGO, YEARS_AGO))
    document(filled, "prune", "--older-than", "90")
    assert names(filled) >= {"trunk", "leaf", "loner"}  # wheels that the environment links to
    filled.ok("remove")
    assert not Path(root).exists()
    filled.ok("sync")  # a use
    filled.ok("remove")
    document(filled, "prune", "--older-than", "90d")
    assert names(filled) >= {"trunk", "leaf", "loner"}
    for entry in inventory.entries(str(cache_of(filled))):
        manifest = Path(entry.path) / "manifest"
        os.utime(manifest if manifest.exists() else entry.path, (YEARS_AGO, YEARS_AGO))
    assert document(filled, "prune", "--older-than", "90")["entries"] > 3
    assert names(filled) == set()


def test_wheels_that_no_lock_leads_to_are_orphans(filled: CommandLine) -> None:
    filled.ok("remove")
    (cache_of(filled) / "index-v1" / "choices").unlink()
    document(filled, "prune")
    kept = {each.bucket for each in inventory.entries(str(cache_of(filled)))}
    assert inventory.WHEELS not in kept
    filled.ok("sync")


def test_who_uses_the_cache_is_waited_for(tmp_path: Path) -> None:
    root = str(tmp_path)
    waits: list[int] = []
    with in_use(root), in_use(root):
        lock = cleaning(root, on_wait=lambda: waits.append(1), timeout_seconds=0.01)
        with pytest.raises(Busy):
            lock.acquire()
    assert waits == [1]
    with lock:
        assert lock.is_held


def test_the_root_option_clears_our_cache_only(filled: CommandLine) -> None:
    result = filled.ok("--clear")
    assert result.stdout == "Clearing caches...\n"
    assert names(filled) == set()
    assert (cache_of(filled) / "http-v2" / "ab" / "body").exists()
    assert filled.pipfile.exists()


def test_a_folder_that_was_named_by_mistake_keeps_its_files(
    pipenv: CommandLine, tmp_path: Path
) -> None:
    home = tmp_path / "somebody"
    files = [home / "builds" / "important", home / "checkouts" / "work", home / "settled" / "notes"]
    for path in files:
        path.parent.mkdir(parents=True)
        path.write_text("mine")
    pipenv.ok("cache", "clear", PIPENV_CACHE_DIR=str(home))
    pipenv.ok("cache", "prune", "--older-than", "0", PIPENV_CACHE_DIR=str(home))
    assert all(path.read_text() == "mine" for path in files)


@pytest.mark.parametrize("action", ["info", "prune", "clear"])
def test_a_file_in_place_of_the_cache(pipenv: CommandLine, tmp_path: Path, action: str) -> None:
    place = tmp_path / "file"
    place.write_text("mine")
    result = pipenv("cache", action, PIPENV_CACHE_DIR=str(place))
    assert result.status == 1
    assert str(place) in result.stderr
    assert "hint: set PIPENV_CACHE_DIR" in result.stderr
    assert place.read_text() == "mine"


@pytest.mark.parametrize(
    "words", [[], ["what"], ["dir", "x"], ["prune", "--older-than", "soon"], ["info", "x"]]
)
def test_misuse(pipenv: CommandLine, words: list[str]) -> None:
    result = pipenv("cache", *words)
    assert result.status == 2
    assert result.stdout == ""


def test_the_key_follows_the_lock_and_the_interpreter(filled: CommandLine) -> None:
    key = filled.ok("cache", "key").stdout
    assert key == filled.ok("cache", "key").stdout
    assert key.startswith(f"pipenv-{sys.platform}-")
    assert f"-{sys.version_info[0]}.{sys.version_info[1]}." in key
    filled.lockfile.write_text(filled.lockfile.read_text() + "\n")
    assert filled.ok("cache", "key").stdout != key
    filled.lockfile.unlink()
    assert filled.ok("cache", "key").stdout != key


@pytest.mark.skipif(sys.platform == "win32", reason="locks are not shared there")
def test_commands_hold_the_cache_while_they_use_it(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    pipenv.write_pipfile('[packages]\nloner = "*"\n')
    held: list[bool] = []

    def look(path: str) -> float:
        lock = cleaning(str(cache_of(pipenv)), on_wait=lambda: None, timeout_seconds=0)
        try:
            lock.acquire()
        except Busy:
            held.append(True)
        else:
            lock.release()
            held.append(False)
        return 0.0 * len(path)

    index.latency_of = look
    pipenv.ok("install")
    assert held
    assert all(held)
    with cleaning(str(cache_of(pipenv)), on_wait=lambda: None, timeout_seconds=0) as lock:
        assert lock.is_held
