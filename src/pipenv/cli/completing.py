"""What could come next on a command line, for shells that ask.

Speaks the protocol of argcomplete, so that its registration works, and the scripts of
``pipenv completion`` do too: the line is in ``COMP_LINE``, the cursor in ``COMP_POINT`` (bytes),
and the answers go to descriptor 8, or the file that ``_ARGCOMPLETE_STDOUT_FILENAME`` names,
separated by ``_ARGCOMPLETE_IFS``. Nothing is made and nobody is asked.
"""

from __future__ import annotations

import os

from pipenv.cli import options
from pipenv.cli.reference import described_commands, root_options
from pipenv.cli.registry import COMMANDS
from pipenv.operations.names_here import NamesHere

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipenv.cli.reference import DescribedOption, Load

_ANSWERS = 8
_LOCKED = frozenset({"uninstall", "upgrade", "update", "why"})
_ACTIONS = {
    "cache": ("dir", "info", "prune", "clear", "key"),
    "env": ("list", "prune"),
    "python": ("list",),
    "completion": ("bash", "zsh", "fish", "powershell"),
    "help": tuple(entry.name for entry in COMMANDS),
}


def answer(environ: Mapping[str, str], cwd: str, load: Load) -> int:
    """Write what could come next at the cursor; the status is always 0."""
    line = os.fsencode(environ.get("COMP_LINE", ""))
    point = environ.get("COMP_POINT", "")
    at = int(point) if point.isascii() and point.isdigit() else len(line)
    words, prefix = _words(os.fsdecode(line[:at]))
    found = completions(words[1:], prefix, NamesHere(cwd, environ), load)
    if len(found) == 1 and environ.get("_ARGCOMPLETE_SHELL", "bash") == "bash":
        found = [found[0] if found[0].endswith("=") else f"{found[0]} "]
    data = os.fsencode(environ.get("_ARGCOMPLETE_IFS", "\013").join(found))
    named = environ.get("_ARGCOMPLETE_STDOUT_FILENAME")
    if named:
        with open(named, "wb") as stream:
            stream.write(data)
    else:
        os.write(_ANSWERS, data)
    return 0


def completions(words: Sequence[str], prefix: str, names: NamesHere, load: Load) -> list[str]:
    """What could stand for `prefix` behind `words`, which come after the program's name."""
    position = _command_position(words)
    if position is None:
        before = words[-1] if words else ""
        if options.takes_value(before, options.ROOT):
            return []
        pool = _flags(root_options()) if prefix.startswith("-") else [e.name for e in COMMANDS]
        return _beginning(pool, prefix)
    command, rest = words[position], words[position + 1 :]
    described = {each.name: each for each in described_commands(load)}.get(command)
    own = described.options if described is not None else ()
    if command == "run" and (rest and not rest[-1].startswith("-")):
        return []
    if prefix.startswith("--") and "=" in prefix:
        flag, _, value = prefix.partition("=")
        return [f"{flag}={each}" for each in _beginning(_values(flag, names), value)]
    if rest and _takes_value(rest[-1], own):
        return _beginning(_values(rest[-1], names), prefix)
    if prefix.startswith("-"):
        return _beginning(_flags(own), prefix)
    return _beginning(_operands(command, rest, names), prefix)


def _operands(command: str, rest: Sequence[str], names: NamesHere) -> Sequence[str]:
    if command == "run":
        return names.scripts()
    if command in _LOCKED:
        return [name for name in names.packages() if name not in rest]
    if any(not word.startswith("-") for word in rest):
        return ()
    return _ACTIONS.get(command, ())


def _values(flag: str, names: NamesHere) -> Sequence[str]:
    return names.categories() if flag == "--categories" else ()


def _flags(found: Sequence[DescribedOption]) -> list[str]:
    spelled = [word.strip(",") for each in found for word in each.spelling.split()]
    return sorted({word for word in spelled if word.startswith("-")} | {"--help"})


def _takes_value(word: str, own: Sequence[DescribedOption]) -> bool:
    for each in own:
        flags = [part.strip(",") for part in each.spelling.split()]
        if word in flags:
            return not flags[-1].startswith("-")
    return False


def _beginning(pool: Sequence[str], prefix: str) -> list[str]:
    return [each for each in pool if each.startswith(prefix)]


def _command_position(words: Sequence[str]) -> int | None:
    index = 0
    while index < len(words):
        if not words[index].startswith("-"):
            return index
        index += 2 if options.takes_value(words[index], options.ROOT) else 1
    return None


def _words(line: str) -> tuple[list[str], str]:
    """The words before the one at the end, which is the other value; quotes are ignored."""
    parts = line.split(" ")
    words = [part.strip("'\"") for part in parts[:-1] if part]
    return words or ["pipenv"], parts[-1].lstrip("'\"")
