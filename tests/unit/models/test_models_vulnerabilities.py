"""Which versions a vulnerability record concerns."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipenv.errors import InvalidValue
from pipenv.models.vulnerabilities import (
    Vulnerability,
    ascending,
    essence_of_osv,
    is_affected,
    record_of_osv,
    records_of_index,
    united,
)

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
        ([{"introduced": "1"}, {"fixed": "1.1"}], ["1.0+cpu", "1.1rc1+cpu"], ["1.1+cpu"]),
        ([{"introduced": "0"}, {"last_affected": "2.1"}], ["2.1+cpu", "2.1.0"], ["2.1.post1"]),
        ([{"introduced": "0", "fixed": "1!1"}], ["99", "1!0.9"], ["1!1", "2!0"]),
        ([{"introduced": "1.0a1"}, {"fixed": "1.0"}], ["1.0a1", "1.0rc9"], ["1.0a1.dev1", "1.0"]),
        ([{"fixed": "2"}, {"introduced": "2"}], [], ["2", "1"]),
        ([{"introduced": "2"}, {"last_affected": "2"}], ["2"], ["1", "2.0.1"]),
        ([{"introduced": "1"}, {"limit": "2"}], ["1", "3"], ["0.9"]),
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


DOCUMENT: dict[str, Any] = {
    "id": "PYSEC-2026-7",
    "modified": "2026-01-01T00:00:00Z",
    "aliases": ["CVE-2026-1"],
    "details": "It\x1b[2J\nfalls.  Often.",
    "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N"}],
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "Some_Package", "purl": "pkg:pypi/x"},
            "ranges": [
                {"type": "GIT", "repo": "x", "events": [{"introduced": "0"}, {"fixed": "abc"}]},
                {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.5"}]},
            ],
            "versions": ["1.4.9"],
        },
        {
            "package": {"ecosystem": "npm", "name": "some-package"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "9"}]}],
        },
    ],
}


def test_a_record_of_osv_is_read() -> None:
    expected = Vulnerability(
        "PYSEC-2026-7", ("CVE-2026-1",), "It[2J falls. Often.", ("1.5",), "medium", 6.1
    )
    for document in (DOCUMENT, essence_of_osv(DOCUMENT)):
        assert record_of_osv(document, "some-package", "1.4") == expected
        assert record_of_osv(document, "some-package", "1.5") is None
        assert record_of_osv(document, "other-package", "1.4") is None
        assert record_of_osv({**document, "withdrawn": "x"}, "some-package", "1.4") is None


@pytest.mark.parametrize(
    ("own", "vectors", "severity", "score"),
    [
        ({"severity": "MODERATE"}, [], "medium", None),
        ({"severity": "LOW"}, ["CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N"], "low", 6.1),
        ({"severity": "whatever"}, ["CVSS:4.0/AV:N"], "", None),
        ({"severity": None}, ["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"], "critical", 9.8),
        ("high", [], "", None),
    ],
)  # fmt: skip
def test_ratings(own: object, vectors: list[str], severity: str, score: float | None) -> None:
    document = {
        **DOCUMENT,
        "database_specific": own,
        "severity": [{"type": "CVSS", "score": each} for each in vectors],
    }
    for each in (document, essence_of_osv(document)):
        record = record_of_osv(each, "some-package", "1")
        assert record is not None
        assert (record.severity, record.score) == (severity, score)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("PyPI"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("id", "affected", "package", "ecosystem", "name", "ranges", "events"),
                    *("introduced", "fixed", "type", "versions", "severity", "score", "aliases"),
                    *("vulnerabilities", "fixed_in", "database_specific", "summary"),
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(JUNK)
def test_junk_is_refused_or_left_out(junk: object) -> None:
    for document in (junk, {"id": "x", "affected": junk}, {"id": "x", "affected": [junk]}):
        with suppress(InvalidValue):
            record_of_osv(document, "x", "1")
        with suppress(InvalidValue):
            record_of_osv(essence_of_osv(document), "x", "1")
    with suppress(InvalidValue):
        records_of_index(junk)
    with suppress(InvalidValue):
        records_of_index({"vulnerabilities": [junk]})


def test_the_worst_rating_counts() -> None:
    low = Vulnerability("GHSA-1", ("CVE-1",), "", (), "low", 3.0)
    high = Vulnerability("GHSA-2", ("CVE-1",), "", (), "high", 7.5)
    (one,) = united([high, low])
    assert (one.id, one.aliases, one.severity, one.score) == (
        *("GHSA-1", ("CVE-1", "GHSA-2")),
        *("high", 7.5),
    )


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
