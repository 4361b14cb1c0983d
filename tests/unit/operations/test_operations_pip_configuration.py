"""Which of pip's files there are on each system, and what they say together."""

from __future__ import annotations

import pytest

from pipenv.models.indexes import Index
from pipenv.operations.pip_configuration import read_pip_configuration
from pipenv.operations.pip_places import pip_places

HOME = {"HOME": "/home/a"}


def test_places_on_linux() -> None:
    assert pip_places(HOME, platform="linux", prefix="/usr") == [
        "/etc/xdg/pip/pip.conf",
        "/etc/pip.conf",
        "/home/a/.pip/pip.conf",
        "/home/a/.config/pip/pip.conf",
        "/usr/pip.conf",
    ]
    named = {**HOME, "XDG_CONFIG_HOME": "/c", "XDG_CONFIG_DIRS": "/x:/y", "PIP_CONFIG_FILE": "/no"}
    assert pip_places(named, platform="linux", prefix="/usr") == [
        "/x/pip/pip.conf",
        "/y/pip/pip.conf",
        "/etc/pip.conf",
        "/home/a/.pip/pip.conf",
        "/c/pip/pip.conf",
        "/usr/pip.conf",
        "/no",
    ]


def test_places_elsewhere() -> None:
    windows = {"USERPROFILE": r"C:\a", "APPDATA": r"C:\a\r", "PROGRAMDATA": r"C:\d"}
    assert pip_places(windows, platform="win32", prefix=r"C:\p") == [
        r"C:\d\pip\pip.ini",
        r"C:\a\pip\pip.ini",
        r"C:\a\r\pip\pip.ini",
        r"C:\p\pip.ini",
    ]
    assert pip_places(HOME, platform="darwin", prefix="/p") == [
        "/Library/Application Support/pip/pip.conf",
        "/home/a/.pip/pip.conf",
        "/home/a/.config/pip/pip.conf",
        "/home/a/Library/Application Support/pip/pip.conf",
        "/p/pip.conf",
    ]


def test_the_null_device_stands_for_none() -> None:
    assert pip_places({"PIP_CONFIG_FILE": "/dev/null"}, platform="linux", prefix="/usr") == []


def read(*texts: str, **environ: str) -> object:
    files = {f"/{at}": text for at, text in enumerate(texts)}
    return read_pip_configuration(list(files), files.get, environ)


def test_later_files_and_the_global_section_win() -> None:
    found = read(
        "[global]\nindex-url = http://one.example/simple\ntimeout = 3\n",
        "[global]\nindex-url = http://two.example/simple\n[install]\nindex-url = http://x.example\n",
    )
    assert found == (
        Index("pip_conf_index_global", "http://two.example/simple", verify_ssl=False),
        None,
        {"PIP_TIMEOUT": "3"},
        (),
    )


@pytest.mark.parametrize(
    ("line", "verify"), [("trusted-host = i.example", False), ("trusted-host =\n  a\n  b", True)]
)
def test_trusted_hosts(line: str, *, verify: bool) -> None:
    found = read(f"[global]\nindex-url = https://u:p%40@i.example/simple/\n{line}\n")
    assert found[:2] == (  # type: ignore[index]
        Index("pip_conf_index_global", "https://i.example/simple/", verify_ssl=verify),
        ("u", "p@"),
    )


def test_variables_win() -> None:
    text = "[global]\ncert = /a\nclient-cert = /b\nproxy = http://p\nretries = 2\n"
    assert read(text, PIP_CERT="/mine")[2] == {  # type: ignore[index]
        "PIP_CLIENT_CERT": "/b",
        "PIP_PROXY": "http://p",
        "PIP_RETRIES": "2",
    }
    assert read("[global]\ndefault-timeout = 2\n", PIP_TIMEOUT="9")[2] == {}  # type: ignore[index]


def test_damaged_files_are_named() -> None:
    assert read("nonsense", "[global]\nproxy = x\n")[2:] == (  # type: ignore[index]
        {"PIP_PROXY": "x"},
        ("/0",),
    )
