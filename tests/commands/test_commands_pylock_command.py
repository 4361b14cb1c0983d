"""``pipenv pylock``: look, check, make."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from pipenv.pipfile._toml import loads

if TYPE_CHECKING:
    from support.command_line import CommandLine
    from support.loopback_index import LoopbackIndex

PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"
PIPFILE = '[packages]\nleaf = "<2"\n\n[dev-packages]\nloner = "*"\n\n[docs]\ntrunk = "*"\n'


def made(pipenv: CommandLine, name: str = "pylock.toml") -> dict[str, Any]:
    content = loads((pipenv.root / name).read_text(encoding="utf-8"))
    standard = pytest.importorskip("packaging.pylock")
    standard.Pylock.from_dict(content)
    return content


def test_it_is_made_of_the_lock(pipenv: CommandLine, index: LoopbackIndex) -> None:
    pipenv.write_pipfile(PIPFILE)
    pipenv.ok("lock")
    before = pipenv.snapshot()
    result = pipenv.ok("pylock", "--generate")
    assert not result.stdout
    assert str(pipenv.root / "pylock.toml") in result.stderr
    assert pipenv.snapshot() == before
    leaf, loner, trunk = made(pipenv)["packages"]
    assert leaf["wheels"][0]["url"] == f"{index.files_url}/leaf-1.1-py3-none-any.whl"
    assert leaf["index"] == index.url + "/"
    assert loner["marker"] == "'dev' in dependency_groups"
    assert trunk["marker"] == "'docs' in dependency_groups"
    assert "disagree" not in pipenv.ok("sync", "--all").stderr
    assert pipenv.installed() == {"leaf": "1.1", "loner": "0.5", "trunk": "1.2"}


def test_it_is_what_use_pylock_would_write(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n\n[dev-packages]\nloner = "*"\n')
    pipenv.ok("lock")
    printed = pipenv.ok("pylock", "--generate", "-o", "-").stdout
    with pipenv.pipfile.open("a", encoding="utf-8") as file:
        file.write("\n[pipenv]\nuse_pylock = true\n")
    pipenv.ok("lock", "--keep")
    always = loads((pipenv.root / "pylock.toml").read_text(encoding="utf-8"))
    once = loads(printed)
    for package in once["packages"]:  # the lock says in markers what else is a key of its own
        package.pop("marker", None)
    for package in always["packages"]:
        package.pop("marker", None)
    assert once == always


def test_names_of_groups_and_files(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(PIPFILE)
    pipenv.ok("lock")
    result = pipenv.ok("pylock", "--generate", "--dev-groups", "lint,test", "-o", "pylock.x.toml")
    assert "installers" not in result.stderr
    content = made(pipenv, "pylock.x.toml")
    assert content["dependency-groups"] == ["lint", "test", "docs"]
    loner = next(each for each in content["packages"] if each["name"] == "loner")
    assert loner["marker"] == "'lint' in dependency_groups or 'test' in dependency_groups"
    assert "installers" in pipenv.ok("pylock", "--generate", "--output=lock.toml").stderr


def test_what_is_there_is_shown_and_checked(pipenv: CommandLine) -> None:
    nothing = pipenv("pylock")
    assert nothing.status == 0
    assert "--generate" in nothing.stderr
    missing = pipenv("pylock", "--validate")
    assert (missing.status, missing.stdout) == (1, "")
    assert pipenv("pylock", "--generate").status == 1
    assert not [*pipenv.root.iterdir()]
    pipenv.write_pipfile(PIPFILE)
    pipenv.ok("lock")
    pipenv.ok("pylock", "--generate")
    shown = pipenv.ok("pylock").stdout.splitlines()
    assert shown[0] == f"pylock.toml: {pipenv.root / 'pylock.toml'}"
    assert "  Packages: 3" in shown
    checked = pipenv.ok("pylock", "--validate").stdout.splitlines()
    assert checked[0] == "✓ Valid pylock.toml (version 1.0)"
    assert checked[1:] == shown[2:]
    path = pipenv.root / "pylock.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("sha256", "md5", 1), encoding="utf-8")
    bad = pipenv("pylock", "--validate")
    assert (bad.status, bad.stdout) == (1, "")
    assert "packages[0] (leaf).wheels[0].hashes" in bad.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("--pypi-mirror", "https://mirror.example/simple"),
        ("-v",),
        ("--verbose",),
        ("-q",),
        ("--quiet",),
        ("--clear",),
        ("--python", PYTHON),
    ],
)
def test_common_options_are_taken(pipenv: CommandLine, words: tuple[str, ...]) -> None:
    pipenv.write_pipfile(PIPFILE)
    pipenv.ok("lock")
    pipenv.ok("pylock", "--generate", *words)
    assert len(made(pipenv)["packages"]) == 3


def test_the_file_by_a_variable(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(PIPFILE)
    pipenv.ok("lock")
    pipenv.ok("pylock", "--generate", PIPENV_OUTPUT="pylock.web.toml")
    assert len(made(pipenv, "pylock.web.toml")["packages"]) == 3
    assert not (pipenv.root / "pylock.toml").exists()


def test_of_what_pyproject_lists(pipenv: CommandLine, index: LoopbackIndex) -> None:
    (pipenv.root / "pyproject.toml").write_text(
        f'[project]\nname = "app"\nversion = "1"\ndependencies = ["trunk"]\n'
        f'[[tool.pipenv.source]]\nname = "loopback"\nurl = "{index.url}"\n',
        encoding="utf-8",
    )
    result = pipenv("pylock", "--from-pyproject", PIPENV_PYPI_MIRROR=index.url)
    assert result.status == 0, result.stderr
    assert {"trunk", "leaf"} <= {each["name"] for each in made(pipenv)["packages"]}


def test_a_replaced_file_is_not_written(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(PIPFILE)
    pipenv.ok("lock")
    text = pipenv.lockfile.read_text(encoding="utf-8")
    digest = pipenv.locked()["default"]["leaf"]["hashes"][0].removeprefix("sha256:")
    pipenv.lockfile.write_text(text.replace(digest, "0" * 64), encoding="utf-8")
    result = pipenv("pylock", "--generate")
    assert result.status == 1
    assert "leaf" in result.stderr
    assert not (pipenv.root / "pylock.toml").exists()


def test_pip_reads_it(pipenv: CommandLine) -> None:
    pip = pytest.importorskip("pip")
    if int(pip.__version__.partition(".")[0]) < 26:
        pytest.skip("reads pylock.toml from 26 on")
    pipenv.write_pipfile(PIPFILE)
    pipenv.ok("lock")
    pipenv.ok("pylock", "--generate")
    words = ["install", "--dry-run", "--ignore-installed", "--no-cache-dir", "-r", "pylock.toml"]
    done = subprocess.run(
        [sys.executable, "-m", "pip", "--isolated", *words],
        cwd=pipenv.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Would install leaf-1.1" in done.stdout
