"""``audit`` and ``check``, against a server that speaks OSV's protocol."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from support.vulnerability_service import VulnerabilityService

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.command_line import CommandLine, Result


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
            "id": "PYSEC-2026-9",
            "aliases": [],
            "summary": "",
            "fixed": [],
            "severity": "",
        }
    ]
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
    ['"x"', '[{reason = "x"}]', '[{id = "x", until = "soon"}]', '[{id = "x", why = "y"}]'],
)
def test_ignoring_in_a_way_that_means_nothing(locked: CommandLine, entries: str) -> None:
    text = locked.pipfile.read_text(encoding="utf-8")
    locked.pipfile.write_text(f"{text}\n[pipenv]\naudit-ignore = {entries}\n", encoding="utf-8")
    result = osv(locked)
    assert result.status == 1
    assert "audit-ignore" in result.stderr


def test_offline_from_a_dated_cache(locked: CommandLine, service: VulnerabilityService) -> None:
    service.add("leaf", "PYSEC-2026-7")
    result = osv(locked, "--offline", "--strict")
    assert result.status == 1
    assert "leaf could not be checked: never asked for" in result.stderr
    osv(locked)
    asked = len(service.asked)
    result = osv(locked, "--offline")
    assert "PYSEC-2026-7" in result.stdout
    assert len(service.asked) == asked
    assert "vulnerabilities" in locked.ok("cache", "info").stdout


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


def test_private_names_are_not_told(locked: CommandLine, service: VulnerabilityService) -> None:
    del locked.environ["PIPENV_OSV_URL"]
    result = osv(locked, "--strict")
    assert result.status == 1
    assert "OSV is not told its name" in result.stderr
    assert service.asked == []


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


def test_fixing(locked: CommandLine, service: VulnerabilityService) -> None:
    locked.write_pipfile('[packages]\nleaf = "<2"\n')
    locked.lockfile.write_text(
        locked.lockfile.read_text(encoding="utf-8").replace("==1.1", "==1.0"), encoding="utf-8"
    )
    service.add("leaf", "PYSEC-2026-7", fixed="1.1")
    result = osv(locked, "--fix")
    assert result.status == 1
    assert "~ leaf 1.0 -> 1.1" in result.stderr
    assert locked.locked_versions()["leaf"] == "1.1"
    assert osv(locked).status == 0


def test_what_cannot_be_fixed(locked: CommandLine, service: VulnerabilityService) -> None:
    service.add("leaf", "PYSEC-2026-7")
    before = locked.snapshot()
    result = osv(locked, "--fix")
    assert "has no fix yet" in result.stderr
    assert locked.snapshot() == before


def test_without_a_lock(pipenv: CommandLine) -> None:
    pipenv.write_pipfile()
    result = pipenv("audit", "--locked")
    assert result.status == 1
    assert "Pipfile.lock not found" in result.stderr


@pytest.mark.parametrize("words", [("-f", "cyclonedx-xml"), ("-s", "elsewhere")])
def test_what_there_is_not(locked: CommandLine, words: tuple[str, ...]) -> None:
    result = locked("audit", *words)
    assert result.status == 1
    assert "choose one of" in result.stderr


def test_check_compares_and_audits(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(python=True)
    pipenv.ok("lock")
    result = pipenv.ok("check", "--key", "k", "--scan")
    assert result.stdout == "Passed!\n"
    assert "deprecated" in result.stderr
    assert "--key means nothing" in result.stderr


def test_check_tells_what_does_not_fit(pipenv: CommandLine) -> None:
    pipenv.write_pipfile("[requires]\nplatform_system = 'Plan 9'\n")
    result = pipenv("check")
    assert (result.status, result.stdout) == (1, "")
    assert "platform_system does not match Plan 9" in result.stderr
