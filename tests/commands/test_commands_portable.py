"""Locks that hold on every platform, the same whoever makes them and however answers arrive."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from support.command_line import CommandLine
    from support.loopback_index import LoopbackIndex

RUNS = 50


def test_what_other_platforms_need_is_locked_with_its_marker(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    index.add_wheel("shell", "1.0", requires=["colours; sys_platform == 'win32'", "leaf<2"])
    index.add_wheel("colours", "0.4", requires=["deep"])
    index.add_wheel("deep", "1.0", tag="cp38-abi3-win_amd64")
    pipenv.write_pipfile('[packages]\nshell = "*"\n', python=True)
    pipenv.ok("lock")
    lock = pipenv.locked()["default"]
    assert lock["colours"]["markers"] == "sys_platform == 'win32'"
    assert lock["deep"]["markers"] == "sys_platform == 'win32'"
    assert lock["deep"]["hashes"]
    assert "markers" not in lock["shell"]
    assert "markers" not in lock["leaf"]
    pipenv.ok("sync")
    assert set(pipenv.installed()) == {"shell", "leaf"}


def test_platforms_can_be_narrowed(pipenv: CommandLine, index: LoopbackIndex) -> None:
    index.add_wheel("shell", "1.0", requires=["leaf; sys_platform == 'win32'"])
    pipenv.write_pipfile('[packages]\nshell = "*"\n\n[pipenv]\nplatforms = ["linux", "macos"]\n')
    pipenv.ok("lock")
    assert set(pipenv.locked()["default"]) == {"shell"}


def test_an_unknown_platform_is_an_error(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "*"\n\n[pipenv]\nplatforms = ["amiga"]\n')
    result = pipenv("lock")
    assert result.status == 1
    assert "`amiga` is not known" in result.stderr
    assert not pipenv.lockfile.exists()


def test_a_range_of_pythons_is_locked_for_all_of_them(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    index.add_wheel("numeric", "1.0")
    index.add_wheel("numeric", "2.0", requires_python=">=3.13")
    index.add_wheel("toml", "1.0")
    index.add_wheel("app", "1.0", requires=["numeric", "toml; python_version < '3.11'"])
    pipenv.write_pipfile('[packages]\napp = "*"\n\n[requires]\npython_version = ">=3.10,<3.15"\n')
    pipenv.ok("lock")
    lock = pipenv.locked()
    assert lock["_meta"]["requires"] == {"python_version": ">=3.10,<3.15"}
    assert lock["default"]["numeric"]["version"] == "==1.0"
    assert lock["default"]["toml"]["markers"] == "python_version < '3.11'"


def test_a_bound_of_another_platform_that_nobody_can_meet_is_told(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    index.add_wheel(
        "split", "1.0", requires=["leaf<2; sys_platform == 'win32'", "leaf>=2; os_name == 'posix'"]
    )
    pipenv.write_pipfile('[packages]\nsplit = "*"\n', python=True)
    result = pipenv.ok("lock")
    assert pipenv.locked_versions()["leaf"] == "2.0"
    assert "split 1.0 needs leaf <2 where sys_platform == 'win32'" in result.stderr


def test_categories_share_what_the_default_one_has(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    index.add_wheel("tool", "1.0", requires=["leaf"])
    index.add_wheel("tool", "2.0", requires=["leaf<2"])
    pipenv.write_pipfile('[packages]\nleaf = "*"\n\n[dev-packages]\ntool = "*"\n')
    pipenv.ok("lock")
    assert pipenv.locked_versions() == {"leaf": "2.0"}
    assert pipenv.locked_versions("develop") == {"leaf": "2.0", "tool": "1.0"}


def test_a_move_forced_by_another_category_is_told(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "*"\n\n[dev-packages]\ntrunk = "*"\n')
    result = pipenv.ok("lock")
    assert pipenv.locked_versions()["leaf"] == "1.1"
    assert "would have leaf 2.0; 1.1 is locked, because trunk 1.2 needs leaf" in result.stderr


def test_categories_may_go_their_own_ways(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(
        '[packages]\ntrunk = "*"\n\n[dev-packages]\nleaf = "*"\n\n'
        "[pipenv]\nuse_default_constraints = false\n"
    )
    pipenv.ok("lock")
    assert pipenv.locked_versions() == {"leaf": "1.1", "trunk": "1.2"}
    assert pipenv.locked_versions("develop") == {"leaf": "2.0"}


def test_categories_in_conflict_may_differ(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(
        '[packages]\nloner = "*"\n\n[cpu]\nleaf = "==1.0"\n\n[gpu]\nleaf = "==2.0"\n\n'
        '[pipenv]\nconflicts = [["cpu", "gpu"]]\n'
    )
    pipenv.ok("lock")
    assert pipenv.locked_versions("cpu") == {"leaf": "1.0"}
    assert pipenv.locked_versions("gpu") == {"leaf": "2.0"}
    assert pipenv.locked_versions() == {"loner": "0.5"}


def test_the_order_of_answers_does_not_matter(pipenv: CommandLine, index: LoopbackIndex) -> None:
    for number in range(6):
        following = f"part{number + 1}" if number < 5 else "leaf"
        for minor in range(4):
            index.add_wheel(
                f"part{number}",
                f"1.{minor}",
                requires=[
                    f"{following}>=1.{max(minor - 1, 0)}",
                    f"side{number}; sys_platform == 'win32'",
                    f"leaf<{2 if minor == 3 else 3}",
                ],
            )
        index.add_wheel(f"side{number}", "1.0", requires=["leaf; python_version >= '3.8'"])
    pipenv.write_pipfile(
        '[packages]\npart0 = "*"\npart3 = "<1.3"\n\n[dev-packages]\ntrunk = "*"\npart4 = "*"\n',
        python=True,
    )
    cache = Path(pipenv.environ["PIPENV_CACHE_DIR"])
    made = set()
    for seed in range(RUNS):
        dice = random.Random(seed)
        seconds: dict[str, float] = {}

        def latency(
            path: str, seconds: dict[str, float] = seconds, dice: random.Random = dice
        ) -> float:
            return seconds.setdefault(path, dice.random() * 0.006)

        index.latency_of = latency
        for folder in cache.glob("index-*"):
            shutil.rmtree(folder)
        pipenv.lockfile.unlink(missing_ok=True)
        index.forget_requests()
        pipenv.ok("lock")
        made.add(pipenv.lockfile.read_bytes())
        asked = [seen.path for seen in index.requests]
        assert sorted(asked) == sorted(set(asked))
    assert len(made) == 1


def test_an_old_form_of_the_hash_stays_while_nothing_changes(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    index.add_wheel("Some.Name", "1.0")
    pipenv.write_pipfile('[packages]\n"Some.Name" = "*"\n')
    pipenv.ok("lock")
    new = pipenv.locked()["_meta"]["hash"]["sha256"]
    old = historic(pipenv)
    assert old != new
    pipenv.lockfile.write_text(pipenv.lockfile.read_text().replace(new, old))
    before = pipenv.snapshot()
    assert pipenv("verify").status == 0
    pipenv.ok("lock")
    assert pipenv.snapshot() == before
    index.add_wheel("some-name", "1.1")
    pipenv.ok("lock", "--clear")
    assert pipenv.locked()["_meta"]["hash"]["sha256"] == new


def historic(pipenv: CommandLine) -> str:
    from pipenv.pipfile.document import parse_pipfile
    from pipenv.pipfile.hashing import historic_hash

    return historic_hash(parse_pipfile(pipenv.pipfile.read_text()).data, list)


def test_the_wording_of_old_markers_stays_where_little_is_to_change(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    index.add_wheel("shell", "1.0", requires=["loner; sys_platform == 'win32'"])
    pipenv.write_pipfile('[packages]\nshell = "*"\n', python=True)
    pipenv.ok("lock")
    worded = pipenv.lockfile.read_text().replace("sys_platform == 'win32'", "os_name == 'nt'")
    pipenv.lockfile.write_text(worded)
    pipenv.ok("install", "leaf")
    assert pipenv.locked()["default"]["loner"]["markers"] == "os_name == 'nt'"
    pipenv.ok("lock")
    assert pipenv.locked()["default"]["loner"]["markers"] == "sys_platform == 'win32'"
