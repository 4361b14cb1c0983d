"""From words to a command and its arguments.

The line is split at the first word that is no option: what stands before it belongs to the root
parser, what follows to the command's own parser, so that only that one is built.  Options that both
know may stand on either side; the later one wins.
"""

from __future__ import annotations

import argparse
import difflib

from pipenv.cli import options
from pipenv.cli.registry import COMMANDS, CommandEntry, find_command
from pipenv.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, NoReturn


class Parser(argparse.ArgumentParser):
    """An argument parser that raises `UsageError` instead of leaving the process."""

    def add_argument(self, *names: Any, **told: Any) -> argparse.Action:
        """Take an argument; one whose help is `options.NOT_SHOWN` is in no help text."""
        if told.get("help") == options.NOT_SHOWN:
            told["help"] = argparse.SUPPRESS
        return super().add_argument(*names, **told)

    def error(self, message: str) -> NoReturn:
        """Refuse the line with `message` and the usage text.

        Raises:
            UsageError: always.
        """
        raise UsageError(message, details=self.format_usage().rstrip())


class Line:
    """A command line, taken apart. `entry` is `None` for the root options alone."""

    def __init__(
        self,
        entry: CommandEntry | None,
        values: dict[str, object],
        parser: Parser,
        *,
        wants_help: bool,
    ) -> None:
        self.entry = entry
        self.values = values
        self.parser = parser
        self.wants_help = wants_help


def root_parser() -> Parser:
    """The parser of what stands before a command; its help lists the commands."""
    listing = "\n".join(f"  {entry.name:<12}{entry.help}" for entry in COMMANDS)
    parser = Parser(
        prog="pipenv",
        usage="pipenv [OPTIONS] COMMAND [ARGS]",
        description="Pipfile in, Pipfile.lock and virtual environment out.",
        epilog=f"commands:\n{listing}\n\n`pipenv COMMAND --help` tells more about one of them.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        add_help=False,
    )
    _add_help(parser)
    options.add_options(parser, options.ROOT)
    return parser


def parse(argv: Sequence[str], load: Callable[[str], Callable[[Parser], None]]) -> Line:
    """Take `argv` apart.

    Args:
        argv: the words after the program's name.
        load: gives the ``add_arguments`` function of a command module.

    Raises:
        UsageError: unknown command or option, missing or superfluous arguments.
    """
    if argv[:1] == ["help"]:
        argv = [*argv[1:2], "--help"]
    position = _command_position(argv)
    root = root_parser()
    given = vars(root.parse_args(argv[:position]))
    if given.pop("help") or position == len(argv):
        return Line(None, given, root, wants_help=not any(_given(given).values()))
    name = argv[position]
    entry = find_command(name)
    if entry is None:
        raise _unknown_command(name, root)
    parser = Parser(
        prog=f"pipenv {name}", description=entry.help.capitalize() + ".", add_help=False
    )
    _add_help(parser)
    load(entry.module)(parser)
    values = _parse_command(entry, parser, root, argv[position + 1 :])
    wants_help = bool(values.pop("help"))
    merged = _given(given) | _given(values)
    for field, value in values.items():
        merged.setdefault(field, value)
    return Line(entry, merged, parser, wants_help=wants_help)


def _parse_command(
    entry: CommandEntry, parser: Parser, root: Parser, words: Sequence[str]
) -> dict[str, object]:
    if entry.name == "run":
        split = next(
            (index for index, word in enumerate(words) if not word.startswith("-")), len(words)
        )
        if "--" in words[:split]:
            split = words.index("--")
        namespace, unknown = parser.parse_known_args(words[:split])
        rest = list(words[split:])
        if rest and rest[0] == "--":
            rest = rest[1:]
        return {**vars(namespace), "words": [*rest[:1], *unknown, *rest[1:]]}
    for_the_shell: list[str] = []
    if entry.name == "shell" and "--" in words:
        split = words.index("--")
        words, for_the_shell = words[:split], list(words[split + 1 :])
    namespace, unknown = parser.parse_known_intermixed_args(_joined(words))
    if unknown:
        raise UsageError(
            "unrecognized arguments: " + " ".join(unknown),
            details=root.format_usage().rstrip(),
            hints=_hints_about(unknown[0], entry.name, parser),
        )
    if for_the_shell:
        namespace.words = [*namespace.words, *for_the_shell]
    return vars(namespace)


RETIRED = {
    "--three": "name the Python: --python 3",
    "--two": "Python 2 is no longer served",
    "--keep-outdated": "only `lock` has it; install and upgrade move as little as they must",
    "--selective-upgrade": "`pipenv upgrade PACKAGE` is that",
    "--sequential": "nothing has to be installed one by one any more",
}
"""Options of old releases, and what to do instead."""


def _hints_about(word: str, command: str, parser: Parser) -> list[str]:
    flag = word.partition("=")[0]
    if flag in RETIRED:
        return [f"{flag} is retired: {RETIRED[flag]}"]
    flags = [each for action in parser._actions for each in action.option_strings]  # noqa: SLF001
    close = difflib.get_close_matches(flag, flags, n=1) if flag.startswith("--") else []
    if close:
        return [f"did you mean `{close[0]}`?"]
    return [f"`pipenv {command} --help` lists the options"]


def _joined(words: Sequence[str]) -> list[str]:
    """The words, with values that look like options joined to the option that they are of."""
    found: list[str] = []
    for word in words:
        if found and found[-1] in options.VERBATIM:
            found[-1] += f"={word}"
        else:
            found.append(word)
    return found


def _command_position(argv: Sequence[str]) -> int:
    index = 0
    while index < len(argv):
        word = argv[index]
        if not word.startswith("-"):
            return index
        index += 2 if options.takes_value(word, options.ROOT) else 1
    return len(argv)


def _given(values: dict[str, object]) -> dict[str, object]:
    return {field: value for field, value in values.items() if value is not None}


def _add_help(parser: Parser) -> None:
    parser.add_argument(
        "-h", "--help", dest="help", action="store_const", const=True, help="show this and exit"
    )


def _unknown_command(name: str, root: Parser) -> UsageError:
    names = [entry.name for entry in COMMANDS]
    close = difflib.get_close_matches(name, names, n=1)
    hints = [f"did you mean `{close[0]}`?"] if close else [f"choose from {', '.join(names)}"]
    return UsageError(
        f"argument command: invalid choice: '{name}'",
        details=root.format_usage().rstrip(),
        hints=hints,
    )
