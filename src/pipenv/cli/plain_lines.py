"""The plain form of a command line, read without `argparse`, which takes longer than most commands.

A command, then its options in full spelling and its words, in any order.  Everything else, and
every mistake, is left to `pipenv.cli.parsing`, which reads plain lines in just the same way.
"""

from __future__ import annotations

from pipenv.cli.registry import find_command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipenv.cli.parsing import Parser
    from pipenv.cli.registry import CommandEntry

_ACTIONS = frozenset({"store", "store_const", "append"})
_KNOWN_KEYS = frozenset({"action", "const", "dest", "help", "metavar", "nargs"})
_WITH_RULES_OF_ITS_OWN = "run"


def read_plain_line(
    argv: Sequence[str], load: Callable[[str], Callable[[Parser], None]]
) -> tuple[CommandEntry, dict[str, object]] | None:
    """Take a plain line apart; `None` when it is not plain.

    Args:
        argv: the words after the program's name.
        load: gives the ``add_arguments`` function of a command module.

    Returns:
        The command and its values by field.
    """
    entry = find_command(argv[0]) if argv else None
    if entry is None or entry.name == _WITH_RULES_OF_ITS_OWN:
        return None
    declared = _Declarations()
    load(entry.module)(declared)  # type: ignore[arg-type] # all that they call is there
    return None if declared.are_special else _read(entry, declared, argv[1:])


class _Declarations:
    """Takes the place of a parser and notes what a command declares."""

    def __init__(self) -> None:
        self.actions: dict[str, tuple[str, str, object]] = {}
        """Spelling of an option → action, field, what a switch stores."""
        self.fields: dict[str, None] = {}
        self.words: str | None = None
        """The field of the words that are no options, if the command takes such."""
        self.are_special = False
        """There is something among them that only `argparse` knows."""

    def add_argument(self, *flags: str, **details: object) -> None:
        """Note one; the arguments are those of `argparse`."""
        action = str(details.get("action", "store"))
        if not _KNOWN_KEYS.issuperset(details) or action not in _ACTIONS:
            self.are_special = True
        elif not flags[0].startswith("-"):
            self.are_special = details.get("nargs") != "*" or self.words is not None
            self.words = flags[0]
        elif "dest" not in details or "nargs" in details:
            self.are_special = True
        else:
            field = str(details["dest"])
            self.fields[field] = None
            for flag in flags:
                self.actions[flag] = (action, field, details.get("const"))


def _read(
    entry: CommandEntry, declared: _Declarations, line: Sequence[str]
) -> tuple[CommandEntry, dict[str, object]] | None:
    values: dict[str, object] = dict.fromkeys(declared.fields)
    words: list[str] = []
    rest = iter(line)
    for word in rest:
        if not word.startswith("-"):
            words.append(word)
            continue
        if word not in declared.actions:
            return None
        action, field, constant = declared.actions[word]
        if action == "store_const":
            if values[field] not in {None, constant}:
                return None
            values[field] = constant
            continue
        value = next(rest, "-")
        if value.startswith("-"):
            return None
        if action == "store":
            values[field] = value
        else:
            earlier = values[field]
            values[field] = [*earlier, value] if isinstance(earlier, list) else [value]
    if declared.words is not None:
        values[declared.words] = words
    elif words:
        return None
    return entry, values
