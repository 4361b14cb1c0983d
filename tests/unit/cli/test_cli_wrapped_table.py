"""Tables fit, and lose nothing."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipenv.cli.wrapped_table import broken, table

HEADINGS = ("Name", "Fix Versions", "Text")
ROW = ("django", "2.2.24,3.1.12,3.2.4", "a few words, and more of them")


def test_off_a_terminal_a_row_is_a_line() -> None:
    assert table(HEADINGS, [ROW], None).splitlines()[2] == (
        "django  2.2.24,3.1.12,3.2.4  a few words, and more of them"
    )


def test_cells_are_broken_between_words_and_after_commas() -> None:
    assert table(HEADINGS, [ROW, ("a", "1", "b")], 40).splitlines() == [
        "Name    Fix         Text",
        "        Versions",
        "------  ----------  --------------------",
        "django  2.2.24,     a few words, and",
        "        3.1.12,     more of them",
        "        3.2.4",
        "a       1           b",
    ]


def test_where_no_table_fits_it_is_a_list() -> None:
    assert table(HEADINGS, [ROW], 20).splitlines() == [
        "Name: django",
        "Fix Versions:",
        "    2.2.24,3.1.12,",
        "    3.2.4",
        "Text: a few words,",
        "    and more of them",
    ]


RELAXED = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
CELL = st.text(alphabet="ab, ", max_size=40).map(str.strip)


@RELAXED
@given(st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=4), st.integers(5, 120))
def test_nothing_is_lost(rows: list[tuple[str, str, str]], width: int) -> None:
    def letters(text: str) -> list[str]:
        return sorted(sign for sign in text if sign in "ab,")

    whole, fitted = table(HEADINGS, rows, None), table(HEADINGS, rows, width)
    if "---" in fitted:
        assert letters(whole) == letters(fitted)
        assert max(map(len, fitted.splitlines())) <= width or whole == fitted


@RELAXED
@given(st.text(alphabet="abc, ", max_size=60), st.integers(1, 30))
def test_only_words_that_are_too_long_stand_out(text: str, width: int) -> None:
    lines = broken(text, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    for line in lines:
        assert len(line) <= width or " " not in line.rstrip()
