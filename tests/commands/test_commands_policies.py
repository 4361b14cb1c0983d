"""What the user wants of versions: cool-downs, the past, overrides, exclusions, oldest, kept."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from support.package_factory import make_sdist, make_wheel

if TYPE_CHECKING:
    from support.command_line import CommandLine
    from support.loopback_index import LoopbackIndex


def days_ago(days: float) -> str:
    moment = datetime.now(timezone.utc) - timedelta(days=days)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def test_a_cool_down_hides_what_is_young(pipenv: CommandLine, index: LoopbackIndex) -> None:
    index.add(make_wheel("leaf", "3.0"), upload_time=days_ago(2.5))
    index.add(make_wheel("loner", "0.6"), upload_time=days_ago(2.5))
    setting = '[pipenv]\ncool-down-period = "7d"\ncool-down-exclude = ["Loner"]\n\n'
    pipenv.write_pipfile(setting + '[packages]\nleaf = "*"\nloner = "*"\n')
    result = pipenv.ok("lock")
    assert pipenv.locked_versions() == {"leaf": "2.0", "loner": "0.6"}
    assert "upload" not in result.stderr
    pipenv.write_pipfile(setting + '[packages]\nleaf = "==3.0"\n')
    result = pipenv("lock")
    assert result.status == 1
    assert "3.0 was uploaded 2 days ago, inside the cool-down of 7 days" in result.stderr
    pipenv.write_pipfile('[pipenv]\ncool-down-period = "2d"\n\n[packages]\nleaf = "*"\n')
    pipenv.ok("lock")
    assert pipenv.locked_versions() == {"leaf": "3.0"}


def test_a_cool_down_leaves_the_lock_valid_and_installs_it(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    index.add(make_wheel("leaf", "3.0"), upload_time=days_ago(1))
    pipenv.ok("lock")
    pipenv.write_pipfile('[pipenv]\ncool-down-period = "7d"\n\n[packages]\nleaf = "*"\n')
    pipenv.ok("verify")
    pipenv.ok("sync")
    assert pipenv.installed() == {"leaf": "3.0"}
    pipenv.ok("lock")
    assert pipenv.locked_versions() == {"leaf": "2.0"}


def test_an_index_without_upload_times_is_told_once(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    index.serves_json = False
    pipenv.write_pipfile(
        '[pipenv]\ncool-down-period = "7d"\n\n[packages]\ntrunk = "*"\nloner = "*"\n'
    )
    result = pipenv.ok("lock")
    assert pipenv.locked_versions() == {"leaf": "1.1", "loner": "0.5", "trunk": "1.2"}
    assert result.stderr.count("the index `loopback` does not tell when") == 1


def test_a_lock_as_of_a_day(pipenv: CommandLine, index: LoopbackIndex) -> None:
    index.add(make_wheel("leaf", "3.0"), upload_time="2026-07-31T23:59:59.5Z")
    index.add(make_wheel("leaf", "4.0"), upload_time="2026-08-30T10:00:00Z")
    early = make_sdist("many", "1.0")
    late = make_wheel("many", "1.0", tag="cp311-cp311-win_amd64")
    index.add(early, upload_time="2026-07-01T00:00:00Z")
    index.add(late, upload_time="2026-08-02T00:00:00Z")
    pipenv.write_pipfile('[packages]\nleaf = "*"\nmany = "*"\n')
    pipenv.ok("lock", "--as-of", "2026-08-01")
    assert pipenv.locked_versions() == {"leaf": "3.0", "many": "1.0"}
    assert pipenv.locked()["default"]["many"]["hashes"] == [f"sha256:{early.sha256}"]
    first = pipenv.lockfile.read_bytes()
    pipenv.ok("lock", "--as-of", "2026-08-01T23:59:59+00:00", "--clear")
    assert pipenv.lockfile.read_bytes() == first
    pipenv.ok("lock", "--as-of", "2026-07-31T23:59:58")
    assert pipenv.locked_versions()["leaf"] == "2.0"
    pipenv.ok("lock")
    assert pipenv.locked_versions()["leaf"] == "4.0"
    assert len(pipenv.locked()["default"]["many"]["hashes"]) == 2
    pipenv.write_pipfile('[packages]\nleaf = "==4.0"\n')
    result = pipenv("lock", "--as-of", "2026-08-01")
    assert result.status == 1
    assert "4.0 was uploaded on 2026-08-30, after 2026-08-01" in result.stderr


def test_a_version_whose_usable_files_came_later_does_not_count(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    index.add(make_wheel("late", "1.0"), upload_time="2026-01-01T00:00:00Z")
    foreign = make_wheel("late", "2.0", tag="cp27-cp27m-win32")
    index.add(foreign, upload_time="2026-01-01T00:00:00Z")
    index.add(make_wheel("late", "2.0"), upload_time="2026-09-01T00:00:00Z")
    pipenv.write_pipfile('[packages]\nlate = "*"\n')
    pipenv.ok("lock", "--as-of", "2026-08-01")
    assert pipenv.locked_versions() == {"late": "1.0"}


@pytest.mark.parametrize("moment", ["yesterday", "2026-13-01", "01/02/2026"])
def test_as_of_what_is_no_date(pipenv: CommandLine, moment: str) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    result = pipenv("lock", "--as-of", moment)
    assert result.status == 1
    assert f"`{moment}` is neither a date" in result.stderr
    assert not pipenv.lockfile.exists()


def test_overrides_and_exclusions(pipenv: CommandLine, index: LoopbackIndex) -> None:
    index.add_wheel("bush", "1.0", requires=["trunk", "loner", "no-such-thing"])
    text = '[packages]\nbush = "*"\n'
    pipenv.write_pipfile(text)
    assert pipenv("lock").status == 1
    settings = '\n[pipenv]\nexclude = ["No.Such_Thing"]\noverrides = {Leaf = ">=1.1"}\n'
    pipenv.write_pipfile(text + settings)
    pipenv.ok("install")
    assert pipenv.locked_versions() == {
        "bush": "1.0",
        "leaf": "2.0",
        "loner": "0.5",
        "trunk": "1.2",
    }
    assert pipenv.installed() == pipenv.locked_versions()
    before = pipenv.lockfile.read_bytes()
    pipenv.write_pipfile(text)
    pipenv.ok("verify")
    assert pipenv.lockfile.read_bytes() == before


def test_an_override_of_an_entry(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "==1.0"\n\n[pipenv.overrides]\nleaf = "==2.0"\n')
    pipenv.ok("lock")
    assert pipenv.locked_versions() == {"leaf": "2.0"}
    pipenv.write_pipfile('[packages]\nleaf = "==1.0"\n\n[pipenv.overrides]\nleaf = "==9.0"\n')
    result = pipenv("lock")
    assert result.status == 1
    assert "leaf ==9.0 (Pipfile line 10, [pipenv] overrides)" in result.stderr


def test_an_override_that_is_no_specifier(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "*"\n\n[pipenv]\noverrides = {leaf = "=>1.0"}\n')
    result = pipenv("lock")
    assert result.status == 1
    assert "override of `leaf`" in result.stderr
    assert "line 10" in result.stderr


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        ("highest", {"leaf": "1.1", "trunk": "1.2"}),
        ("lowest", {"leaf": "1.0", "trunk": "1.0"}),
        ("lowest-direct", {"leaf": "1.1", "trunk": "1.0"}),
    ],
)
def test_resolutions(pipenv: CommandLine, which: str, expected: dict[str, str]) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    pipenv.ok("lock", "--resolution", which)
    assert pipenv.locked_versions() == expected


def test_a_resolution_that_does_not_exist(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    result = pipenv("lock", "--resolution", "middling")
    assert result.status == 2
    assert "lowest-direct" in result.stderr


def test_kept_pins_move_only_if_they_must(pipenv: CommandLine, index: LoopbackIndex) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "*"\nloner = "*"\n')
    pipenv.ok("lock")
    index.add_wheel("leaf", "2.1")
    index.add_wheel("loner", "0.6")
    for words in (("--keep",), ("--keep-outdated",)):
        pipenv.ok("lock", "--clear", *words)
        assert pipenv.locked_versions() == {"leaf": "2.0", "loner": "0.5"}
    pipenv.write_pipfile('[packages]\nleaf = ">2"\nloner = "*"\n\n[pipenv]\nkeep_outdated = true\n')
    pipenv.ok("lock", "--clear")
    assert pipenv.locked_versions() == {"leaf": "2.1", "loner": "0.5"}
    pipenv.write_pipfile('[packages]\nleaf = "*"\nloner = "*"\n')
    pipenv.ok("lock")
    assert pipenv.locked_versions() == {"leaf": "2.1", "loner": "0.6"}


def test_prereleases(pipenv: CommandLine, index: LoopbackIndex) -> None:
    index.add_wheel("leaf", "3.0rc1")
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    pipenv.ok("lock")
    assert pipenv.locked_versions() == {"leaf": "2.0"}
    pipenv.ok("lock", "--pre")
    assert pipenv.locked_versions() == {"leaf": "3.0rc1"}
    pipenv.write_pipfile('[packages]\nleaf = "*"\n\n[pipenv]\nallow_prereleases = true\n')
    pipenv.ok("lock")
    assert pipenv.locked_versions() == {"leaf": "3.0rc1"}


def test_install_with_prereleases_writes_the_setting(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    index.add_wheel("leaf", "3.0rc1")
    pipenv.write_pipfile("[packages]\n")
    pipenv.ok("install", "--pre", "leaf")
    assert pipenv.locked_versions() == {"leaf": "3.0rc1"}
    assert pipenv.installed() == {"leaf": "3.0rc1"}
    text = pipenv.pipfile.read_text()
    assert "[pipenv]\nallow_prereleases = true\n" in text
    pipenv.ok("lock")
    assert pipenv.locked_versions() == {"leaf": "3.0rc1"}


def test_no_binary(pipenv: CommandLine, index: LoopbackIndex) -> None:
    index.add(make_sdist("both", "1.0", requires=["leaf"]), make_wheel("both", "1.0"))
    index.add(make_wheel("both", "2.0"))
    pipenv.write_pipfile('[packages]\nboth = {version = "*", no_binary = true}\n')
    pipenv.ok("lock")
    entry = pipenv.locked()["default"]["both"]
    assert entry["version"] == "==1.0"
    assert entry["no_binary"] is True
    assert len(entry["hashes"]) == 2
    assert pipenv.locked_versions()["leaf"] == "2.0"
    pipenv.write_pipfile('[packages]\nboth = {version = "==2.0", no_binary = true}\n')
    result = pipenv("lock")
    assert result.status == 1
    assert "2.0 has no source distribution, and `no_binary` is set" in result.stderr


def test_no_build(pipenv: CommandLine, index: LoopbackIndex) -> None:
    index.add(make_sdist("both", "1.0"), make_wheel("both", "1.0"))
    index.add(make_sdist("both", "2.0"))
    index.add(make_sdist("source-only", "1.0"))
    index.add(make_wheel("source-only", "2.0", requires_python=">=99"))
    setting = "[pipenv]\nno-build = true\n\n"
    pipenv.write_pipfile(setting + '[packages]\nboth = "*"\n')
    pipenv.ok("lock")
    assert pipenv.locked_versions() == {"both": "1.0"}
    assert len(pipenv.locked()["default"]["both"]["hashes"]) == 2
    pipenv.write_pipfile('[packages]\nboth = "*"\n')
    pipenv.ok("lock")
    assert pipenv.locked_versions() == {"both": "2.0"}
    result = pipenv("sync", PIPENV_NO_BUILD="1")
    assert result.status == 1
    assert "`no-build` is set" in result.stderr
    pipenv.write_pipfile('[packages]\nsource-only = "*"\n')
    result = pipenv("lock", PIPENV_NO_BUILD="1")
    assert result.status == 1
    assert "1.0 has no wheel that can be used, and `no-build` is set" in result.stderr
    assert "2.0 requires Python >=99" in result.stderr


def test_yanked_versions_are_for_exact_pins_only(pipenv: CommandLine, index: LoopbackIndex) -> None:
    index.add(make_wheel("leaf", "3.0"), yanked="broken metadata")
    pipenv.write_pipfile('[packages]\nleaf = ">=1"\n')
    assert "was yanked" not in pipenv.ok("lock").stderr
    assert pipenv.locked_versions() == {"leaf": "2.0"}
    pipenv.write_pipfile('[packages]\nleaf = "==3.0"\n')
    assert "leaf 3.0 was yanked: broken metadata" in pipenv.ok("lock").stderr
    assert pipenv.locked_versions() == {"leaf": "3.0"}
