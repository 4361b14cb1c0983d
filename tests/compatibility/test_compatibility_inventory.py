"""`contract.txt`: everything that upstream has is in our tables, and a test tries it."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from pipenv.cli import options
from pipenv.cli.command_forms import HELP, command_forms
from pipenv.cli.dispatch import argument_adder
from pipenv.settings import SWITCHES
from pipenv.variables import WITHOUT_MEANING, all_variables

TESTS = Path(__file__).parents[1]
PENDING = 0
"""Rows that are `pending`; to be lowered with each that is built."""
UNTESTED = 0
"""Rows that are `untested`; to be lowered with each that gets a test."""
UNFINISHED = ("pending", "untested")


class Row(NamedTuple):
    """One row of the contract."""

    kind: str
    what: str
    test: str


def rows() -> list[Row]:
    lines = (TESTS / "compatibility" / "contract.txt").read_text(encoding="utf-8").splitlines()
    found = []
    for line in lines:
        if line.strip() and not line.startswith("#"):
            kind, *what, test = line.split()
            found.append(Row(kind, " ".join(what), test))
    return found


ROWS = rows()


@cache
def flags_of_commands() -> dict[str, set[str]]:
    return {
        form.entry.name: {flag for option in form.options for flag in option.flags}
        for form in command_forms(argument_adder)
    }


@cache
def variables() -> set[str]:
    negative = {
        each.variable.replace("PIPENV_", "PIPENV_NO_", 1)
        for each in SWITCHES
        if each.negative_variable
    }
    # The path of ``--venv`` reads this one, without the table of switches.
    return {name for name, _ in all_variables()} | negative | {"PIPENV_NO_IGNORE_VIRTUALENVS"}


def is_in_tables(row: Row) -> bool:
    words = row.what.split()
    flags = set(words[-1].split("/"))
    if row.kind == "command":
        return row.what in flags_of_commands()
    if row.kind == "root":
        return flags <= {flag for each in (*options.ROOT, HELP) for flag in each.flags}
    if row.kind == "option":
        return flags <= flags_of_commands().get(words[0], set())
    if row.kind == "ignored":
        return row.what in dict(WITHOUT_MEANING)
    assert row.kind == "variable", row
    return row.what in variables()


@cache
def functions(path: Path) -> dict[str, str]:
    """Name → source of the test functions of a file, with their decorators."""
    source = path.read_text(encoding="utf-8")
    lines = source.splitlines()
    return {
        node.name: "\n".join(
            lines[
                min([node.lineno, *(each.lineno for each in node.decorator_list)])
                - 1 : node.end_lineno
            ]
        )
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef)
    }


def mentions(text: str, row: Row) -> bool:
    words = row.what.split()[-1].split("/")
    if row.kind == "ignored" and "WITHOUT_MEANING" in text:
        return True
    short = {word for word in words if word.startswith("-") and len(word) == 2}
    return any(f'"{word}' in text if word in short else word in text for word in words)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.kind} {row.what}")
def test_row(row: Row) -> None:
    if row.test == "pending":
        assert not is_in_tables(row), f"{row.what} is built: name its test in contract.txt"
        return
    assert is_in_tables(row), f"{row.kind} {row.what} is in none of our tables"
    if row.test == "untested":
        return
    path, _, name = row.test.partition("::")
    text = functions(TESTS / path).get(name)
    assert text is not None, f"there is no test {row.test}"
    assert mentions(text, row), f"{row.test} does not mention {row.what}"


def test_unfinished_rows_are_counted() -> None:
    assert [sum(row.test == each for row in ROWS) for each in UNFINISHED] == [PENDING, UNTESTED]


def test_unfinished_rows_stand_at_the_end() -> None:
    are_finished = [row.test not in UNFINISHED for row in ROWS]
    assert are_finished == sorted(are_finished, reverse=True)


def test_a_row_stands_once() -> None:
    named = [(row.kind, row.what) for row in ROWS]
    assert len(named) == len(set(named))


def test_the_contract_is_complete() -> None:
    """19 commands and 232 options, ``--help`` of each command included: upstream's 2026.10.3."""
    kinds = [row.kind for row in ROWS]
    assert kinds.count("command") == 19
    assert kinds.count("root") + kinds.count("option") + kinds.count("command") == 232
    assert kinds.count("variable") + kinds.count("ignored") == 118


def test_the_instrument_finds_what_is_wrong() -> None:
    assert not is_in_tables(Row("option", "lock --nonsense", ""))
    assert not is_in_tables(Row("command", "nonsense", ""))
    assert not is_in_tables(Row("variable", "PIPENV_NONSENSE", ""))
    assert not mentions('pipenv("lock", "--pre")', Row("option", "lock --clear", ""))
    assert mentions('pipenv("lock", "-q")', Row("option", "lock -q/--quiet", ""))
