"""Indexes that send garbage, attack or break: one clear message, and the files as they were."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest

from support.loopback_index import HTML_TYPE, JSON_TYPE
from support.package_factory import make_wheel

if TYPE_CHECKING:
    from pathlib import Path

    from support.command_line import CommandLine
    from support.loopback_index import LoopbackIndex

BOMB = gzip.compress(bytes(1_000_000)) * 200


@pytest.fixture
def locked(pipenv: CommandLine, index: LoopbackIndex) -> CommandLine:
    """A locked project whose index is asked again each time, and which waits for nobody."""
    index.max_age = 0
    index.uses_etags = False
    pipenv.environ["PIPENV_MAX_RETRIES"] = "0"
    pipenv.write_pipfile('[packages]\nloner = "*"\nleaf = "*"\n')
    pipenv.ok("lock")
    return pipenv


def refusal(pipenv: CommandLine, *words: str) -> str:
    """What a command says that must fail and leave both files as they are."""
    before = pipenv.snapshot()
    result = pipenv(*words)
    assert result.status == 1, result.stderr
    assert pipenv.snapshot() == before
    assert "Traceback" not in result.stderr
    assert "Pipenv itself failed" not in result.stderr
    assert result.stderr.count("ERROR:") == 1
    return result.stderr


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (JSON_TYPE, b""),
        (JSON_TYPE, b"{"),
        (JSON_TYPE, b"[" * 100_000),
        (JSON_TYPE, b'{"files": ' + b'[{"a":' * 50_000),
        (JSON_TYPE, b"[]"),
        (JSON_TYPE, b'{"meta": {"api-version": "2.0"}, "name": "loner", "files": []}'),
        (JSON_TYPE, b'{"meta": {"api-version": "1.0"}, "name": "loner", "files": "none"}'),
        (JSON_TYPE, b"\xff\xfe\x00garbage"),
        ("application/octet-stream", b"\x00" * 1000),
        ("application/json", b'{"error": "who are you?"}'),
    ],
)
def test_pages_that_are_none(
    locked: CommandLine, index: LoopbackIndex, content_type: str, body: bytes
) -> None:
    index.set_page("loner", content_type, body)
    said = refusal(locked, "lock")
    assert "`loner`" in said
    assert index.url in said


def test_a_login_page_has_no_packages(locked: CommandLine, index: LoopbackIndex) -> None:
    page = b"<!doctype html><title>Log in</title><form action='/login'><a href='/help'>?</a></form>"
    index.set_page("loner", HTML_TYPE, page)
    assert "loner" in refusal(locked, "lock")


def test_the_next_run_works(locked: CommandLine, index: LoopbackIndex) -> None:
    index.fail("page", b"garbage")
    refusal(locked, "lock")
    locked.ok("lock")


@pytest.mark.parametrize("body", [BOMB, b"\x1f\x8b false", gzip.compress(b"{}")[:-6]])
def test_false_compression(locked: CommandLine, index: LoopbackIndex, body: bytes) -> None:
    index.uses_gzip = False
    index.extra_headers["Content-Encoding"] = "gzip"
    index.set_page("loner", JSON_TYPE, body)
    index.set_page("leaf", JSON_TYPE, body)
    assert "page" in refusal(locked, "lock")


@pytest.mark.parametrize("status", [400, 404, 410, 418, 429, 500, 501, 503])
def test_statuses_that_stay(locked: CommandLine, index: LoopbackIndex, status: int) -> None:
    index.fail("page", status, times=99, headers={"Retry-After": "86400"})
    refusal(locked, "lock")
    index.fail("page", status, times=99, headers={"Retry-After": "soon"})
    refusal(locked, "update")


@pytest.mark.parametrize(
    "location", ["/simple/loner/", "//", "file:///etc/passwd", "gopher://x/", ""]
)
def test_redirects_that_lead_nowhere(
    locked: CommandLine, index: LoopbackIndex, location: str
) -> None:
    index.redirects["/simple/loner/"] = location
    refusal(locked, "lock")


def test_hostile_listings_are_ignored(locked: CommandLine, index: LoopbackIndex) -> None:
    digest = {"sha256": "0" * 64}
    bad = [
        "../../loner-9.0-py3-none-any.whl",
        "..%2f..%2floner-9.0-py3-none-any.whl",
        "loner-9%2f0-py3-none-any.whl",
        "loner\\9-9.0-py3-none-any.whl",
        "other-9.0-py3-none-any.whl",
        "loner-" + "9" * 5000 + "-py3-none-any.whl",
        "loner-9.0-py3-none-any.whl\x00.tar.gz",
        "loner-.whl",
        "-9.0.tar.gz",
        ".",
        "",
    ]
    schemes = ["file:///etc/passwd#", "javascript:alert(1)//", "ftp://files.example/"]
    files: list[dict[str, Any]] = [
        {"filename": name, "url": f"/files/{name}", "hashes": digest} for name in bad
    ]
    files += [
        {"filename": "loner-9.1-py3-none-any.whl", "url": f"{each}loner-9.1-py3-none-any.whl"}
        for each in schemes
    ]
    files += [{"filename": 3, "url": None}, {"url": "x"}, {}]
    good = {
        "filename": "loner-0.5-py3-none-any.whl",
        "url": f"{index.files_url}/loner-0.5-py3-none-any.whl",
        "hashes": {"sha256": locked.locked()["default"]["loner"]["hashes"][0][7:]},
    }
    page = {"meta": {"api-version": "1.0"}, "name": "loner", "files": [*files, good]}
    index.set_page("loner", JSON_TYPE, json.dumps(page).encode())
    locked.ok("lock")
    assert locked.locked_versions()["loner"] == "0.5"


def test_thirty_thousand_links(locked: CommandLine, index: LoopbackIndex) -> None:
    old = locked.locked()["default"]["loner"]["hashes"][0].replace(":", "=")
    links = "".join(
        f'<a href="/files/loner-0.0.{number}-py3-none-any.whl#{old}">x</a>\n'
        for number in range(30_000)
    )
    good = f'<a href="{index.files_url}/loner-0.5-py3-none-any.whl#{old}">x</a>'
    index.set_page("loner", HTML_TYPE, f"<!doctype html>{links}{good}".encode())
    locked.ok("lock")
    assert locked.locked_versions()["loner"] == "0.5"


def test_names_of_servers_do_not_paint_the_terminal(
    locked: CommandLine, index: LoopbackIndex
) -> None:
    index.redirects["/simple/loner/"] = "gopher://\x1b[2Jx/\x07"
    assert "\x1b" not in refusal(locked, "lock")


def test_a_download_that_does_not_end(locked: CommandLine, index: LoopbackIndex) -> None:
    endless = make_wheel("loner", "0.5")._replace(data=bytes(80_000_000))
    index.fail("file", endless.data, times=9, name="loner")
    said = refusal(locked, "install")
    assert "is larger than allowed" in said


@pytest.mark.parametrize("words", [["install"], ["lock"], ["sync"]])
def test_a_file_in_place_of_the_cache_is_no_error(
    locked: CommandLine, tmp_path: Path, words: list[str]
) -> None:
    place = tmp_path / "file"
    place.write_text("mine")
    locked.ok(*words, PIPENV_CACHE_DIR=str(place))
    assert place.read_text() == "mine"
