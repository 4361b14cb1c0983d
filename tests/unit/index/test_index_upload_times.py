from __future__ import annotations

from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipenv.index.upload_times import NEVER, pack_times, unpack_time


@given(st.lists(st.tuples(st.integers(1, 253_402_300_799), st.booleans())))
def test_times_survive_being_packed(times: list[tuple[int, bool]]) -> None:
    texts = [
        datetime.fromtimestamp(seconds, timezone.utc).isoformat().replace("+00:00", end)
        for seconds, has_fraction in times
        for end in [".000001Z" if has_fraction else "Z"]
    ]
    packed = pack_times(texts)
    assert [unpack_time(packed, at) for at in range(len(times))] == [each for each, _ in times]


@pytest.mark.parametrize(
    "text",
    [
        "",
        NEVER,
        "soon",
        "2024-01-01",
        "2024-01-01T00:00:00",
        "2024-01-01T00:00:00+02:00",
        "2024-13-01T00:00:00Z",
        "2024-01-00T00:00:00Z",
        "2024-01-01T24:00:00Z",
        "0000-00-00T00:00:00Z",
        "1969-12-31T23:59:59Z",
        "2024-01-01T00:00:0xZ",
        "٢٠٢٤-01-01T00:00:00Z",
        "2024-01-01T00:00Z",
    ],
)
def test_what_is_no_time_is_unknown(text: str) -> None:
    packed = pack_times([text, "2024-02-29T12:30:59.5Z", text])
    assert [unpack_time(packed, at) for at in range(4)] == [None, 1_709_209_859, None, None]
    assert unpack_time(pack_times([text]), 0) is None


def test_pages_without_times_keep_nothing() -> None:
    assert pack_times([NEVER] * 1000) == b""
    assert unpack_time(b"", 3) is None
