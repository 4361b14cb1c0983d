"""``pylock.toml`` beside Pipfile.lock: read by the standard's own reader."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from pipenv.models.markers import parse_marker
from support.targets import linux_target, windows_target

if TYPE_CHECKING:
    from support.command_line import CommandLine
    from support.loopback_index import LoopbackIndex

tomllib = pytest.importorskip("tomllib")
SETTING = "\n[pipenv]\nuse_pylock = true\n"
WINDOWS = windows_target(f"{sys.version_info[0]}.{sys.version_info[1]}.1").environment
LINUX = linux_target(f"{sys.version_info[0]}.{sys.version_info[1]}.1").environment


def written(pipenv: CommandLine, name: str = "pylock.toml") -> dict[str, Any]:
    document: dict[str, Any] = tomllib.loads((pipenv.root / name).read_text(encoding="utf-8"))
    return document


def chosen(document: dict[str, Any], environment: object, *groups: str) -> dict[str, str]:
    """What the packages' markers leave for an environment."""
    found: dict[str, str] = {}
    here = {**environment, "dependency_groups": ",".join(groups)}  # type: ignore[dict-item]
    for package in document["packages"]:
        if "marker" not in package or parse_marker(package["marker"]).evaluate(here):
            assert package["name"] not in found
            found[package["name"]] = package["version"]
    return found


def test_nothing_is_written_unless_wanted(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    pipenv.ok("lock")
    assert not (pipenv.root / "pylock.toml").exists()


def test_files_groups_and_sources(pipenv: CommandLine, index: LoopbackIndex) -> None:
    sdist = index.add_sdist("leaf", "2.0")
    pipenv.write_pipfile(
        '[packages]\ntrunk = "*"\n\n[dev-packages]\nloner = "*"\nleaf = "*"\n\n'
        '[docs]\nloner = "*"\n' + SETTING,
        python=True,
    )
    pipenv.ok("lock")
    document = written(pipenv)
    assert document["lock-version"] == "1.0"
    assert document["created-by"] == "pipenv"
    assert document["dependency-groups"] == ["dev", "docs"]
    assert document["requires-python"] == f"=={sys.version_info[0]}.{sys.version_info[1]}.*"
    by_name = {each["name"]: each for each in document["packages"]}
    assert "marker" not in by_name["leaf"]
    assert by_name["leaf"]["index"] == index.url
    wheel = by_name["leaf"]["wheels"][0]
    assert wheel["name"] == f"leaf-{by_name['leaf']['version']}-py3-none-any.whl"
    assert wheel["url"].endswith(wheel["name"])
    assert set(wheel["hashes"]) == {"sha256"}
    assert chosen(document, LINUX) == {"leaf": "1.1", "trunk": "1.2"}
    assert chosen(document, LINUX, "docs") == {"leaf": "1.1", "trunk": "1.2", "loner": "0.5"}
    assert sdist.filename not in (pipenv.root / "pylock.toml").read_text()


def test_platforms_that_cannot_agree_have_versions_of_their_own(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    index.add_wheel(
        "split",
        "1.0",
        requires=["leaf<2; sys_platform == 'win32'", "leaf>=2; sys_platform == 'linux'", "loner"],
    )
    pipenv.write_pipfile('[packages]\nsplit = "*"\n' + SETTING, python=True)
    result = pipenv.ok("lock")
    assert "leaf <2 where sys_platform == 'win32'" in result.stderr
    assert pipenv.locked_versions()["leaf"] == "2.0"
    document = written(pipenv)
    assert chosen(document, LINUX) == {"leaf": "2.0", "loner": "0.5", "split": "1.0"}
    assert chosen(document, WINDOWS) == {"leaf": "1.1", "loner": "0.5", "split": "1.0"}
    first = (pipenv.root / "pylock.toml").read_bytes()
    pipenv.ok("lock")
    assert (pipenv.root / "pylock.toml").read_bytes() == first


def test_categories_in_conflict_have_versions_of_their_own(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(
        '[cpu]\nleaf = "==1.0"\n\n[gpu]\nleaf = "==2.0"\n\n'
        '[pipenv]\nuse_pylock = true\npylock_name = "prod"\nconflicts = [["cpu", "gpu"]]\n',
        python=True,
    )
    pipenv.ok("lock")
    document = written(pipenv, "pylock.prod.toml")
    assert chosen(document, LINUX) == {}
    assert chosen(document, LINUX, "cpu") == {"leaf": "1.0"}
    assert chosen(document, LINUX, "gpu") == {"leaf": "2.0"}


def test_every_change_of_the_lock_writes_it(pipenv: CommandLine, index: LoopbackIndex) -> None:
    pipenv.write_pipfile('[packages]\nloner = "*"\n' + SETTING, python=True)
    pipenv.ok("install", "leaf")
    assert set(chosen(written(pipenv), LINUX)) == {"leaf", "loner"}
    pipenv.ok("uninstall", "leaf")
    assert set(chosen(written(pipenv), LINUX)) == {"loner"}
    index.add_wheel("loner", "0.6")
    pipenv.ok("upgrade", "loner", "--clear")
    assert chosen(written(pipenv), LINUX) == {"loner": "0.6"}


def test_the_standard_reader_takes_it(pipenv: CommandLine, index: LoopbackIndex) -> None:
    reader = pytest.importorskip("packaging.pylock")
    index.add_wheel("shell", "1.0", requires=["loner; sys_platform == 'win32'"])
    pipenv.write_pipfile(
        '[packages]\nshell = "*"\n\n[dev-packages]\nleaf = "*"\n' + SETTING, python=True
    )
    pipenv.ok("lock")
    found = reader.Pylock.from_dict(written(pipenv))
    assert [str(package.name) for package in found.packages] == ["leaf", "loner", "shell"]
