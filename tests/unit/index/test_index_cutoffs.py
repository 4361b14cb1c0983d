from __future__ import annotations

from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipenv.errors import InvalidValue
from pipenv.index.cutoffs import CutOff, parse_moment
from pipenv.index.merging import MergedPage
from pipenv.index.pages import Freshness, Listing, Page
from pipenv.index.project_notes import read_locations, read_status
from pipenv.index.upload_times import later_than, pack_moments, unpack_time
from pipenv.models.artifacts import Artifact

NOW = 1_786_000_000
DAY = 86_400
WEEK = ", inside the cool-down of 7 days"
HTML = "text/html"
JSON = "application/vnd.pypi.simple.v1+json"
META = b'<meta name="pypi:project-status" content="deprecated">'
moments = st.integers(1, 7_000_000_000)


@given(st.lists(st.none() | moments, max_size=5))
def test_moments_come_back(times: list[int | None]) -> None:
    packed = pack_moments(times)
    assert [unpack_time(packed, at) for at in range(len(times))] == times


@given(moments)
def test_moments_are_packed_as_the_calendar_has_them(moment: int) -> None:
    expected = datetime.fromtimestamp(moment, timezone.utc).strftime("%Y%m%d%H%M%S")
    assert pack_moments([moment]).hex() == expected


@given(st.lists(st.none() | moments, max_size=5), moments)
def test_what_is_later(times: list[int | None], bound: int) -> None:
    expected = sum(1 << at for at, each in enumerate(times) if each is not None and each > bound)
    assert later_than(pack_moments(times), bound) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-08-01", "2026-08-01T23:59:59+00:00"),
        ("2026-08-01T12:00:00Z", "2026-08-01T12:00:00+00:00"),
        ("2026-08-01 12:00", "2026-08-01T12:00:00+00:00"),
        ("2026-08-01T12:00:00+02:00", "2026-08-01T10:00:00+00:00"),
    ],
)
def test_moments_as_people_write_them(text: str, expected: str) -> None:
    assert parse_moment(text) == datetime.fromisoformat(expected).timestamp()


@pytest.mark.parametrize("text", ["", "x", "2026-02-30", "2026", "20260801T", "9999999"])
def test_what_is_no_moment(text: str) -> None:
    with pytest.raises(InvalidValue, match="neither a date"):
        parse_moment(text)


def test_nothing_is_hidden_without_a_reason() -> None:
    assert CutOff(NOW).latest("a") is None
    assert CutOff(NOW, cool_down_days=7, exempt=frozenset({"a"})).latest("a") is None


def test_a_cool_down_counts_from_the_moment_that_is_the_present() -> None:
    assert CutOff(NOW, cool_down_days=7).latest("a") == NOW - 7 * DAY
    then = CutOff(NOW, "then", 7, frozenset({"a"}))
    assert then.latest("a") == NOW
    assert then.latest("b") == NOW - 7 * DAY


@pytest.mark.parametrize(
    ("cut_off", "uploaded_at", "expected"),
    [
        (CutOff(NOW, None, 7), NOW - 2 * DAY - 5, f"was uploaded 2 days ago{WEEK}"),
        (
            CutOff(NOW, None, 1),
            NOW - 5,
            "was uploaded less than a day ago, inside the cool-down of 1 day",
        ),
        (CutOff(NOW, None, 7), NOW + 5, f"was uploaded less than a day ago{WEEK}"),
        (CutOff(NOW, "2026-08-06"), NOW + 9 * DAY, "was uploaded on 2026-08-15, after 2026-08-06"),
        (CutOff(NOW, "then", 7), NOW - DAY, f"was uploaded 1 day before then{WEEK}"),
    ],
)
def test_reasons(cut_off: CutOff, uploaded_at: int, expected: str) -> None:
    assert cut_off.reason(uploaded_at) == expected


def test_single_files_are_hidden() -> None:
    early = Artifact("a-1.tar.gz", "u", upload_time="2026-01-01T00:00:00.000001Z")
    late = Artifact("a-1-py3-none-any.whl", "u", upload_time="2026-09-01T00:00:00Z")
    timeless = Artifact("a-1-py2-none-any.whl", "u")
    odd = Artifact("a-1-py1-none-any.whl", "u", upload_time="soon")
    cut_off = CutOff(parse_moment("2026-08-01"), "2026-08-01")
    assert cut_off.seen("a", [early, late, timeless, odd]) == (early, timeless, odd)


def listing(*versions: str, times: bytes = b"", yanked: int = 0) -> Listing:
    kinds = ((None, ""),)
    return Listing(versions, 0, yanked, (kinds, tuple((0,) for _ in versions)), times)


def test_pages_merge() -> None:
    fresh = Freshness(0.0)
    one = Page("u1", "a", fresh, listing("1.0", "3.0", times=pack_moments([5, None])), None)
    two = Page(
        "u2", "a", fresh, listing("1.0.0", "2.0", times=pack_moments([3, 9]), yanked=3), None
    )
    merged = MergedPage([one, two])
    assert merged.listing.texts == ["1.0", "2.0", "3.0"]
    assert merged.listing.yanked == 0b010
    assert [merged.listing.uploaded_at(at) for at in range(3)] == [3, 9, None]
    assert merged.places("1.0") == [(one, "1.0"), (two, "1.0.0")]
    assert merged.places("2.0") == [(two, "2.0")]
    assert merged.places("9") == []


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        (
            JSON,
            b'{"files": [], "project-status" : {"status": "archived", "reason": "x"}}',
            ("archived", "x"),
        ),
        (JSON, b'{"project-status": {"status": "active"}}', ("", "")),
        (JSON, b'{"x": "\\"project-status\\": {}", "project-status": {"status": "q"}}', ("q", "")),
        (JSON, b'{"versions": ["project-status"], "meta": {}}', ("", "")),
        (JSON, b'{"project-status": {"status": ', ("", "")),
        (JSON, b'{"project-status": {"status": 3}}', ("", "")),
        (JSON, b'{"project-status": "gone"}', ("", "")),
        (HTML, META + b'<a href="x">', ("deprecated", "")),
        (HTML, b'<a href="x">' + META, ("", "")),
    ],
)
def test_status(content_type: str, body: bytes, expected: tuple[str, str]) -> None:
    assert read_status(content_type, body) == expected


def test_locations() -> None:
    body = (
        b'{"meta": {"tracks": ["u1/", 3]}, "alternate-locations": ["u2"], "versions": ["tracks"]}'
    )
    assert read_locations(JSON, body) == {"u1", "u2"}
    page = (
        b'<meta name="pypi:tracks" content="u1">'
        b'<meta content="u2/" name="pypi:alternate-locations">'
    )
    assert read_locations("text/html", page) == {"u1", "u2"}
    assert read_locations(JSON, b"{}") == frozenset()


@given(st.binary(max_size=60), st.sampled_from([JSON, "text/html"]))
def test_notes_of_anything(body: bytes, content_type: str) -> None:
    read_status(content_type, b'"project-status":' + body)
    read_locations(content_type, b'"tracks":' + body)
