"""Which versions a vulnerability record concerns."""

from __future__ import annotations

import pytest

from pipenv.models.vulnerabilities import Vulnerability, ascending, is_affected, united

Events = list[dict[str, str]]


@pytest.mark.parametrize(
    ("events", "inside", "outside"),
    [
        ([{"introduced": "0"}], ["0.dev0", "1", "99"], []),
        ([{"introduced": "0"}, {"fixed": "2"}], ["1", "2rc1"], ["2", "2.0.0", "3"]),
        ([{"introduced": "1.5"}, {"last_affected": "2"}], ["1.5", "2", "2.0"], ["1.4", "2.0.1"]),
        (
            [{"introduced": "3"}, {"fixed": "3.2"}, {"introduced": "0"}, {"fixed": "2.2"}],
            ["2.1", "3", "3.1.9"],
            ["2.2", "2.9", "3.2"],
        ),
        ([{"introduced": "nonsense"}], [], ["1"]),
        ([], [], ["1"]),
    ],
)
def test_ranges(events: Events, inside: list[str], outside: list[str]) -> None:
    affected = {"ranges": [{"type": "ECOSYSTEM", "events": events}]}
    assert [each for each in inside if not is_affected(affected, each)] == []
    assert [each for each in outside if is_affected(affected, each)] == []


def test_listed_versions_count_in_any_spelling() -> None:
    affected = {"versions": ["1.0", "2.0rc1"], "ranges": [{"type": "GIT", "events": []}]}
    assert is_affected(affected, "1")
    assert is_affected(affected, "2.0-RC.1")
    assert not is_affected(affected, "2.0")
    assert not is_affected(affected, "no version")


@pytest.mark.parametrize(
    "junk", [{}, {"versions": 1}, {"ranges": [1]}, {"ranges": [{"events": 1}]}]
)
def test_junk_concerns_nothing(junk: dict[str, object]) -> None:
    assert not is_affected(junk, "1")


def test_records_of_one_vulnerability_are_one() -> None:
    ghsa = Vulnerability("GHSA-1", ("CVE-1",), "falls", ("1.2",), "high")
    pysec = Vulnerability("PYSEC-1", ("CVE-1",), "", ("1.10", "1.2"))
    other = Vulnerability("PYSEC-2", (), "breaks", ())
    assert united([ghsa, other, pysec]) == [
        Vulnerability("PYSEC-1", ("CVE-1", "GHSA-1"), "falls", ("1.2", "1.10"), "high"),
        other,
    ]


def test_versions_ascend() -> None:
    assert ascending(["1.10", "1.9", "x", "1.9"]) == ("1.9", "1.10")
