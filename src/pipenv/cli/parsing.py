"""From words to a command and its arguments.

The line is split at the first word that is no option: what stands before it belongs to the root
parser, what follows to the command's own parser, so that only that one is built.  Options that both
know may stand on either side; the later one wins.
"""

from __future__ import annotations

import argparse
import difflib
import shutil

from pipenv.cli import options
from pipenv.cli.registry import COMMANDS, CommandEntry, find_command
from pipenv.cli.retired_options import instead_of
from pipenv.cli.word_lines import word_lines
from pipenv.errors import UsageError
from pipenv.settings import switch_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, NoReturn

_NARROW = 60
"""With fewer columns, one below the other is better read than side by side."""
_INDENT = 8
_HELP_COLUMN = 24
_COUNTED = {"*": "[{} ...]", "?": "[{}]", "+": "{} [...]"}


class Parser(argparse.ArgumentParser):
    """An argument parser that raises `UsageError` instead of leaving the process."""

    def __init__(self, **told: Any) -> None:
        self.noted: list[options.Option] = []
        """The options that it was given."""
        self.positionals: list[str] = []
        """How the usage shows the arguments that are no options."""
        self.words: str | None = None
        """The field of any number of words that are no options."""
        super().__init__(**told)

    def add_argument(self, *names: Any, **told: Any) -> argparse.Action:
        """Take an argument; one whose help is `options.NOT_SHOWN` is in no help text."""
        switch = switch_of(told.get("dest", ""))
        if told.get("help") == options.NOT_SHOWN:
            told["help"] = argparse.SUPPRESS
        elif switch is not None and switch.variable.startswith("PIPENV_"):
            told["help"] += f" [{switch.variable}]"
        if not names[0].startswith("-"):
            form = _COUNTED.get(told.get("nargs") or "", "{}")
            self.positionals.append(form.format(told.get("metavar", names[0])))
        if told.get("nargs") == "*" and not names[0].startswith("-"):
            self.words = names[0]
        if told.get("action") == "store_const":
            told["action"] = _Constant
        return super().add_argument(*names, **told)

    def error(self, message: str) -> NoReturn:
        """Refuse the line with `message` and the usage text.

        Raises:
            UsageError: always.
        """
        raise UsageError(message, details=self.format_usage().rstrip())


class _Formatter(argparse.HelpFormatter):
    """Starts what options do in lines of their own where the terminal is narrow."""

    def __init__(self, prog: str) -> None:
        is_narrow = _help_width() < _NARROW
        super().__init__(prog, max_help_position=_INDENT if is_narrow else _HELP_COLUMN)


class _RawFormatter(_Formatter, argparse.RawDescriptionHelpFormatter):
    """The same, for texts that are laid out already."""


class _Constant(argparse.Action):
    """Stores a constant; two options that store different ones exclude each other."""

    def __init__(self, option_strings: Sequence[str], dest: str, **told: Any) -> None:
        super().__init__(option_strings, dest, nargs=0, **told)

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, *_: object
    ) -> None:
        earlier = getattr(namespace, self.dest, None)
        if earlier is not None and earlier != self.const:
            parser.error(f"{self.option_strings[-1]} and its opposite exclude each other")
        setattr(namespace, self.dest, self.const)


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
    width = _help_width()
    listing = "\n".join(_listed(entry, width) for entry in COMMANDS)
    more = word_lines("`pipenv COMMAND --help` tells more about one of them.", width)
    what = word_lines("Pipfile in, Pipfile.lock and virtual environment out.", width)
    parser = Parser(
        prog="pipenv",
        usage="pipenv [OPTIONS] COMMAND [ARGS]",
        description="\n".join(what),
        epilog="\n".join(["commands:", listing, "", *more]),
        formatter_class=_RawFormatter,
        add_help=False,
    )
    _add_help(parser)
    options.add_options(parser, options.ROOT)
    return parser


def command_parser(entry: CommandEntry, add_arguments: Callable[[Parser], None]) -> Parser:
    """The parser of what stands behind a command."""
    parser = Parser(
        prog=f"pipenv {entry.name}",
        description=_sentence(entry.help),
        formatter_class=_Formatter,
        add_help=False,
    )
    _add_help(parser)
    add_arguments(parser)
    if _help_width() < _NARROW:
        usage = " ".join([parser.prog, "[OPTIONS]", *parser.positionals])
        start = len("usage: ")
        parser.usage = f"\n{' ' * start}".join(word_lines(usage, _help_width() - start))
    return parser


def _help_width() -> int:
    """Columns for help, as argparse counts them."""
    return shutil.get_terminal_size().columns - 2


def _listed(entry: CommandEntry, width: int) -> str:
    """A command and what it does, one below the other where the terminal is narrow."""
    if width < _NARROW:
        lines = word_lines(entry.help, width - _INDENT)
        return "\n".join([f"  {entry.name}", *(" " * _INDENT + line for line in lines)])
    column = max(len(each.name) for each in COMMANDS) + 4
    start, *rest = word_lines(entry.help, width - column)
    lines = [f"  {entry.name}".ljust(column) + start, *(" " * column + line for line in rest)]
    return "\n".join(lines)


def _sentence(text: str) -> str:
    """`text` with a capital in front and a full stop; names in it keep their own capitals."""
    return f"{text[:1].upper()}{text[1:]}."


def parse(
    argv: Sequence[str],
    load: Callable[[str], Callable[[Parser], None]],
    default_command: str | None = None,
) -> Line:
    """Take `argv` apart.

    Args:
        argv: the words after the program's name.
        load: gives the ``add_arguments`` function of a command module.
        default_command: of a line that names none and asks nothing.

    Raises:
        UsageError: unknown command or option, missing or superfluous arguments.
    """
    position = options.first_word(argv, options.ROOT)
    root = root_parser()
    namespace, unknown = root.parse_known_args(_hyphenated(argv[:position]))
    if unknown:
        raise _unknown_options(unknown, root, root, "")
    given = vars(namespace)
    wants_help = given.pop("help")
    if wants_help or given["show_version"]:
        return Line(None, given, root, wants_help=bool(wants_help))
    words = argv[position:]
    if not words:
        is_asked = any(given[field] for field in options.ROOT_QUESTIONS)
        if is_asked or default_command is None:
            return Line(None, given, root, wants_help=not is_asked)
        words = [default_command]
    entry = require_command(words[0])
    parser = command_parser(entry, load(entry.module))
    values = _parse_command(entry, parser, root, words[1:])
    wants_help = bool(values.pop("help"))
    if given[options.JSON.field] and options.JSON.field not in values:
        raise _unknown_options([options.JSON.flags[0]], parser, root, entry.name)
    merged = _given(given) | _given(values)
    for field, value in values.items():
        merged.setdefault(field, value)
    return Line(entry, merged, parser, wants_help=wants_help)


def _parse_command(
    entry: CommandEntry, parser: Parser, root: Parser, words: Sequence[str]
) -> dict[str, object]:
    if entry.name == "run":
        split = options.first_word(words, parser.noted)
        if "--" in words[:split]:
            split = words.index("--")
        namespace, unknown = parser.parse_known_args(_hyphenated(words[:split]))
        rest = list(words[split:])
        if rest and rest[0] == "--":
            rest = rest[1:]
        return {**vars(namespace), "words": [*rest, *unknown] if rest else []}
    plain_words: Sequence[str] = ()
    if parser.words is not None and "--" in words:
        split = words.index("--")
        words, plain_words = words[:split], words[split + 1 :]
    namespace, unknown = parser.parse_known_intermixed_args(_hyphenated(_joined(words)))
    if unknown:
        raise _unknown_options(unknown, parser, root, entry.name)
    values = vars(namespace)
    if plain_words and parser.words is not None:
        values[parser.words] = [*values[parser.words], *plain_words]
    return values


def _joined(words: Sequence[str]) -> list[str]:
    """The words, with values that look like options joined to the option that they are of."""
    found: list[str] = []
    for word in words:
        if found and found[-1] in options.VERBATIM:
            found[-1] += f"={word}"
        else:
            found.append(word)
    return found


def _hyphenated(words: Sequence[str]) -> list[str]:
    """The words, with hyphens for the underscores in the names of options."""
    found: list[str] = []
    for word in words:
        if word == "--":
            break
        name, equals, value = word.partition("=")
        is_option = name.startswith("--") and "_" in name
        found.append(name.replace("_", "-") + equals + value if is_option else word)
    return [*found, *words[len(found) :]]


def _given(values: dict[str, object]) -> dict[str, object]:
    return {field: value for field, value in values.items() if value is not None}


def _add_help(parser: Parser) -> None:
    parser.add_argument(
        "-h", "--help", dest="help", action="store_const", const=True, help="show this and exit"
    )


def require_command(name: str) -> CommandEntry:
    """The command called `name`.

    Raises:
        UsageError: there is none.
    """
    entry = find_command(name)
    if entry is not None:
        return entry
    names = [entry.name for entry in COMMANDS]
    close = difflib.get_close_matches(name, names, n=1)
    hints = [f"did you mean `{close[0]}`?"] if close else [f"choose from {', '.join(names)}"]
    raise UsageError(
        f"argument command: invalid choice: '{name}'",
        details=root_parser().format_usage().rstrip(),
        hints=hints,
    )


def _unknown_options(
    unknown: Sequence[str], parser: Parser, root: Parser, command: str
) -> UsageError:
    flags = [flag for option in parser.noted if not option.is_hidden for flag in option.flags]
    hints: list[str] = []
    for word in unknown:
        name = word.partition("=")[0]
        instead = instead_of(name, command)
        close = difflib.get_close_matches(name, flags, n=1, cutoff=0.75) if len(name) > 2 else []
        if instead is not None:
            hints.append(f"{name} is retired: {instead}")
        elif name.startswith("-") and close:
            hints.append(f"did you mean `{close[0]}`?")
    listing = f"`pipenv {command} --help`" if command else "`pipenv --help`"
    return UsageError(
        "unrecognized arguments: " + " ".join(unknown),
        details=root.format_usage().rstrip(),
        hints=hints or [f"{listing} lists the options"],
    )
