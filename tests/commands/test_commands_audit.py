"""``audit`` and ``check``, against a server that speaks OSV's protocol."""

from __future__ import annotations

import json
import os
import re
import struct
import subprocess
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from support.command_line import PIPENV_PROCESS
from support.package_factory import make_wheel
from support.vulnerability_service import VulnerabilityService

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.command_line import CommandLine, Result
    from support.loopback_index import LoopbackIndex

fcntl = pytest.importorskip("fcntl")
pty = pytest.importorskip("pty")
termios = pytest.importorskip("termios")


@pytest.fixture
def service() -> Iterator[VulnerabilityService]:
    with VulnerabilityService() as served:
        yield served


@pytest.fixture
def locked(pipenv: CommandLine, service: VulnerabilityService) -> CommandLine:
    """A lock of an old leaf, its trunk, and a package for development."""
    pipenv.write_pipfile(
        '[packages]\nleaf = "<1.1"\ntrunk = "==1.0"\n[dev-packages]\nloner = "*"\n'
    )
    pipenv.ok("lock")
    pipenv.environ["PIPENV_OSV_URL"] = service.url
    return pipenv


def osv(pipenv: CommandLine, *words: str, **variables: str) -> Result:
    for name, value in variables.items():
        pipenv.environ[name] = value
    return pipenv("audit", "-s", "osv", *words)


def test_nothing_is_known(locked: CommandLine, service: VulnerabilityService) -> None:
    result = osv(locked)
    assert (result.status, result.stdout) == (0, "")
    assert "No known vulnerabilities found" in result.stderr
    assert service.asked == ["/v1/querybatch leaf loner trunk"]


def test_a_table_of_what_is_known(locked: CommandLine, service: VulnerabilityService) -> None:
    service.add(
        "leaf",
        "GHSA-aaaa-bbbb-cccc",
        fixed="1.1",
        aliases=["CVE-2026-1"],
        database_specific={"severity": "HIGH"},
        summary="It\x1b[31m falls",
    )
    service.add("leaf", "PYSEC-2026-7", fixed="1.1", aliases=["CVE-2026-1"])
    service.add("trunk", "PYSEC-2026-8", introduced="1.1", fixed="1.3")
    result = osv(locked, "--desc")
    assert result.status == 1
    headings, dashes, row = (re.split("  +", line) for line in result.stdout.splitlines())
    assert headings[:4] == ["Name", "Version", "ID", "Fix Versions"]
    assert set("".join(dashes)) == {"-"}
    aliases = "CVE-2026-1, GHSA-aaaa-bbbb-cccc"
    assert row == ["leaf", "1.0", "PYSEC-2026-7", "1.1", "high", aliases, "It[31m falls"]
    assert "Found 1 known vulnerability in 1 package" in result.stderr


def test_in_one_json_document(locked: CommandLine, service: VulnerabilityService) -> None:
    service.add("loner", "PYSEC-2026-9")
    document = json.loads(osv(locked, "--json").stdout)
    assert document["findings"] == [
        {
            "name": "loner",
            "version": "0.5",
            "categories": ["dev-packages"],
            "id": "PYSEC-2026-9",
            "aliases": [],
            "summary": "",
            "fixed": [],
            "severity": "",
            "score": None,
        }
    ]
    assert document["version"] == 1
    assert document["service"] == "osv"
    assert [each["name"] for each in document["checked"]] == ["leaf", "loner", "trunk"]
    assert datetime.fromisoformat(document["as_of"].replace("Z", "+00:00")).year > 2000
    scanner = json.loads(osv(locked, "-f", "json").stdout)
    assert [each["name"] for each in scanner["dependencies"]] == ["leaf", "loner", "trunk"]
    assert scanner["dependencies"][1]["vulns"] == [
        {"id": "PYSEC-2026-9", "fix_versions": [], "aliases": []}
    ]
    assert osv(locked, "-f", "markdown").stdout.startswith("| Name | Version |")


def test_into_a_file(locked: CommandLine, service: VulnerabilityService) -> None:
    service.add("leaf", "PYSEC-2026-7")
    result = osv(locked, "-f", "json", "-o", "report.json")
    assert (result.status, result.stdout) == (1, "")
    text = (locked.root / "report.json").read_text(encoding="utf-8")
    assert json.loads(text)["dependencies"]


def test_some_categories(locked: CommandLine, service: VulnerabilityService) -> None:
    service.add("loner", "PYSEC-2026-9")
    assert osv(locked, "--categories", "packages").status == 0
    assert osv(locked, "--categories", "dev-packages").status == 1


def test_ignoring(locked: CommandLine, service: VulnerabilityService) -> None:
    service.add("leaf", "PYSEC-2026-7", aliases=["CVE-2026-1"])
    result = osv(locked, "--ignore", "CVE-2026-1")
    assert result.status == 0
    assert "PYSEC-2026-7 of leaf is ignored" in result.stderr


@pytest.mark.parametrize(
    ("until", "status", "told"),
    [("2999-01-31", 0, "is ignored"), ("2020-01-31", 1, "counts again")],
)
def test_ignoring_for_a_while(
    locked: CommandLine, service: VulnerabilityService, until: str, status: int, told: str
) -> None:
    service.add("leaf", "PYSEC-2026-7")
    text = locked.pipfile.read_text(encoding="utf-8")
    entry = f'{{id = "PYSEC-2026-7", reason = "not reachable", until = "{until}"}}'
    locked.pipfile.write_text(f"{text}\n[pipenv]\naudit-ignore = [{entry}]\n", encoding="utf-8")
    result = osv(locked)
    assert result.status == status
    assert told in result.stderr
    assert locked("verify").status == 0


@pytest.mark.parametrize(
    "entries",
    [
        '"x"',
        "[1]",
        '[" "]',
        '[{reason = "x"}]',
        '[{id = "x", until = "soon"}]',
        '[{id = "x", until = "2027-02-29"}]',
        '[{id = "x", until = 2027-01-31T00:00:00}]',
        '[{id = "x", reason = 1}]',
        '[{id = "x", why = "y"}]',
    ],
)
def test_ignoring_in_a_way_that_means_nothing(locked: CommandLine, entries: str) -> None:
    text = locked.pipfile.read_text(encoding="utf-8")
    locked.pipfile.write_text(f"{text}\n[pipenv]\naudit-ignore = {entries}\n", encoding="utf-8")
    result = osv(locked)
    assert result.status == 1
    assert "audit-ignore" in result.stderr
    assert "line " in result.stderr


def test_offline_from_a_dated_cache(locked: CommandLine, service: VulnerabilityService) -> None:
    service.add("leaf", "PYSEC-2026-7")
    result = osv(locked, "--offline")
    assert result.status == 1
    assert "not in the cache: what is known of vulnerabilities" in result.stderr
    error = json.loads(osv(locked, "--offline", "--json").stdout)["error"]
    assert error["missing"][0] == "leaf 1.0 (vulnerabilities)"
    osv(locked, "--categories", "packages")
    age_answers(locked, days=3)
    asked = len(service.asked)
    result = osv(locked, "--offline")
    assert result.status == 1
    assert "PYSEC-2026-7" in result.stdout
    assert "loner could not be checked: it was never asked for" in result.stderr
    assert "hint: run `pipenv audit` once without" in result.stderr
    assert re.search(r"from the cache, as of \d{4}-.* UTC \(3 days old\)", result.stderr)
    assert len(service.asked) == asked
    assert "vulnerabilities" in locked.ok("cache", "info").stdout
    assert osv(locked, "--offline", "--ignore", "pysec-2026-7").status == 0
    assert osv(locked, "--offline", "--ignore", "pysec-2026-7", "--strict").status == 1


def test_answers_of_another_service_do_not_count(
    locked: CommandLine, service: VulnerabilityService
) -> None:
    service.add("leaf", "PYSEC-2026-7")
    osv(locked)
    result = locked("audit", "--offline", "-s", "http://127.0.0.1:9/other")
    assert result.status == 1
    assert "not in the cache" in result.stderr


def test_without_a_network_the_cache_is_pointed_to(
    locked: CommandLine, service: VulnerabilityService
) -> None:
    osv(locked)
    service.status = 503
    result = osv(locked, PIPENV_MAX_RETRIES="0")
    assert result.status == 1
    assert "503" in result.stderr
    assert re.search(r"hint: `--offline` tells what was known of all on \d{4}-", result.stderr)


def test_a_damaged_cache_is_no_cache(locked: CommandLine, service: VulnerabilityService) -> None:
    service.add("leaf", "PYSEC-2026-7")
    osv(locked)
    file = records_file(locked)
    for text in ("", "[]", "{", '{"format": 2, "answers": {"x": 1}, "documents": [1]}', "[" * 9999):
        file.write_text(text, encoding="utf-8")
        assert osv(locked, "--offline").status == 1
        assert "PYSEC-2026-7" in osv(locked).stdout


def test_records_are_asked_for_once(locked: CommandLine, service: VulnerabilityService) -> None:
    service.add("leaf", "PYSEC-2026-7", modified="2026-01-01T00:00:00Z")
    service.add("leaf", "PYSEC-2026-8", modified="2026-01-01T00:00:00Z")
    osv(locked)
    service.asked.clear()
    service.records["PYSEC-2026-7"].update(modified="2026-02-01T00:00:00Z", summary="It fell.")
    assert "It fell." in osv(locked, "--desc").stdout
    assert [each for each in service.asked if "vulns" in each] == ["/v1/vulns/PYSEC-2026-7"]
    service.asked.clear()
    osv(locked, "--clear")
    assert len([each for each in service.asked if "vulns" in each]) == 2


@pytest.mark.parametrize(
    "raw", [b"not json", b"[]", b'{"results": []}', b'{"results": [1, 2, 3]}', b"[" * 100_000]
)
def test_answers_that_make_no_sense(
    locked: CommandLine, service: VulnerabilityService, raw: bytes
) -> None:
    service.raw = raw
    result = osv(locked)
    assert (result.status, result.stdout) == (1, "")
    assert "Traceback" not in result.stderr
    assert service.url in result.stderr


def test_a_service_that_fails(locked: CommandLine, service: VulnerabilityService) -> None:
    service.status = 500
    result = osv(locked, PIPENV_MAX_RETRIES="0")
    assert result.status == 1
    assert "500" in result.stderr
    assert json.loads(osv(locked, "--json").stdout)["error"]["code"] == "http-status"


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_service_that_recovers(
    locked: CommandLine, service: VulnerabilityService, status: int
) -> None:
    service.add("leaf", "PYSEC-2026-7")
    service.failures = [status]
    result = osv(locked)
    assert "PYSEC-2026-7" in result.stdout
    assert len([each for each in service.asked if "querybatch" in each]) == 2


def test_a_service_that_says_nothing(locked: CommandLine, service: VulnerabilityService) -> None:
    service.stalls = True
    result = osv(locked, PIPENV_MAX_RETRIES="0", PIPENV_REQUESTS_TIMEOUT="1")
    assert (result.status, result.stdout) == (1, "")
    assert service.url in result.stderr
    assert "tried once" in result.stderr


def test_a_service_that_says_too_much(locked: CommandLine, service: VulnerabilityService) -> None:
    service.padding = 40 << 20
    result = osv(locked)
    assert (result.status, result.stdout) == (1, "")
    assert "larger than allowed" in result.stderr


def test_pages_without_end(locked: CommandLine, service: VulnerabilityService) -> None:
    service.raw = json.dumps({"results": [{"next_page_token": "9"}] * 3}).encode()
    result = osv(locked)
    assert (result.status, result.stdout) == (1, "")
    assert "sends vulnerabilities without end" in result.stderr
    assert len(service.asked) == 50


def test_a_record_that_is_named_and_not_there(
    locked: CommandLine, service: VulnerabilityService
) -> None:
    service.add("leaf", "PYSEC-2026-7")
    service.lost.add("PYSEC-2026-7")
    service.add("leaf", "../v1/vulns/X\x1b[2J")
    result = osv(locked)
    assert result.status == 1
    assert "PYSEC-2026-7" in result.stdout
    assert "../v1/vulns/X[2J" in result.stdout
    assert service.asked[2:] == ["/v1/vulns/PYSEC-2026-7"]


def test_private_names_are_not_told(locked: CommandLine, service: VulnerabilityService) -> None:
    del locked.environ["PIPENV_OSV_URL"]
    result = osv(locked)
    assert result.status == 1
    assert "OSV is not told of private names" in result.stderr
    assert service.asked == []
    assert osv(locked, PIPENV_VULNERABILITY_SERVICE="osv").status == 1
    result = locked("audit", "-s", service.url)
    assert (result.status, service.asked) == (0, ["/v1/querybatch leaf loner trunk"])


def test_the_records_of_the_index(pipenv: CommandLine, service: VulnerabilityService) -> None:
    record: dict[str, Any] = {
        "id": "PYSEC-2026-7",
        "aliases": ["CVE-2026-1"],
        "details": "It falls.",
        "fixed_in": ["1.1", "1.0.1"],
        "withdrawn": None,
    }
    withdrawn = {**record, "id": "PYSEC-2026-6", "aliases": [], "withdrawn": "2026-01-01"}
    service.index["leaf/1.0"] = [record, withdrawn]
    source = {"name": "loopback", "url": f"{service.url}/simple", "verify_ssl": False}
    pins = {"leaf": {"version": "==1.0"}, "loner": {"version": "==0.5"}}
    lock = {"_meta": {"sources": [source]}, "default": pins, "develop": {}}
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    pipenv.lockfile.write_text(json.dumps(lock), encoding="utf-8")
    result = pipenv("audit")
    assert result.status == 1
    assert result.stdout.splitlines()[2].split() == [
        *("leaf", "1.0", "PYSEC-2026-7", "1.0.1,1.1", "CVE-2026-1")
    ]
    assert "loner could not be checked: `loopback` has no vulnerability records" in result.stderr


def test_an_index_in_trouble(pipenv: CommandLine, service: VulnerabilityService) -> None:
    lock_by_hand(pipenv, service, leaf="1.0", loner="0.5")
    service.index["leaf/1.0"] = service.index["loner/0.5"] = []
    assert pipenv("audit").status == 0
    service.status = 503
    assert pipenv("audit").status == 0, "answers are good for some minutes"
    result = pipenv("audit", "--clear", PIPENV_MAX_RETRIES="0")
    assert result.status == 1
    assert "503" in result.stderr
    service.status = 403
    result = pipenv("audit", "--clear")
    assert result.status == 1
    assert "nothing could be checked: of leaf, `loopback` does not show" in result.stderr


def test_an_index_that_has_documents_of_projects_alone(
    pipenv: CommandLine, service: VulnerabilityService
) -> None:
    lock_by_hand(pipenv, service, leaf="1.0", loner="0.5")
    record = {"id": "PYSEC-2026-7", "aliases": [], "details": "", "fixed_in": []}
    service.projects["leaf"] = {"info": {"version": "2.0"}, "vulnerabilities": []}
    service.projects["loner"] = {"info": {"version": "0.5.0"}, "vulnerabilities": [record]}
    result = pipenv("audit")
    assert result.status == 1
    assert "loner  0.5      PYSEC-2026-7" in result.stdout
    assert "leaf could not be checked" in result.stderr


def test_nothing_could_be_checked(pipenv: CommandLine, service: VulnerabilityService) -> None:
    lock_by_hand(pipenv, service, leaf="1.0", loner="0.5")
    result = pipenv("audit")
    assert (result.status, result.stdout) == (1, "")
    assert "has no vulnerability records of it, and nothing of 1 more" in result.stderr
    assert "hint: `-s osv`" in result.stderr


def test_packages_of_no_index(pipenv: CommandLine, service: VulnerabilityService) -> None:
    lock_by_hand(pipenv, service, leaf="1.0+cpu")
    lock = pipenv.locked()
    lock["develop"] = {
        "fork": {"git": "https://git.example/fork.git", "ref": "0" * 40},
        "own": {"path": ".", "editable": True},
    }
    pipenv.lockfile.write_text(json.dumps(lock), encoding="utf-8")
    service.add("leaf", "PYSEC-2026-7", fixed="1.0.1")
    result = pipenv("audit", "-s", service.url)
    assert result.status == 1
    assert "leaf  1.0+cpu  PYSEC-2026-7" in result.stdout
    assert "fork could not be checked: it is from a repository" in result.stderr
    assert "own could not be checked: it is from a folder" in result.stderr
    result = pipenv("audit", "-s", service.url, "--skip-editable", "--json")
    unknown = json.loads(result.stdout)["unknown"]
    assert [(each["name"], each["categories"]) for each in unknown] == [("fork", ["dev-packages"])]


def test_a_pylock(pipenv: CommandLine, service: VulnerabilityService) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "<1.1"\nloner = "*"\n[pipenv]\nuse_pylock = true\n')
    pipenv.ok("lock")
    pipenv.lockfile.unlink()
    service.add("leaf", "PYSEC-2026-7")
    result = pipenv("audit", "-s", service.url)
    assert result.status == 1
    assert "leaf  1.0      PYSEC-2026-7" in result.stdout
    assert "there is no Pipfile.lock: looking at pylock.toml" in result.stderr
    assert pipenv("audit", "-s", service.url, "--fix").status == 1
    pylock = pipenv.root / "pylock.toml"
    place = '[[packages]]\nname = "own"\ndirectory = {path = ".", editable = true}\n'
    pylock.write_text(pylock.read_text(encoding="utf-8") + place, encoding="utf-8")
    assert "own could not be checked" in pipenv("audit", "-s", service.url).stderr
    assert "own could" not in pipenv("audit", "-s", service.url, "--skip-editable").stderr
    for text in ("packages = 1", "[", "packages = [1]"):
        pylock.write_text(text, encoding="utf-8")
        result = pipenv("audit")
        assert result.status == 1
        assert "`pylock.toml` " in result.stderr


def test_both_versions_of_a_package(pipenv: CommandLine, service: VulnerabilityService) -> None:
    lock_by_hand(pipenv, service, leaf="1.0")
    lock = pipenv.locked()
    lock["gpu"] = {"leaf": {"version": "==1.1"}}
    lock["develop"] = {"leaf": {"version": "==1.1"}}
    pipenv.lockfile.write_text(json.dumps(lock), encoding="utf-8")
    service.add("leaf", "PYSEC-2026-7", introduced="1.1", fixed="1.1.1")
    findings = json.loads(pipenv("audit", "-s", service.url, "--json").stdout)["findings"]
    assert [(each["version"], each["categories"]) for each in findings] == [
        ("1.1", ["dev-packages", "gpu"])
    ]


def test_fixing(locked: CommandLine, service: VulnerabilityService, index: LoopbackIndex) -> None:
    index.add_wheel("leaf", "1.2")
    index.add_wheel("leaf", "1.3")
    locked.write_pipfile('[packages]\nleaf = "<2"\n')
    service.add("leaf", "PYSEC-2026-7", fixed="1.1")
    service.add("leaf", "PYSEC-2026-8", introduced="1.1", fixed="1.2")
    before = locked.snapshot()
    result = osv(locked, "--fix", "--dry-run", "--json", "--clear")
    assert result.status == 1
    assert json.loads(result.stdout)["fixes"] == {
        "moved": [{"name": "leaf", "from": "1.0", "to": "1.2"}],
        "refused": [],
        "remaining": [],
    }
    assert "~ leaf 1.0 -> 1.2 (would be locked)" in result.stderr
    assert locked.snapshot() == before
    result = osv(locked, "--fix")
    assert result.status == 0
    assert "PYSEC-2026-7" in result.stdout
    assert "~ leaf 1.0 -> 1.2 (has no PYSEC-2026-7, PYSEC-2026-8)" in result.stderr
    assert locked.locked_versions() == {"leaf": "1.2"}
    assert osv(locked).status == 0


def test_what_cannot_be_fixed(locked: CommandLine, service: VulnerabilityService) -> None:
    service.add("leaf", "PYSEC-2026-7")
    before = locked.snapshot()
    result = osv(locked, "--fix")
    assert result.status == 1
    assert "PYSEC-2026-7 of leaf has no fix yet" in result.stderr
    assert locked.snapshot() == before


def test_what_one_package_forbids_is_done_for_the_others(
    locked: CommandLine, service: VulnerabilityService, index: LoopbackIndex
) -> None:
    index.add_wheel("loner", "0.6")
    service.add("leaf", "PYSEC-2026-7", fixed="1.1")  # the Pipfile wants it below
    service.add("loner", "PYSEC-2026-8", fixed="0.6")
    result = osv(locked, "--fix", "-f", "json", "--clear")
    assert result.status == 1
    assert "no fixed version of leaf can be locked" in result.stderr
    assert "PYSEC-2026-7 of leaf is left" in result.stderr
    fixes = json.loads(result.stdout)["fixes"]
    assert fixes[0] == {"name": "loner", "old_version": "0.5", "new_version": "0.6"}
    assert fixes[1]["name"] == "leaf"
    assert locked.locked_versions("develop") == {"loner": "0.6"}
    assert locked.locked_versions() == {"leaf": "1.0", "trunk": "1.0"}


def test_why_something_cannot_be_fixed(locked: CommandLine, service: VulnerabilityService) -> None:
    locked.write_pipfile('[packages]\ntrunk = "==1.0"\n')
    locked.ok("lock")
    service.add("leaf", "PYSEC-2026-7", fixed="2.0")
    result = osv(locked, "--fix")
    assert "no fixed version of leaf can be locked: Because your Pipfile requires" in result.stderr
    assert "trunk 1.0 depends on leaf >=1.0,<2,>=2.0" in result.stderr
    service.add("trunk", "PYSEC-2026-8", fixed="1.2")
    result = osv(locked, "--fix")
    assert '`pipenv upgrade "trunk>=1.2"` changes the Pipfile' in result.stderr


def test_fixing_without_a_lock(pipenv: CommandLine) -> None:
    pipenv.write_pipfile()
    result = pipenv("audit", "--fix")
    assert result.status == 1
    assert "Pipfile.lock" in result.stderr


def test_a_rehearsal_of_nothing_but_the_audit(
    locked: CommandLine, service: VulnerabilityService
) -> None:
    result = osv(locked, "--dry-run")
    assert (result.status, result.stdout) == (0, "leaf 1.0\nloner 0.5\ntrunk 1.0\n")
    assert service.asked == []


def test_yanked_and_quarantined(
    pipenv: CommandLine, service: VulnerabilityService, index: LoopbackIndex
) -> None:
    index.add(make_wheel("gone", "1.0"), yanked="broken")
    index.status["loner"] = ("quarantined", "looks\x1b[31m bad")
    pipenv.write_pipfile('[packages]\ngone = "==1.0"\nloner = "*"\n')
    pipenv("lock")
    pins = {"gone": {"version": "==1.0"}, "loner": {"version": "==0.5"}}
    source = {"name": "loopback", "url": index.url, "verify_ssl": False}
    lock = {"_meta": {"sources": [source]}, "default": pins, "develop": {}}
    pipenv.lockfile.write_text(json.dumps(lock), encoding="utf-8")
    result = pipenv("audit", "-s", service.url, "--json")
    notices = json.loads(result.stdout)["notices"]
    assert result.status == 0
    assert [(each["name"], each["kind"]) for each in notices] == [
        ("gone", "yanked"),
        ("loner", "quarantined"),
    ]
    assert "notice: gone 1.0 is yanked: broken" in result.stderr
    assert "\x1b" not in result.stderr


def test_what_is_installed(pipenv: CommandLine, service: VulnerabilityService) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "==1.1"\n')
    pipenv.ok("install")
    text = pipenv.lockfile.read_text(encoding="utf-8").replace("==1.1", "==2.0")
    pipenv.lockfile.write_text(text, encoding="utf-8")
    service.add("leaf", "PYSEC-2026-7", fixed="2.0")
    assert pipenv("audit", "-s", service.url).status == 0
    result = pipenv("audit", "-s", service.url, "--installed")
    assert (result.status, "1.1" in result.stdout) == (1, True)
    assert pipenv("audit", "--installed", "--locked").status == 1
    pipenv.lockfile.unlink()
    assert pipenv("audit", "-s", service.url).status == 1
    result = pipenv("audit", "-s", service.url, "--locked")
    assert "Pipfile.lock not found" in result.stderr


def test_without_a_lock(pipenv: CommandLine) -> None:
    pipenv.write_pipfile()
    result = pipenv("audit", "--locked")
    assert result.status == 1
    assert "Pipfile.lock not found" in result.stderr


@pytest.mark.parametrize("words", [("-f", "yaml"), ("-s", "elsewhere"), ("--categories", "docs")])
def test_what_there_is_not(locked: CommandLine, words: tuple[str, ...]) -> None:
    result = locked("audit", *words)
    assert (result.status, result.stdout) == (1, "")
    assert "hint: " in result.stderr
    assert words[1] in result.stderr


@pytest.fixture
def found(locked: CommandLine, service: VulnerabilityService) -> CommandLine:
    """A lock of which something is known that is awkward to write."""
    service.add(
        "leaf",
        "PYSEC-2026-7",
        fixed="1.1",
        aliases=["CVE-2026-1", "GHSA-aaaa-bbbb-cccc"],
        summary="<b>falls</b> & | breaks",
        severity=[{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
    )
    return locked


def test_cyclonedx(found: CommandLine) -> None:
    document = json.loads(osv(found, "-f", "cyclonedx-json").stdout)
    assert document["specVersion"] == "1.5"
    assert [each["purl"] for each in document["components"]] == [
        "pkg:pypi/leaf@1.0",
        "pkg:pypi/loner@0.5",
        "pkg:pypi/trunk@1.0",
    ]
    (entry,) = document["vulnerabilities"]
    assert entry["id"] == "PYSEC-2026-7"
    assert entry["ratings"] == [{"score": 9.8, "severity": "critical"}]
    assert entry["affects"] == [{"ref": "pkg:pypi/leaf@1.0"}]
    root = ET.fromstring(osv(found, "-f", "cyclonedx-xml").stdout)
    space = "{http://cyclonedx.org/schema/bom/1.5}"
    assert root.tag == f"{space}bom"
    assert len(root.findall(f"{space}components/{space}component")) == 3
    assert [each.text for each in root.iter(f"{space}description")] == ["<b>falls</b> & | breaks"]


def test_sarif(found: CommandLine) -> None:
    (run,) = json.loads(osv(found, "-f", "sarif").stdout)["runs"]
    (rule,) = run["tool"]["driver"]["rules"]
    assert rule["properties"]["security-severity"] == "9.8"
    (result,) = run["results"]
    assert (result["ruleId"], result["level"]) == ("PYSEC-2026-7", "error")
    place = result["locations"][0]["physicalLocation"]
    line = found.lockfile.read_text(encoding="utf-8").splitlines()[place["region"]["startLine"] - 1]
    assert line.strip() == '"leaf": {'


def test_markdown(found: CommandLine) -> None:
    lines = osv(found, "-f", "markdown", "--desc").stdout.splitlines()
    assert lines[0].startswith("| Name | Version | ID | Fix Versions | Severity | Aliases |")
    assert lines[2].endswith("| \\<b\\>falls\\</b\\> & \\| breaks |")


def test_a_table_that_fits_the_terminal(found: CommandLine, tmp_path: Path) -> None:
    for columns in (30, 60, 200):
        shown = on_terminal(found, tmp_path, columns, "audit", "-s", "osv", "--desc", "-q")
        assert max(map(len, shown)) <= columns
        assert "PYSEC-2026-7" in " ".join(shown)
        assert "".join(" ".join(shown).split()).count("breaks") == 1
    assert len(shown) == 3


def on_terminal(pipenv: CommandLine, folder: Path, columns: int, *words: str) -> list[str]:
    """What a command prints on a terminal of some width."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with (folder / "talk").open("wb") as talk:
        subprocess.run(
            [*PIPENV_PROCESS, *words],
            cwd=pipenv.root,
            env=pipenv.environ,
            stdin=theirs,
            stdout=theirs,
            stderr=talk,
            check=False,
        )
    os.close(theirs)
    pieces = []
    with suppress(OSError):
        while piece := os.read(ours, 65536):
            pieces.append(piece)
    os.close(ours)
    return b"".join(pieces).decode().splitlines()


def lock_by_hand(pipenv: CommandLine, service: VulnerabilityService, **versions: str) -> None:
    """A project whose index is the service."""
    source = {"name": "loopback", "url": f"{service.url}/simple", "verify_ssl": False}
    pins = {name: {"version": f"=={version}"} for name, version in versions.items()}
    lock = {"_meta": {"sources": [source]}, "default": pins, "develop": {}}
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    pipenv.lockfile.write_text(json.dumps(lock), encoding="utf-8")


def records_file(pipenv: CommandLine) -> Path:
    return Path(pipenv.environ["PIPENV_CACHE_DIR"]) / "vulnerabilities-v1" / "osv.records"


def age_answers(pipenv: CommandLine, *, days: int) -> None:
    """Let the answers in the cache be older."""
    file = records_file(pipenv)
    content = json.loads(file.read_text(encoding="utf-8"))
    for answer in content["answers"].values():
        answer[0] -= days * 86_400 + 60
    file.write_text(json.dumps(content), encoding="utf-8")


def test_check_compares_and_audits(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(python=True)
    pipenv.ok("lock")
    result = pipenv.ok("check", "--key", "k", "--scan", "--disable-audit-and-monitor")
    assert result.stdout == "Passed!\n"
    assert "deprecated" in result.stderr
    for option in ("--key", "--scan", "--disable-audit-and-monitor"):
        assert f"{option} means nothing" in result.stderr


@pytest.mark.parametrize("wanted", [">=3.8", ">=3.8,<4", "*"])
def test_check_understands_ranges(pipenv: CommandLine, wanted: str) -> None:
    pipenv.write_pipfile(f'[requires]\npython_version = "{wanted}"\n')
    assert pipenv.ok("check").stdout == "Passed!\n"


def test_check_tells_what_does_not_fit(pipenv: CommandLine) -> None:
    pipenv.write_pipfile("[requires]\nplatform_system = 'Plan 9'\n")
    result = pipenv("check")
    assert (result.status, result.stdout) == (1, "")
    assert "platform_system does not match Plan 9" in result.stderr


def test_check_finds_and_reports(found: CommandLine) -> None:
    found.environ["PIPENV_VULNERABILITY_SERVICE"] = "osv"
    result = found("check", "--output", "json")
    assert result.status == 1
    assert json.loads(result.stdout)["dependencies"][0]["vulns"][0]["id"] == "PYSEC-2026-7"
    result = found("check", "--continue-on-error", "--output", "full-report")
    assert result.status == 0
    assert "breaks" in result.stdout
    result = found("check", "--save-json", "report.json", "-i", "CVE-2026-1")
    assert result.status == 0
    assert json.loads((found.root / "report.json").read_text(encoding="utf-8"))["dependencies"]
    assert found("check", "--output", "yaml").status == 1


def test_check_asks_nothing_without_a_terminal(found: CommandLine) -> None:
    for yes in ("0", "1"):
        result = found.spawn("check", "--auto-install", PIPENV_YES=yes, PIPENV_OSV_URL="")
        assert "Traceback" not in result.stderr
        assert "--auto-install means nothing" in result.stderr
