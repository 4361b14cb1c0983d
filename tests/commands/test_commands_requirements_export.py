"""``pipenv requirements``, and the ``lock --requirements`` that it replaced."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from support.command_line import CommandLine, Result
    from support.loopback_index import LoopbackIndex

PIPFILE = """\
[packages]
Trunk = {version = ">=1.1", extras = ["b", "a"]}
LEAF = {version = "*", markers = "python_version >= '3'"}

[dev-packages]
loner = "0.5"

[docs]
leaf = "*"
"""


@pytest.fixture
def locked(pipenv: CommandLine) -> CommandLine:
    pipenv.write_pipfile(PIPFILE)
    pipenv.ok("lock")
    return pipenv


def packages(result: Result) -> list[str]:
    """The lines without those of the index."""
    lines = result.stdout.splitlines()
    return [line for line in lines if not line.startswith(("-i ", "--extra-index-url "))]


def dry_run(pipenv: CommandLine, text: str, tmp_path: Path) -> str:
    path = tmp_path / "exported.txt"
    path.write_text(text, encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--isolated", "--disable-pip-version-check"]
    words = ["install", "--dry-run", "--ignore-installed", "--no-cache-dir", "-r", str(path)]
    done = subprocess.run(
        [*pip, *words], cwd=pipenv.root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_default_category_and_its_source(locked: CommandLine, index: LoopbackIndex) -> None:
    result = locked.ok("requirements")
    assert result.stdout.splitlines() == [
        f"-i {index.url}",
        "leaf==1.1; python_version >= '3.8'",
        "trunk[a,b]==1.2",
    ]
    assert not result.stderr
    assert locked.ok("requirements").stdout == result.stdout


def test_categories(locked: CommandLine) -> None:
    leaf, trunk, loner = "leaf==1.1; python_version >= '3.8'", "trunk[a,b]==1.2", "loner==0.5"
    bare = "--exclude-index"
    assert locked.ok("requirements", bare, "--dev").stdout.split("\n") == [loner, leaf, trunk, ""]
    assert packages(locked.ok("requirements", "--dev-only")) == [loner]
    assert packages(locked.ok("requirements", "--categories", "docs,dev-packages")) == [leaf, loner]
    assert packages(locked.ok("requirements", "--categories", "default develop docs")) == [
        leaf,
        trunk,
        loner,
    ]
    assert not packages(locked.ok("requirements", "--categories", "nothing"))
    none = locked.ok("requirements", PIPENV_DEV="1", PIPENV_DEV_ONLY="1", PIPENV_CATEGORIES="docs")
    assert packages(none) == [leaf, trunk]


def test_markers_and_hashes(locked: CommandLine) -> None:
    entry = locked.locked()["default"]["leaf"]
    hashes = " ".join(f"--hash={text}" for text in entry["hashes"])
    assert packages(locked.ok("requirements", "--hash"))[0] == (
        f"leaf==1.1; python_version >= '3.8' {hashes}"
    )
    assert packages(locked.ok("requirements", "--hash", "--exclude-markers"))[0] == (
        f"leaf==1.1 {hashes}"
    )


def test_only_what_the_pipfile_lists(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nTRUNK = "*"\n')
    pipenv.ok("lock")
    assert packages(pipenv.ok("requirements", "--from-pipfile")) == ["trunk==1.2"]


def test_without_a_lock_what_the_pipfile_says(pipenv: CommandLine, index: LoopbackIndex) -> None:
    pipenv.write_pipfile(PIPFILE)
    result = pipenv.ok("requirements", "--no-lock", "--dev")
    assert result.stdout.splitlines() == [
        f"-i {index.url}",
        "loner==0.5",
        "Trunk[b,a]>=1.1",
        "LEAF; python_version >= '3'",
    ]
    assert not pipenv.lockfile.exists()


def test_no_lock_is_said_in_the_word_that_programs_look_for(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(PIPFILE)
    before = pipenv.snapshot()
    result = pipenv("requirements")
    assert result.status == 1
    assert not result.stdout
    assert "FileNotFoundError" in result.stderr
    assert pipenv.snapshot() == before
    pipenv.pipfile.unlink()
    assert "FileNotFoundError" in pipenv("requirements").stderr
    assert "Pipfile" in pipenv("requirements", "--no-lock").stderr
    assert not [*pipenv.root.iterdir()]


def test_variables_stay_as_they_are_written(pipenv: CommandLine) -> None:
    source = {"name": "x", "url": "https://$NAME:${WORD}@h.example/simple", "verify_ssl": True}
    meta = {"hash": {"sha256": ""}, "pipfile-spec": 6, "requires": {}, "sources": [source]}
    entry = {"git": "https://${WORD}@h.example/r.git", "ref": "abc", "markers": 'os_name == "nt"'}
    lock = {"_meta": meta, "default": {"private": entry}, "develop": {}}
    pipenv.lockfile.write_text(json.dumps(lock), encoding="utf-8")
    result = pipenv.ok("requirements", NAME="me", WORD="secret")
    assert result.stdout.splitlines() == [
        "-i https://${NAME}:${WORD}@h.example/simple",
        'private @ git+https://${WORD}@h.example/r.git@abc ; os_name == "nt"',
    ]


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("--index-url http://evil.example", {"version": "==1"}),
        ("x", {"version": "==1 --index-url=http://evil.example"}),
        ("x", {"path": "./a\n--index-url http://evil.example"}),
        ("x", {"version": "==1", "markers": "os_name ==\n'nt'"}),
    ],
)
def test_an_entry_cannot_smuggle_options(
    pipenv: CommandLine, name: str, entry: dict[str, str]
) -> None:
    meta = {"hash": {"sha256": ""}, "pipfile-spec": 6, "requires": {}, "sources": []}
    lock = {"_meta": meta, "default": {name: entry}, "develop": {}}
    pipenv.lockfile.write_text(json.dumps(lock), encoding="utf-8")
    result = pipenv("requirements")
    assert result.status == 1
    assert not result.stdout


def test_a_mirror_takes_the_place_of_the_default_index(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    pipenv.pipfile.write_text('[packages]\nleaf = "*"\n', encoding="utf-8")
    mirror = f"{index.url}/"
    pipenv.ok("lock", "--pypi-mirror", mirror)
    assert pipenv.ok("requirements", "--pypi-mirror", mirror).stdout.startswith(f"-i {mirror}\n")
    assert index.url not in pipenv.ok("requirements").stdout


def test_pip_reads_it(locked: CommandLine, tmp_path: Path) -> None:
    pytest.importorskip("pip")
    for options in ((), ("--dev",), ("--hash",), ("--exclude-markers", "--hash", "--dev")):
        said = dry_run(locked, locked.ok("requirements", *options).stdout, tmp_path)
        assert "leaf-1.1" in said
        assert "trunk-1.2" in said
        assert ("loner-0.5" in said) is ("--dev" in options)


def test_what_has_no_hash_is_told(locked: CommandLine) -> None:
    content = locked.locked()
    del content["default"]["leaf"]["hashes"]
    locked.lockfile.write_text(json.dumps(content), encoding="utf-8")
    result = locked.ok("requirements", "--hash")
    assert "leaf" in result.stderr
    assert not locked.ok("requirements").stderr


def test_the_old_way_locks_first_and_says_so(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(PIPFILE)
    result = pipenv.ok("lock", "--requirements", "--dev", "--keep-outdated")
    assert "pipenv requirements" in result.stderr
    assert result.stdout == pipenv.ok("requirements", "--dev").stdout
    before = pipenv.snapshot()
    assert pipenv.ok("lock", "-r").stdout == pipenv.ok("requirements").stdout
    assert pipenv.snapshot() == before
    assert "--requirements" not in pipenv.ok("lock", "--help").stdout


def test_it_can_be_imported_again(locked: CommandLine, tmp_path: Path) -> None:
    before = locked.locked()["default"]
    text = locked.ok("requirements", "--hash").stdout
    path = tmp_path / "exported.txt"
    path.write_text(text, encoding="utf-8")
    locked.pipfile.unlink()
    locked.lockfile.unlink()
    locked.ok("install", "-r", str(path))
    after = locked.locked()["default"]
    assert {name: entry["version"] for name, entry in after.items()} == {
        name: entry["version"] for name, entry in before.items()
    }
