from __future__ import annotations

import importlib
import itertools
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipenv.cli import options
from pipenv.cli.parsing import parse
from pipenv.cli.plain_lines import read_plain_line
from pipenv.cli.registry import COMMANDS
from pipenv.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipenv.cli.parsing import Parser

NAMES = [entry.name for entry in COMMANDS]
FLAGS = sorted(
    {
        flag
        for option in vars(options).values()
        if isinstance(option, options.Option)
        for flag in option.flags
    }
)
ODD = [
    "--",
    "-",
    "",
    "--d",
    "-dv",
    "-eq",
    "--python=3.11",
    "--clear=yes",
    "-h",
    "--help",
    "--version",
    "--json",
    "--json-tree",
    "--reverse",
    "two words",
    "-two words",
    "-1",
]
LINES = st.lists(st.sampled_from([*NAMES, *FLAGS, *ODD, "requests", "x==1", "@x"]), max_size=6)


def adder(stem: str) -> Callable[[Parser], None]:
    found: Callable[[Parser], None] = importlib.import_module(
        f"pipenv.cli.commands.{stem}"
    ).add_arguments
    return found


def agrees(argv: list[str]) -> bool:
    """Check a line; tells whether it was plain."""
    plain = read_plain_line(argv, adder)
    if plain is None:
        return False
    line = parse(argv, adder)
    assert not line.wants_help
    assert (line.entry, line.values) == plain
    return True


@given(st.sampled_from(NAMES), LINES)
def test_plain_lines_mean_what_the_parser_says(name: str, words: list[str]) -> None:
    agrees([name, *words])


@given(LINES)
def test_lines_that_begin_otherwise(words: list[str]) -> None:
    agrees(words)


def test_all_pairs_of_options() -> None:
    for name in ("install", "lock", "sync", "uninstall", "graph"):
        for words in itertools.product(FLAGS, repeat=2):
            agrees([name, *words])
            agrees([name, words[0], "3.11", words[1]])


@pytest.mark.parametrize(
    "argv",
    [
        ["lock"],
        ["lock", "--clear", "--pre", "-v"],
        ["lock", "--categories", "docs", "--python", "3.11"],
        ["install"],
        ["install", "-d", "requests", "--index", "here", "flask>=2"],
        ["install", "--site-packages", "--dev"],
        ["sync", "--dev"],
        ["verify"],
        ["uninstall", "requests", "--dev"],
    ],
)
def test_usual_lines_are_plain(argv: list[str]) -> None:
    assert agrees(argv)


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["--clear", "lock"],
        ["run", "python"],
        ["lock", "--cle"],
        ["lock", "--help"],
        ["lock", "--python"],
        ["lock", "--python", "-v"],
        ["lock", "--python=3.11"],
        ["lock", "what"],
        ["look"],
        ["install", "--", "x"],
    ],
)
def test_other_lines_are_left_to_the_parser(argv: list[str]) -> None:
    assert read_plain_line(argv, adder) is None


def test_a_mistake_is_left_to_the_parser() -> None:
    assert read_plain_line(["lock", "--no-such"], adder) is None
    with pytest.raises(UsageError):
        parse(["lock", "--no-such"], adder)
