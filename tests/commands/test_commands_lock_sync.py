"""``pipenv lock``, ``sync`` and ``verify``."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from support.loaded_modules import modules_loaded_by
from support.package_factory import make_wheel

if TYPE_CHECKING:
    from support.command_line import CommandLine
    from support.loopback_index import LoopbackIndex


def test_lock_has_upstreams_layout(pipenv: CommandLine, index: LoopbackIndex) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    pipenv.ok("lock")
    text = pipenv.lockfile.read_text()
    lock = json.loads(text)
    assert text == json.dumps(lock, indent=4, sort_keys=True, separators=(",", ": ")) + "\n"
    assert lock["_meta"]["pipfile-spec"] == 6
    assert lock["_meta"]["requires"] == {}
    assert lock["_meta"]["sources"] == [{"name": "loopback", "url": index.url, "verify_ssl": False}]
    entry = lock["default"]["leaf"]
    assert entry["index"] == "loopback"
    assert entry["markers"] == "python_version >= '3.8'"
    assert entry["version"] == "==2.0"
    assert lock["develop"] == {}


def test_lock_holds_the_hashes_of_all_files_of_the_version(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    files = [
        index.add_sdist("many", "1.0"),
        index.add_wheel("many", "1.0", tag="cp311-cp311-win_amd64"),
        index.add_wheel("many", "1.0", tag="py3-none-any"),
    ]
    index.add_wheel("many", "1.0.1rc1")
    pipenv.write_pipfile('[packages]\nmany = "*"\n')
    pipenv.ok("lock")
    expected = sorted(f"sha256:{file.sha256}" for file in files)
    assert pipenv.locked()["default"]["many"]["hashes"] == expected


def test_lock_moves_to_the_newest(pipenv: CommandLine, index: LoopbackIndex) -> None:
    pipenv.write_pipfile('[packages]\nloner = "*"\n')
    pipenv.ok("lock")
    index.add_wheel("loner", "0.6")
    result = pipenv.ok("lock", "--clear")
    assert pipenv.locked_versions() == {"loner": "0.6"}
    assert "loner 0.5 -> 0.6" in result.stderr


def test_locking_again_changes_nothing(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    pipenv.ok("lock")
    before = pipenv.snapshot()
    pipenv.ok("lock")
    assert pipenv.snapshot() == before


def test_extras_and_markers_are_locked(pipenv: CommandLine, index: LoopbackIndex) -> None:
    index.add_wheel(
        "big",
        "1.0",
        requires=["leaf; python_version >= '3'", "loner; sys_platform == 'nowhere'"],
        extras={"more": ["trunk"]},
    )
    pipenv.write_pipfile('[packages]\nbig = {version = "*", extras = ["more"]}\n')
    pipenv.ok("lock")
    lock = pipenv.locked()["default"]
    assert set(lock) == {"big", "leaf", "trunk"}
    assert lock["big"]["extras"] == ["more"]


def test_an_entry_for_another_platform_is_locked_and_not_installed(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(
        '[packages]\nleaf = "*"\nloner = {version = "*", markers = "sys_platform == \'nowhere\'"}\n'
    )
    pipenv.ok("install")
    entry = pipenv.locked()["default"]["loner"]
    assert entry["version"] == "==0.5"
    assert entry["markers"] == "sys_platform == 'nowhere'"
    assert len(entry["hashes"]) == 1
    assert pipenv.installed() == {"leaf": "2.0"}


def test_yanked_and_too_new_versions_are_passed_over(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    index.add_wheel("loner", "0.7", requires_python=">=99")
    index.add(make_wheel("loner", "0.6"), yanked="broken")
    index.add_wheel("loner", "0.8rc1")
    pipenv.write_pipfile('[packages]\nloner = "*"\n')
    pipenv.ok("lock")
    assert pipenv.locked_versions() == {"loner": "0.5"}
    pipenv.ok("lock", "--pre")
    assert pipenv.locked_versions() == {"loner": "0.8rc1"}


def test_a_failing_lock_leaves_the_old_one(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    pipenv.ok("lock")
    pipenv.write_pipfile('[packages]\ntrunk = "*"\nleaf = ">=2"\n')
    before = pipenv.snapshot()
    result = pipenv("lock")
    assert result.status == 1
    assert "trunk" in result.stderr
    assert "leaf" in result.stderr
    assert "Pipfile line" in result.stderr
    assert pipenv.snapshot() == before


def test_sync_makes_the_environment_again(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n\n[dev-packages]\nloner = "*"\n')
    pipenv.ok("install", "--dev")
    first = pipenv.installed()
    pipenv.ok("remove")
    pipenv.ok("sync", "--dev")
    assert pipenv.installed() == first


def test_sync_from_a_warm_cache_asks_nobody(pipenv: CommandLine, index: LoopbackIndex) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    pipenv.ok("install")
    pipenv.ok("remove")
    index.forget_requests()
    pipenv.ok("sync")
    assert index.total() == 0
    assert pipenv.installed() == {"leaf": "1.1", "trunk": "1.2"}


def test_sync_without_dev_leaves_dev_packages_out(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "*"\n\n[dev-packages]\nloner = "*"\n')
    pipenv.ok("lock")
    pipenv.ok("sync")
    assert pipenv.installed() == {"leaf": "2.0"}


def test_sync_of_a_category(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "*"\n\n[docs]\nloner = "*"\n')
    pipenv.ok("lock")
    pipenv.ok("sync", "--categories", "docs")
    assert pipenv.installed() == {"loner": "0.5"}


def test_sync_works_without_a_pipfile(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    pipenv.ok("lock")
    pipenv.pipfile.unlink()
    pipenv.ok("sync")
    assert not pipenv.pipfile.exists()
    site_packages = next(pipenv.root.parent.glob("virtualenvs/*/lib/python*/site-packages"))
    assert (site_packages / "leaf-2.0.dist-info").is_dir()


def test_sync_without_a_lock_is_an_error(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    result = pipenv("sync")
    assert result.status == 1
    assert "Pipfile.lock" in result.stderr


def test_sync_replaces_another_version(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "==1.0"\n')
    pipenv.ok("install")
    pipenv.write_pipfile('[packages]\nleaf = "==2.0"\n')
    pipenv.ok("lock")
    pipenv.ok("sync")
    assert pipenv.installed() == {"leaf": "2.0"}


def test_verify(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    missing = pipenv("verify")
    assert (missing.status, missing.stdout) == (1, "")
    assert missing.stderr == "Pipfile.lock is out-of-date. Run $ pipenv lock to update.\n"
    pipenv.ok("lock")
    fresh = pipenv("verify")
    assert fresh == (0, "Pipfile.lock is up-to-date.\n", "")
    pipenv.write_pipfile('[packages]\nleaf = "<2"\n')
    assert pipenv("verify").status == 1
    pipenv.lockfile.write_text("{")
    assert pipenv("verify").status == 1


def test_verify_without_a_pipfile(pipenv: CommandLine) -> None:
    result = pipenv("verify")
    assert (result.status, result.stdout) == (1, "")
    assert "Pipfile" in result.stderr


def test_a_damaged_lock_is_replaced_by_lock_and_refused_by_sync(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    pipenv.lockfile.write_text('{"_meta": ')
    result = pipenv("sync")
    assert result.status == 1
    assert "Traceback" not in result.stderr
    assert pipenv.lockfile.read_text() == '{"_meta": '
    pipenv.ok("lock")
    assert pipenv.locked_versions() == {"leaf": "2.0"}


def test_a_cache_that_is_gone_is_filled_again(pipenv: CommandLine, index: LoopbackIndex) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    pipenv.ok("install")
    shutil.rmtree(pipenv.environ["PIPENV_CACHE_DIR"])
    pipenv.ok("remove")
    pipenv.ok("sync")
    assert index.count("file", "leaf") == 2


def test_an_environment_from_the_cache_takes_neither_index_nor_archives(
    pipenv: CommandLine,
) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    pipenv.ok("lock")
    needed = {"pipenv.index.catalog", "pipenv.archives.zips", "pipenv.network.client", "hashlib"}
    assert needed <= modules_loaded_by(pipenv, "sync")
    pipenv.ok("--rm")
    unneeded = {"contextlib", "functools", "collections", "re", "json", "pipenv.resolver.problem"}
    assert (needed | unneeded) & modules_loaded_by(pipenv, "sync") == set()
    assert pipenv.installed()["trunk"] == "1.2"


def test_a_new_environment_is_made_once_everything_is_there(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    pipenv.write_pipfile('[packages]\nloner = "*"\n')
    pipenv.ok("lock")
    environment = Path(pipenv.ok("--venv").stdout.strip())
    pipenv.ok("--rm")
    hold = index.hold("loner-0.5-py3-none-any.whl", 7)
    with ThreadPoolExecutor() as pool:
        running = pool.submit(pipenv.spawn, "sync")
        assert hold.reached.wait(60)
        was_there = environment.exists()
        hold.go_on.set()
        status, _, talk = running.result(60)
    assert (status, was_there) == (0, False), talk
    assert talk.index("creating a virtualenv") < talk.index("loner 0.5")
    assert pipenv.installed() == {"loner": "0.5"}
    assert [*environment.rglob("pip-*.dist-info/RECORD")]
