"""The manual, from the tables that the program itself goes by: commands, options, variables.

Two forms: a page for ``man`` and one in Markdown. ``python -m pipenv.cli.reference`` writes both
below ``docs``; a test says when that is due.
"""

from __future__ import annotations

import pathlib

from pipenv.cli import options
from pipenv.cli.registry import COMMANDS
from pipenv.models.records import NamedTuple
from pipenv.settings import switch_of
from pipenv.variables import WITHOUT_MEANING, all_variables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipenv.cli.parsing import Parser

    Load = Callable[[str], Callable[[Parser], None]]

PAGES = ("pipenv.1", "reference.md")
_SUMMARY = "Pipfile in, Pipfile.lock and virtual environment out"


class DescribedOption(NamedTuple):
    """One option, or one positional argument, as a manual shows it."""

    spelling: str
    help: str


class DescribedCommand(NamedTuple):
    """One command."""

    name: str
    help: str
    options: tuple[DescribedOption, ...]


class _Collector:
    """Stands in for a parser: keeps what it is told."""

    def __init__(self) -> None:
        self.found: list[DescribedOption] = []

    def add_argument(self, *names: str, **told: object) -> None:
        """Take an argument as `argparse` would."""
        text = str(told.get("help") or "")
        if text == options.NOT_SHOWN:
            return
        switch = switch_of(str(told.get("dest", "")))
        if switch is not None:
            places = (switch.variable, switch.pipfile_key and f"[pipenv] {switch.pipfile_key}")
            text += "".join(f" [{place}]" for place in places if place)
        metavar = told.get("metavar")
        spelling = ", ".join(names) if names and names[0].startswith("-") else str(metavar or names)
        if metavar and names and names[0].startswith("-"):
            spelling += f" {metavar}"
        self.found.append(DescribedOption(spelling, text))


def described_commands(load: Load) -> list[DescribedCommand]:
    """All commands with their options; `load` gives the ``add_arguments`` of a command module."""
    found = []
    for entry in COMMANDS:
        collector = _Collector()
        load(entry.module)(collector)  # type: ignore[arg-type] # it has the one method used
        found.append(DescribedCommand(entry.name, entry.help, tuple(collector.found)))
    return found


def root_options() -> tuple[DescribedOption, ...]:
    """The options before the command."""
    collector = _Collector()
    options.add_options(collector, options.ROOT)  # type: ignore[arg-type] # the same
    return tuple(collector.found)


def man_page(load: Load) -> str:
    """The page for ``man``."""
    lines = [
        '.TH PIPENV 1 "" "" "Pipenv"',
        f".SH NAME\npipenv \\- {_roff(_SUMMARY)}",
        ".SH SYNOPSIS\n.B pipenv\n[OPTIONS] COMMAND [ARGS]",
        ".SH OPTIONS",
        *_roff_options(root_options()),
        ".SH COMMANDS",
    ]
    for command in described_commands(load):
        lines.append(f".SS {command.name}\n{_roff(_sentence(command.help))}")
        lines += _roff_options(command.options)
    lines.append(".SH ENVIRONMENT")
    for name, text in all_variables():
        lines.append(f".TP\n.B {_roff(name)}\n{_roff(text)}")
    lines.append(".SH EXIT STATUS\n0 success, 1 failure, 2 a command line that makes no sense; ")
    lines.append("run and shell end as the program does that they start.")
    return "\n".join(lines) + "\n"


def markdown_page(load: Load) -> str:
    """The page for readers of the repository."""
    lines = [
        "# Commands, options, variables",
        "",
        "Made from the program's own tables by `python -m pipenv.cli.reference`.",
        "",
        "## Before the command",
        "",
        *_table(("option", "meaning"), root_options()),
    ]
    for command in described_commands(load):
        lines += ["", f"## {command.name}", "", _sentence(command.help)]
        if command.options:
            lines += ["", *_table(("option", "meaning"), command.options)]
    lines += ["", "## Environment variables", ""]
    lines += _table(("variable", "meaning"), all_variables())
    lines += ["", "Read by other releases, and without meaning here:", ""]
    lines += _table(("variable", "why"), WITHOUT_MEANING)
    return "\n".join(lines) + "\n"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."


def _table(headings: tuple[str, str], rows: Sequence[tuple[str, str]]) -> list[str]:
    escaped = [(name.replace("|", "\\|"), text.replace("|", "\\|")) for name, text in rows]
    return [
        f"| {headings[0]} | {headings[1]} |",
        "| --- | --- |",
        *(f"| `{name}` | {text} |" for name, text in escaped),
    ]


def _roff_options(found: Sequence[DescribedOption]) -> list[str]:
    return [f".TP\n.B {_roff(each.spelling)}\n{_roff(each.help)}" for each in found]


def _roff(text: str) -> str:
    """`text` so that none of it is taken for an instruction."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("\n", " ")
    return f"\\&{text}" if text.startswith((".", "'")) else text


def write_pages(folder: pathlib.Path, load: Load) -> None:
    """Write both pages into `folder`."""
    for name, page in zip(PAGES, (man_page, markdown_page), strict=True):
        (folder / name).write_text(page(load), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    from pipenv.cli.dispatch import argument_adder

    write_pages(pathlib.Path(__file__).parents[3] / "docs", argument_adder)
