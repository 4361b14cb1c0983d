"""``pipenv requirements``: what is locked, as pip reads it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from support.command_line import CommandLine

COMMIT = "b" * 40
ONE, TWO, THREE = ("1" * 64, "2" * 64, "3" * 64)
PIPFILE = """\
[[source]]
url = "https://u:$PW@one.example.org/simple"
verify_ssl = true
name = "one"

[[source]]
url = "https://two.example.org/simple"
verify_ssl = true
name = "two"

[packages]
six = "*"
requests = {version = ">= 2", extras = ["socks", "security"], markers = "python_version < '4'"}
folder = {path = "./folder"}
worked-on = {path = "worked-on", editable = true}
checkout = {git = "https://example.org/y.git", ref = "main", extras = ["a"], subdirectory = "sub"}
edited = {git = "https://example.org/z.git", ref = "main", editable = true}
archive = {file = "https://example.org/archive-1.0-py3-none-any.whl"}

[dev-packages]
pytest = "~=7.0"
six = "*"

[docs]
sphinx = {version = "<8", sys_platform = "== 'linux'"}
"""
LOCK: dict[str, Any] = {
    "_meta": {
        "hash": {"sha256": "0"},
        "pipfile-spec": 6,
        "requires": {},
        "sources": [
            {"name": "one", "url": "https://u:$PW@one.example.org/simple", "verify_ssl": True},
            {"name": "two", "url": "https://two.example.org/simple", "verify_ssl": True},
        ],
    },
    "default": {
        "archive": {
            "file": "https://example.org/archive-1.0-py3-none-any.whl",
            "hashes": [f"sha256:{ONE}"],
        },
        "checkout": {
            "extras": ["a"],
            "git": "https://example.org/y.git",
            "markers": "python_version >= '3.8'",
            "ref": COMMIT,
            "subdirectory": "sub",
        },
        "edited": {"editable": True, "git": "https://example.org/z.git", "ref": COMMIT},
        "folder": {"markers": "python_version >= '3.8'", "path": "./folder"},
        "idna": {"hashes": [f"sha256:{ONE}"], "version": "==3.6"},
        "requests": {
            "extras": ["socks", "security"],
            "hashes": [f"sha256:{TWO}", f"sha256:{ONE}"],
            "index": "one",
            "markers": "python_version < '4'",
            "version": "==2.31.0",
        },
        "six": {"hashes": [f"sha256:{TWO}"], "version": "==1.16.0"},
        "worked-on": {"editable": True, "path": "worked-on"},
    },
    "develop": {
        "pytest": {"hashes": [f"sha256:{THREE}"], "version": "==7.0"},
        "six": {"hashes": [f"sha256:{THREE}"], "version": "==1.15.0"},
    },
    "docs": {"sphinx": {"markers": "sys_platform == 'linux'", "version": "==7.0"}},
}
HEADER = """\
-i https://u:${PW}@one.example.org/simple
--extra-index-url https://two.example.org/simple
"""
DIRECT = f"""\
https://example.org/archive-1.0-py3-none-any.whl
checkout[a] @ git+https://example.org/y.git@{COMMIT}#subdirectory=sub ; python_version >= '3.8'
-e git+https://example.org/z.git@{COMMIT}#egg=edited
./folder ; python_version >= '3.8'
"""
DEFAULT = f"""\
{DIRECT}idna==3.6
requests[socks,security]==2.31.0; python_version < '4'
six==1.16.0
-e ./worked-on
"""


@pytest.fixture
def locked(pipenv: CommandLine) -> CommandLine:
    pipenv.pipfile.write_text(PIPFILE, encoding="utf-8")
    pipenv.lockfile.write_text(json.dumps(LOCK, indent=4) + "\n", encoding="utf-8")
    return pipenv


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", HEADER + DEFAULT),
        ("--exclude-index", DEFAULT),
        ("--dev-only", HEADER + "pytest==7.0\nsix==1.15.0\n"),
        (
            "--dev --exclude-index",
            "pytest==7.0\nsix==1.16.0\n" + DEFAULT.replace("six==1.16.0\n", ""),
        ),
        ("--categories docs,nothing", HEADER + "sphinx==7.0; sys_platform == 'linux'\n"),
        (
            "--categories=docs,dev-packages --exclude-markers --exclude-index",
            "sphinx==7.0\npytest==7.0\nsix==1.15.0\n",
        ),
        ("--from-pipfile --exclude-index", DEFAULT.replace("idna==3.6\n", "")),
        (
            "--dev-only --hash --exclude-index",
            f"pytest==7.0 --hash=sha256:{THREE}\nsix==1.15.0 --hash=sha256:{THREE}\n",
        ),
        (
            "--no-lock --exclude-index",
            (
                "six\nrequests[socks,security]>=2; python_version < '4'\n./folder\n-e ./worked-on\n"
                "checkout[a] @ git+https://example.org/y.git@main#subdirectory=sub\n"
                "-e git+https://example.org/z.git@main#egg=edited\n"
                "https://example.org/archive-1.0-py3-none-any.whl\n"
            ),
        ),
        ("--no-lock --categories docs", HEADER + "sphinx<8; sys_platform == 'linux'\n"),
    ],
)
def test_lines(locked: CommandLine, line: str, expected: str) -> None:
    result = locked.ok("requirements", *line.split())
    assert result.stdout == expected
    assert result.stderr == ""


def test_hashes_in_the_order_of_the_lock(locked: CommandLine) -> None:
    lines = locked.ok("requirements", "--hash").stdout.splitlines()
    assert (
        "requests[socks,security]==2.31.0; python_version < '4' "
        f"--hash=sha256:{TWO} --hash=sha256:{ONE}"
    ) in lines
    assert f"{DIRECT.splitlines()[0]} --hash=sha256:{ONE}" in lines


def test_width_of_the_terminal_means_nothing(locked: CommandLine) -> None:
    lines = locked.spawn("requirements", "--hash", COLUMNS="20").stdout
    assert lines == locked.ok("requirements", "--hash").stdout


def test_without_a_lock_it_fails_in_the_word_that_callers_look_for(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    result = pipenv("requirements")
    assert result.status == 1
    assert result.stdout == ""
    assert "FileNotFoundError" in result.stderr
    assert not pipenv.lockfile.exists()


def test_a_lock_alone_is_enough(locked: CommandLine) -> None:
    locked.pipfile.unlink()
    assert locked.ok("requirements").stdout == HEADER + DEFAULT


def test_a_lock_of_our_own(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    pipenv.ok("lock")
    hashes = [f"--hash={each}" for each in pipenv.locked()["default"]["leaf"]["hashes"]]
    lines = pipenv.ok("requirements", "--hash").stdout.splitlines()
    assert lines[0] == f"-i {pipenv.index.url}"
    assert lines[1] == f"leaf==1.1; python_version >= '3.8' {' '.join(hashes)}"
    assert lines[2].startswith("trunk==1.2 --hash=sha256:")


def test_the_old_way_locks_if_need_be(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    result = pipenv.ok("lock", "--requirements")
    assert "deprecated" in result.stderr
    assert result.stdout == pipenv.ok("requirements").stdout
    assert pipenv.locked_versions() == {"leaf": "1.1", "trunk": "1.2"}
    assert pipenv.ok("lock", "-r", "--dev").stdout == pipenv.ok("requirements", "--dev").stdout
    assert "--requirements" not in pipenv.ok("lock", "--help").stdout


def test_without_sources_the_default_index_is_named(locked: CommandLine) -> None:
    lock = {**LOCK, "_meta": {**LOCK["_meta"], "sources": []}}
    locked.lockfile.write_text(json.dumps(lock), encoding="utf-8")
    mirror = "https://mirror.example.org/simple"
    first = locked.ok("requirements", "--pypi-mirror", mirror).stdout.splitlines()[0]
    assert first == f"-i {mirror}"
