"""How the lines of ``status`` are laid out."""

from __future__ import annotations

from pipenv.cli.aspect_lines import aspect_lines

ROWS = (
    ("Pipfile", "4 entries in [packages]", ""),
    ("[packages]", "missing: alpha, beta, gamma; delta: 1.0 is installed, 2.0 is locked", "do it"),
    ("Python", "3.11.7", "pipenv remove, then pipenv install"),
)


def test_a_pipe_gets_one_line_each() -> None:
    assert aspect_lines(ROWS, None) == [
        "Pipfile     4 entries in [packages]",
        "[packages]  missing: alpha, beta, gamma; delta: 1.0 is installed, 2.0 is locked  -> do it",
        "Python      3.11.7  -> pipenv remove, then pipenv install",
    ]


def test_80_columns() -> None:
    assert aspect_lines(ROWS, 80) == [
        "Pipfile     4 entries in [packages]",
        "[packages]  missing: alpha, beta, gamma; delta: 1.0 is installed, 2.0 is locked",
        "            -> do it",
        "Python      3.11.7  -> pipenv remove, then pipenv install",
    ]


def test_40_columns() -> None:
    assert aspect_lines(ROWS, 40) == [
        "Pipfile     4 entries in [packages]",
        "[packages]  missing: alpha, beta, gamma;",
        "            delta: 1.0 is installed, 2.0",
        "            is locked",
        "            -> do it",
        "Python      3.11.7",
        "            -> pipenv remove, then",
        "               pipenv install",
    ]


def test_what_is_longer_than_the_terminal_stays_whole() -> None:
    assert aspect_lines((("a", "x" * 60, ""),), 40) == ["a  " + "x" * 60]
