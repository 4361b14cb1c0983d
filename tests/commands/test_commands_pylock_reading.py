"""``pylock.toml`` as what is installed from, whoever made it."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest

from support.git_repository import GitRepository
from support.package_factory import make_sdist, write_source_tree

if TYPE_CHECKING:
    from support.command_line import CommandLine
    from support.loopback_index import LoopbackIndex

HEAD = 'lock-version = "1.0"\ncreated-by = "somebody"\n'


def content(index: LoopbackIndex, filename: str) -> bytes:
    with urlopen(f"{index.files_url}/{filename}") as answer:
        found: bytes = answer.read()
    index.forget_requests()
    return found


def installed(pipenv: CommandLine) -> dict[str, str]:
    """Name → version; ``graph`` wants a Pipfile, which not all of these projects have."""
    folders = Path(pipenv.environ["WORKON_HOME"]).glob("*/lib/python*/site-packages/*.dist-info")
    found = dict(folder.name.removesuffix(".dist-info").split("-", 1) for folder in folders)
    return {name: found[name] for name in sorted(found.keys() - {"pip", "setuptools", "wheel"})}


def file_table(index: LoopbackIndex, filename: str, *, place: str = "", sha256: str = "") -> str:
    sha256 = sha256 or hashlib.sha256(content(index, filename)).hexdigest()
    place = place or f'url = "{index.files_url}/{filename}"'
    return f'{{name = "{filename}", {place}, hashes = {{sha256 = "{sha256}"}}}}'


def package(index: LoopbackIndex, name: str, version: str, more: str = "", **how: str) -> str:
    filename = f"{name}-{version}-py3-none-any.whl"
    wheel = file_table(index, filename, **how)
    return f'\n[[packages]]\nname = "{name}"\nversion = "{version}"\n{more}\nwheels = [{wheel}]\n'


def write(pipenv: CommandLine, *parts: str, name: str = "pylock.toml") -> None:
    (pipenv.root / name).write_text("".join(parts), encoding="utf-8")


def test_sync_without_pipfile(pipenv: CommandLine, index: LoopbackIndex) -> None:
    write(pipenv, HEAD, package(index, "leaf", "1.0"), package(index, "loner", "0.5"))
    result = pipenv.ok("sync")
    assert "pylock.toml" in result.stderr
    assert not result.stdout
    assert installed(pipenv) == {"leaf": "1.0", "loner": "0.5"}
    assert [path.name for path in pipenv.root.iterdir()] == ["pylock.toml"]
    assert index.count("page") == 0  # environments get their pip elsewhere
    assert "up to date" in pipenv.ok("sync").stderr


def test_install_without_pipfile_makes_none(pipenv: CommandLine, index: LoopbackIndex) -> None:
    write(pipenv, HEAD, package(index, "leaf", "1.0"), name="pylock.prod.toml")
    pipenv.ok("install")
    assert installed(pipenv) == {"leaf": "1.0"}
    assert [path.name for path in pipenv.root.iterdir()] == ["pylock.prod.toml"]


def test_it_is_preferred_and_a_difference_is_told(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    pipenv.ok("install")
    assert installed(pipenv) == {"leaf": "2.0"}
    pipenv.ok("sync")
    write(pipenv, HEAD, package(index, "leaf", "1.0"))
    before = pipenv.snapshot()
    for command in ("sync", "install"):
        result = pipenv.spawn(command)
        assert result.status == 0
        assert "disagree (leaf)" in result.stderr
        assert installed(pipenv) == {"leaf": "1.0"}
    assert pipenv.snapshot() == before
    for command in ("sync", "install"):
        assert "Aborting deploy" in pipenv(command, "--deploy").stderr
    (pipenv.root / "pylock.toml").unlink()
    assert pipenv.spawn("sync").status == 0
    assert installed(pipenv) == {"leaf": "2.0"}


def test_our_own_is_read_without_a_word(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(
        '[packages]\nleaf = "<2"\n[dev-packages]\nloner = "*"\n[docs]\ntrunk = "*"\n'
        "[pipenv]\nuse_pylock = true\n"
    )
    pipenv.ok("lock")
    result = pipenv.ok("sync")
    assert "disagree" not in result.stderr
    assert installed(pipenv) == {"leaf": "1.1"}
    pipenv.ok("sync", "--dev")
    assert installed(pipenv) == {"leaf": "1.1", "loner": "0.5"}
    pipenv.ok("sync", "--categories", "docs")
    assert installed(pipenv) == {"leaf": "1.1", "loner": "0.5", "trunk": "1.2"}
    pipenv.ok("sync", "--exact")
    assert installed(pipenv) == {"leaf": "1.1"}
    pipenv.ok("sync", "--all")
    assert installed(pipenv) == {"leaf": "1.1", "loner": "0.5", "trunk": "1.2"}
    assert "nothing" in pipenv.ok("clean").stderr


def test_a_wrong_hash_installs_nothing(pipenv: CommandLine, index: LoopbackIndex) -> None:
    write(
        pipenv, HEAD, package(index, "leaf", "1.0"), package(index, "loner", "0.5", sha256="0" * 64)
    )
    result = pipenv("sync")
    assert result.status == 1
    assert "loner-0.5-py3-none-any.whl" in result.stderr
    assert installed(pipenv) == {}


def test_the_right_entry_of_several(pipenv: CommandLine, index: LoopbackIndex) -> None:
    write(
        pipenv,
        HEAD,
        package(index, "leaf", "1.0", "marker = \"sys_platform == 'nowhere'\""),
        package(index, "leaf", "2.0", "marker = \"sys_platform != 'nowhere'\""),
    )
    pipenv.ok("sync")
    assert installed(pipenv) == {"leaf": "2.0"}
    write(pipenv, HEAD, package(index, "leaf", "1.0"), package(index, "leaf", "2.0"))
    result = pipenv("sync")
    assert result.status == 1
    assert "two entries of `leaf` (1.0 and 2.0)" in result.stderr


def test_groups_and_extras(pipenv: CommandLine, index: LoopbackIndex) -> None:
    head = (
        f'{HEAD}extras = ["fast"]\ndependency-groups = ["main", "testing"]\n'
        'default-groups = ["main"]\n'
    )
    write(
        pipenv,
        head,
        package(index, "leaf", "1.1", "marker = \"'main' in dependency_groups\""),
        package(index, "loner", "0.5", "marker = \"'testing' in dependency_groups\""),
        package(index, "trunk", "1.2", "marker = \"'fast' in extras\""),
    )
    pipenv.ok("sync")
    assert installed(pipenv) == {"leaf": "1.1"}
    pipenv.ok("sync", "--exact", "--dev")
    assert installed(pipenv) == {"leaf": "1.1", "loner": "0.5"}
    pipenv.ok("sync", "--exact", "--categories", "fast,packages")
    assert installed(pipenv) == {"leaf": "1.1", "trunk": "1.2"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('requires-python = "<3"', "<3"),
        ("environments = [\"sys_platform == 'nowhere'\"]", "nowhere"),
    ],
)
def test_what_it_is_not_for(
    pipenv: CommandLine, index: LoopbackIndex, line: str, said: str
) -> None:
    write(pipenv, HEAD, line, "\n", package(index, "leaf", "1.0"))
    result = pipenv("sync")
    assert result.status == 1
    assert said in result.stderr
    assert installed(pipenv) == {}
    write(pipenv, HEAD, package(index, "leaf", "1.0", 'requires-python = ">=4"'))
    assert "`leaf` in `pylock.toml` is for Python >=4" in pipenv("sync").stderr


def test_folders_archives_and_files_beside_it(pipenv: CommandLine, index: LoopbackIndex) -> None:
    leaf, loner = "leaf-1.0-py3-none-any.whl", "loner-0.5-py3-none-any.whl"
    wheels = pipenv.root / "wheels"
    wheels.mkdir()
    (wheels / leaf).write_bytes(content(index, leaf))
    (wheels / loner).write_bytes(content(index, loner))
    sha256 = hashlib.sha256(content(index, loner)).hexdigest()
    archive = (
        '\n[[packages]]\nname = "loner"\n'
        f'archive = {{path = "wheels/{loner}", hashes = {{sha256 = "{sha256}"}}}}\n'
    )
    write(pipenv, HEAD, package(index, "leaf", "1.0", place=f'path = "wheels/{leaf}"'), archive)
    pipenv.ok("sync")
    assert installed(pipenv) == {"leaf": "1.0", "loner": "0.5"}
    assert (wheels / leaf).exists()
    (wheels / leaf).write_bytes(b"something else")
    pipenv.ok("sync", "--exact")
    write(pipenv, HEAD, package(index, "leaf", "1.1", place=f'path = "wheels/{leaf}"'))
    assert "is not the file that was promised" in pipenv("sync").stderr


def test_a_newer_format_is_read_with_a_warning(pipenv: CommandLine, index: LoopbackIndex) -> None:
    newer = HEAD.replace("1.0", "1.7") + 'news = "from the future"\n'
    write(pipenv, newer, package(index, "leaf", "1.0"))
    assert "1.7" in pipenv.ok("sync").stderr
    write(pipenv, newer.replace("1.7", "2.0"), package(index, "leaf", "1.0"))
    assert "lock-version" in pipenv("sync").stderr


def test_a_broken_file_is_told(pipenv: CommandLine) -> None:
    write(pipenv, "lock-version = \n")
    result = pipenv("sync")
    assert result.status == 1
    assert "`pylock.toml` is not valid TOML" in result.stderr
    assert "line 1" in result.stderr


def test_requirements_of_it_where_there_is_no_other_lock(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    write(
        pipenv,
        f'{HEAD}dependency-groups = ["dev"]\n',
        package(index, "leaf", "1.0", f'index = "{index.url}/"'),
        package(
            index,
            *("loner", "0.5"),
            "marker = \"'dev' in dependency_groups and os_name != 'x'\"",
        ),
    )
    assert pipenv.ok("requirements").stdout.splitlines() == [f"-i {index.url}", "leaf==1.0"]
    dev = pipenv.ok("requirements", "--dev", "--hash", "--exclude-index").stdout.splitlines()
    sha256 = hashlib.sha256(content(index, "loner-0.5-py3-none-any.whl")).hexdigest()
    assert dev[1] == f"loner==0.5; os_name != 'x' --hash=sha256:{sha256}"


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_a_commit_of_a_repository_beside_it(pipenv: CommandLine, tmp_path: Path) -> None:
    repository = GitRepository(pipenv.root.parent / "near")
    tree = write_source_tree(tmp_path / "unpacked", make_sdist("near", "1.0"))
    shutil.copytree(tree, repository.folder, dirs_exist_ok=True)
    commit = repository.commit()
    write(
        pipenv,
        HEAD,
        f'[[packages]]\nname = "near"\n'
        f'vcs = {{type = "git", path = "../near", commit-id = "{commit}"}}\n',
    )
    pipenv.ok("sync")
    assert installed(pipenv) == {"near": "1.0"}
    url = (pipenv.root.parent / "near").as_uri()
    lines = pipenv.ok("requirements", "--exclude-index").stdout.splitlines()
    assert lines == [f"-e git+{url}@{commit}#egg=near"]
