"""``[pipenv] use_pylock``: every lock is written as ``pylock.toml``, too."""

from __future__ import annotations

import sys
from itertools import chain, combinations
from typing import TYPE_CHECKING, Any

import pytest

from pipenv.models.markers import parse_marker
from pipenv.pipfile._toml import loads

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from support.command_line import CommandLine
    from support.loopback_index import LoopbackIndex

ON = "\n[pipenv]\nuse_pylock = true\n"
MINOR = f"{sys.version_info[0]}.{sys.version_info[1]}"
PLATFORMS = [
    ("posix", "linux", "Linux", "x86_64"),
    ("posix", "linux", "Linux", "aarch64"),
    ("posix", "linux", "Linux", "riscv64"),
    ("posix", "darwin", "Darwin", "arm64"),
    ("posix", "darwin", "Darwin", "x86_64"),
    ("nt", "win32", "Windows", "AMD64"),
    ("nt", "win32", "Windows", "ARM64"),
]


def environments(*pythons: str) -> Iterator[dict[str, str]]:
    for python in pythons or (MINOR,):
        for os_name, sys_platform, system, machine in PLATFORMS:
            for implementation in ("CPython", "PyPy"):
                yield {
                    "python_version": python,
                    "python_full_version": f"{python}.1",
                    "os_name": os_name,
                    "sys_platform": sys_platform,
                    "platform_system": system,
                    "platform_machine": machine,
                    "platform_python_implementation": implementation,
                    "implementation_name": implementation.lower(),
                }


def selected(
    content: dict[str, Any], environment: dict[str, str], groups: Iterable[str] = ()
) -> dict[str, str]:
    """Name → version of what is to be installed; no name may come twice."""
    values = {**environment, "dependency_groups": ",".join(groups)}
    found: dict[str, str] = {}
    for package in content["packages"]:
        if "marker" not in package or parse_marker(package["marker"]).evaluate(values):
            assert package["name"] not in found, (package["name"], values)
            found[package["name"]] = package.get("version", "")
    return found


def subsets(groups: Iterable[str]) -> Iterator[tuple[str, ...]]:
    groups = [*groups]
    return chain.from_iterable(combinations(groups, size) for size in range(len(groups) + 1))


def pylock(pipenv: CommandLine, name: str = "pylock.toml") -> dict[str, Any]:
    path = pipenv.root / name
    text = path.read_text(encoding="utf-8")
    standard = pytest.importorskip("packaging.pylock")
    content = loads(text)
    standard.Pylock.from_dict(content)
    standard.is_valid_pylock_path(path)
    return content


def named(content: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [package for package in content["packages"] if package["name"] == name]


def test_every_lock_is_written_in_both_forms(pipenv: CommandLine, index: LoopbackIndex) -> None:
    index.add_sdist("leaf", "2.0", requires_python=">=3.8")
    pipfile = f'[packages]\nleaf = "*"\n\n[dev-packages]\nloner = "*"\n{ON}'
    pipenv.write_pipfile(pipfile, python=True)
    pipenv.ok("lock")
    content = pylock(pipenv)
    assert content["lock-version"] == "1.0"
    assert content["requires-python"] == f">={MINOR}"
    assert "environments" not in content
    assert content["dependency-groups"] == ["dev"]
    assert content["default-groups"] == ["default"]
    assert content["created-by"] == "pipenv"
    assert content["tool"] == {"pipenv": {"generated_from": "Pipfile.lock"}}
    leaf, loner = content["packages"]
    assert leaf["index"] == index.url + "/"
    assert leaf["requires-python"] == ">=3.8"
    assert "marker" not in leaf
    (wheel,) = leaf["wheels"]
    assert wheel["name"] == "leaf-2.0-py3-none-any.whl"
    assert wheel["url"] == f"{index.files_url}/leaf-2.0-py3-none-any.whl"
    assert wheel["upload-time"].isoformat() == "2024-01-02T03:04:06+00:00"
    assert wheel["size"] > 0
    assert leaf["sdist"]["name"] == "leaf-2.0.tar.gz"
    digests = [f"sha256:{file['hashes']['sha256']}" for file in (wheel, leaf["sdist"])]
    assert sorted(digests) == pipenv.locked()["default"]["leaf"]["hashes"]
    assert loner["marker"] == "'dev' in dependency_groups"
    before = (pipenv.root / "pylock.toml").read_bytes()
    pipenv.ok("lock", "--clear")
    assert (pipenv.root / "pylock.toml").read_bytes() == before


def test_nothing_is_written_unless_wanted(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    pipenv.ok("lock")
    assert not [*pipenv.root.glob("pylock*")]


def test_what_changes_the_lock_changes_both(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(f'[packages]\nleaf = "<2"\n{ON}')
    pipenv.ok("install", "loner")
    assert selected(pylock(pipenv), next(environments())) == {"leaf": "1.1", "loner": "0.5"}
    pipenv.ok("uninstall", "loner")
    assert selected(pylock(pipenv), next(environments())) == {"leaf": "1.1"}
    pipenv.ok("upgrade", "leaf>=2")
    assert selected(pylock(pipenv), next(environments())) == {"leaf": "2.0"}
    pipenv.ok("update")
    assert selected(pylock(pipenv), next(environments())) == {"leaf": "2.0"}


def test_a_missing_file_is_written_again(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(f'[packages]\nleaf = "*"\n{ON}')
    pipenv.ok("lock")
    pipenv.ok("lock")
    (pipenv.root / "pylock.toml").unlink()
    assert pipenv.spawn("lock").status == 0
    assert pylock(pipenv)["packages"]


def test_the_file_can_have_a_name(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(f'[packages]\nleaf = "*"\n{ON}pylock_name = "prod"\n')
    pipenv.ok("lock")
    assert [path.name for path in pipenv.root.glob("pylock*")] == ["pylock.prod.toml"]
    assert pylock(pipenv, "pylock.prod.toml")["packages"]


@pytest.mark.parametrize("name", ["a.b", "../x", "a/b"])
def test_a_name_that_is_none_is_an_error(pipenv: CommandLine, name: str) -> None:
    pipenv.write_pipfile(f'[packages]\nleaf = "*"\n{ON}pylock_name = "{name}"\n')
    result = pipenv("lock")
    assert result.status == 1
    assert f"pylock_name cannot be `{name}` (Pipfile line 11)" in result.stderr
    assert not pipenv.lockfile.exists()


def test_versions_are_split_where_one_does_not_do(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    """The lock has what the machine needs that locks; the other form has it for all."""
    index.add_wheel("old", "1.0", requires=["leaf<2"])
    index.add_wheel(
        "split",
        "1.0",
        requires=[
            "leaf<2; sys_platform == 'win32'",
            "leaf>=2; sys_platform == 'linux'",
            "leaf; sys_platform == 'darwin'",
            "old; sys_platform == 'win32'",
        ],
    )
    pipenv.write_pipfile(f'[packages]\nsplit = "*"\n{ON}', python=True)
    result = pipenv.ok("lock")
    assert "needs leaf <2" in result.stderr
    assert pipenv.locked_versions()["leaf"] == "2.0"
    content = pylock(pipenv)
    assert [(each["version"], each["marker"]) for each in named(content, "leaf")] == [
        ("1.1", "sys_platform == 'win32'"),
        ("2.0", "sys_platform != 'win32'"),
    ]
    for environment in environments():
        is_windows = environment["sys_platform"] == "win32"
        expected = {"split": "1.0", "leaf": "1.1" if is_windows else "2.0"}
        expected.update({"old": "1.0"} if is_windows else {})
        assert selected(content, environment) == expected


def test_versions_are_split_between_pythons_and_machines(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    index.add_wheel("pick", "1.0")
    index.add_wheel("pick", "2.0")
    index.add_wheel(
        "split",
        "1.0",
        requires=[
            "leaf<1.1; python_version < '3.11'",
            "leaf<2; python_version == '3.11'",
            "leaf>=2; python_version >= '3.12'",
            "pick<2; platform_machine == 'aarch64'",
            "pick>=2; platform_machine != 'aarch64'",
        ],
    )
    pipenv.write_pipfile(
        f'[packages]\nsplit = "*"\n{ON}\n[requires]\npython_version = ">=3.10,<3.14"\n'
    )
    pipenv.ok("lock")
    content = pylock(pipenv)
    assert content["requires-python"] == ">=3.10,<3.14"
    expected = {"3.10": "1.0", "3.11": "1.1", "3.12": "2.0", "3.13": "2.0"}
    for environment in environments(*expected):
        is_arm = environment["platform_machine"] == "aarch64"
        assert selected(content, environment) == {
            "split": "1.0",
            "leaf": expected[environment["python_version"]],
            "pick": "1.0" if is_arm else "2.0",
        }


def test_platforms_that_are_named_are_the_environments(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    index.add_wheel("shell", "1.0", requires=["leaf; sys_platform == 'win32'"])
    pipenv.write_pipfile(f'[packages]\nshell = "*"\n{ON}platforms = ["linux", "macos"]\n')
    pipenv.ok("lock")
    content = pylock(pipenv)
    assert content["environments"] == ["sys_platform == 'linux'", "sys_platform == 'darwin'"]
    assert [each["name"] for each in content["packages"]] == ["shell"]


def test_parts_agree_unless_they_must_not(pipenv: CommandLine, index: LoopbackIndex) -> None:
    """What differs is `leaf`; `free` has a newer version that only some can use, and stays."""
    index.add_wheel("free", "1.0")
    index.add_wheel("free", "2.0", tag="py3-none-win_amd64")
    index.add_wheel(
        "split",
        "1.0",
        requires=["leaf<2; sys_platform == 'win32'", "leaf>=2; sys_platform == 'linux'", "free"],
    )
    pipenv.write_pipfile(f'[packages]\nsplit = "*"\n{ON}', python=True)
    pipenv.ok("lock")
    assert [each["version"] for each in named(pylock(pipenv), "free")] == ["1.0"]


def test_categories_are_groups(pipenv: CommandLine, index: LoopbackIndex) -> None:
    index.add_wheel("shell", "1.0", requires=["loner; sys_platform == 'win32'"])
    pipenv.write_pipfile(
        '[packages]\nshell = "*"\n\n[dev-packages]\nleaf = "*"\nloner = "*"\n\n'
        f'[docs]\nleaf = "*"\n{ON}',
        python=True,
    )
    pipenv.ok("lock")
    content = pylock(pipenv)
    assert content["dependency-groups"] == ["dev", "docs"]
    markers = {each["name"]: each.get("marker") for each in content["packages"]}
    assert markers == {
        "leaf": "'dev' in dependency_groups or 'docs' in dependency_groups",
        "loner": "sys_platform == 'win32' or 'dev' in dependency_groups",
        "shell": None,
    }
    for environment in environments():
        for groups in subsets(content["dependency-groups"]):
            expected = {"shell"} | ({"leaf"} if groups else set())
            if environment["sys_platform"] == "win32" or "dev" in groups:
                expected.add("loner")
            assert set(selected(content, environment, groups)) == expected


def test_categories_in_conflict_have_entries_of_their_own(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(
        '[packages]\nloner = "*"\n\n[cpu]\nleaf = "==1.0"\n\n[gpu]\nleaf = "==2.0"\n'
        f'{ON}conflicts = [["cpu", "gpu"]]\n'
    )
    pipenv.ok("lock")
    content = pylock(pipenv)
    assert [(each["version"], each["marker"]) for each in named(content, "leaf")] == [
        ("1.0", "'cpu' in dependency_groups"),
        ("2.0", "'gpu' in dependency_groups"),
    ]


def test_placeholders_of_sources_stay(pipenv: CommandLine, index: LoopbackIndex) -> None:
    index.credentials = ("jane", "s3cret")
    url = index.url.replace("://", "://${USER_NAME}:${SECRET}@")
    pipenv.pipfile.write_text(
        f'[[source]]\nurl = "{url}"\nverify_ssl = false\nname = "own"\n\n'
        f'[packages]\nleaf = "*"\n{ON}'
    )
    pipenv.ok("lock", USER_NAME="jane", SECRET="s3cret")
    content = pylock(pipenv)
    assert content["packages"][0]["index"] == url + "/"
    text = (pipenv.root / "pylock.toml").read_text()
    assert "s3cret" not in text
    assert content["packages"][0]["wheels"][0]["url"].startswith(f"{index.files_url}/")


def test_paths_archives_and_entries_for_nowhere(
    pipenv: CommandLine, index: LoopbackIndex, tmp_path: Path
) -> None:
    from support.package_factory import make_wheel

    folder = pipenv.root / "own"
    folder.mkdir()
    (folder / "pyproject.toml").write_text('[project]\nname = "own"\nversion = "3"\n')
    wheel = make_wheel("boxed", "1.0", requires=["leaf<2"])
    (pipenv.root / wheel.filename).write_bytes(wheel.data)
    remote = index.add_wheel("afar", "4.0")
    pipenv.write_pipfile(
        f'[packages]\nown = {{path = "./own", editable = true}}\n'
        f'boxed = {{path = "./{wheel.filename}"}}\n'
        f'afar = {{file = "{index.files_url}/{remote.filename}"}}\n'
        f'loner = {{version = "*", sys_platform = "== \'amiga\'"}}\n{ON}'
    )
    pipenv.ok("lock")
    content = pylock(pipenv)
    by_name = {each["name"]: each for each in content["packages"]}
    assert by_name["own"] == {"name": "own", "directory": {"path": "./own", "editable": True}}
    assert by_name["boxed"]["archive"] == {
        "path": f"./{wheel.filename}",
        "hashes": {"sha256": wheel.sha256},
    }
    assert by_name["afar"]["archive"] == {
        "url": f"{index.files_url}/{remote.filename}",
        "hashes": {"sha256": remote.sha256},
    }
    assert by_name["leaf"]["version"] == "1.1"
    assert by_name["loner"]["marker"] == "sys_platform == 'amiga'"


def test_a_repository_is_locked_at_its_commit(pipenv: CommandLine, tmp_path: Path) -> None:
    from support.git_repository import GitRepository

    repository = GitRepository(tmp_path / "repositories" / "gitpkg")
    (repository.folder / "part").mkdir()
    (repository.folder / "part" / "pyproject.toml").write_text(
        '[project]\nname = "gitpkg"\nversion = "1"\ndependencies = ["leaf<2"]\n'
    )
    commit = repository.commit("first")
    pipenv.write_pipfile(
        f'[packages.gitpkg]\ngit = "{repository.url}"\nref = "main"\nsubdirectory = "part"\n{ON}'
    )
    pipenv.ok("lock")
    (gitpkg, leaf) = pylock(pipenv)["packages"]
    assert gitpkg == {
        "name": "gitpkg",
        "vcs": {
            "type": "git",
            "url": repository.url,
            "commit-id": commit,
            "subdirectory": "part",
        },
    }
    assert leaf["version"] == "1.1"


def test_digests_and_sizes_that_no_page_tells(pipenv: CommandLine, index: LoopbackIndex) -> None:
    from support.package_factory import make_wheel

    wheel = make_wheel("plain", "1.0")
    index.add(wheel, has_hash=False, has_size=False, upload_time=None)
    pipenv.write_pipfile(f'[packages]\nplain = "*"\n{ON}')
    pipenv.ok("lock")
    (plain,) = pylock(pipenv)["packages"]
    assert plain["wheels"] == [
        {
            "name": wheel.filename,
            "url": f"{index.files_url}/{wheel.filename}",
            "hashes": {"sha256": wheel.sha256},
        }
    ]


def test_only_source_distributions_of_what_is_to_be_built(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    index.add_sdist("leaf", "2.0")
    pipenv.write_pipfile(f'[packages]\nleaf = {{version = "*", no_binary = true}}\n{ON}')
    pipenv.ok("lock")
    (leaf,) = pylock(pipenv)["packages"]
    assert "wheels" not in leaf
    assert leaf["sdist"]["name"] == "leaf-2.0.tar.gz"


def test_an_upper_bound_that_did_not_count_is_not_written(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    index.add_wheel("capped", "1.0", requires_python=">=3.9,<3.13")
    index.add_wheel("roomy", "1.0", requires_python=">=3.9,<4")
    requires = '[requires]\npython_version = ">=3.10,<3.15"\n'
    pipenv.write_pipfile(f'[packages]\ncapped = "*"\nroomy = "*"\n{ON}\n{requires}')
    pipenv.ok("lock")
    capped, roomy = pylock(pipenv)["packages"]
    assert capped["requires-python"] == ">=3.9"
    assert roomy["requires-python"] == ">=3.9,<4"


def test_line_ends_stay(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(f'[packages]\nleaf = "*"\n{ON}')
    pipenv.ok("lock")
    path = pipenv.root / "pylock.toml"
    before = path.read_bytes().replace(b"\n", b"\r\n")
    path.write_bytes(before)
    pipenv.ok("lock")
    assert path.read_bytes() == before


@pytest.mark.parametrize("is_new", [True, False])
def test_a_failed_installation_puts_all_files_back(pipenv: CommandLine, *, is_new: bool) -> None:
    on = "" if is_new else ON
    pipenv.write_pipfile(f'[packages]\nloner = "*"\n{on}')
    pipenv.ok("install")
    if is_new:
        pipenv.pipfile.write_text(pipenv.pipfile.read_text() + ON)
    path = pipenv.root / "pylock.toml"
    before = (pipenv.snapshot(), path.read_bytes() if path.exists() else None)
    (purelib,) = (tmp for tmp in pipenv.root.parent.rglob("site-packages"))
    (purelib / "leaf").write_text("in the way")
    assert pipenv("install", "leaf").status != 0
    assert (pipenv.snapshot(), path.read_bytes() if path.exists() else None) == before
