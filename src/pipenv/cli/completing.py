"""What could come next on a command line, for shells that ask.

Speaks the protocol of argcomplete, so that its registration works; the scripts of
``pipenv completion`` speak it, too.  The line is in ``COMP_LINE``, the cursor in ``COMP_POINT``,
and the answers go to descriptor 8, or to the file that ``_ARGCOMPLETE_STDOUT_FILENAME`` names,
separated by ``_ARGCOMPLETE_IFS``.  Nothing is made, no index is asked, and the module of a command
is loaded only when its options matter.

What a word or a value may be is called: ``locked`` (packages), ``scripts``, ``categories``,
``sources``, ``commands``, ``files``, or ``=`` and the words themselves.
"""

from __future__ import annotations

import os

from pipenv.cli import options
from pipenv.cli.command_forms import HELP, form_of
from pipenv.cli.registry import COMMANDS, find_command
from pipenv.operations.names_here import NamesHere

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipenv.cli.command_forms import Load
    from pipenv.cli.options import Option

    Offer = tuple[str, str]

_ANSWERS = 8
_COUNT_BYTES = frozenset({"", "bash", "tcsh"})
"""Shells whose cursor counts bytes; for the others it counts characters."""
_SPECIAL = frozenset(" \t\"'\\$`&|;<>()*?[]{}~#!")
_GO_ON = ("/", "=", ":")
"""Ends of words that are not at their end, so that no blank follows."""


def answer(environ: Mapping[str, str], cwd: str, load: Load) -> int:
    """Write what could come next at the cursor; the status is always 0."""
    shell = environ.get("_ARGCOMPLETE_SHELL", "")
    words, prefix, quote = split_line(_line_before_cursor(environ, shell))
    skipped = environ.get("_ARGCOMPLETE", "1")
    start = int(skipped) if skipped.isascii() and skipped.isdecimal() else 1
    found = completions(words[start:], prefix, NamesHere(cwd, environ), load)
    breaks = environ.get("_ARGCOMPLETE_COMP_WORDBREAKS", "") if shell in {"", "bash"} else ""
    cut = max((prefix.rfind(each) for each in breaks if each in "=:@"), default=-1) + 1
    delimiter = environ.get("_ARGCOMPLETE_DFS", ":" if shell == "zsh" else "")
    texts = [_written(offer, cut, shell, quote, delimiter) for offer in found]
    is_alone = len(texts) == 1 and not found[0][0].endswith(_GO_ON)
    if is_alone and shell in {"", "bash"} and environ.get("_ARGCOMPLETE_SUPPRESS_SPACE") != "1":
        texts = [f"{texts[0]}{quote} "]
    _write(os.fsencode(environ.get("_ARGCOMPLETE_IFS", "\013").join(texts)), environ)
    return 0


def completions(words: Sequence[str], prefix: str, names: NamesHere, load: Load) -> list[Offer]:
    """What could stand for `prefix` behind `words`, which come after the program's name.

    Returns:
        Pairs of a word and what it means, which may be empty, in the order to show them in.
    """
    position = options.first_word(words, options.ROOT)
    command = find_command(words[position]) if position < len(words) else None
    own: Sequence[Option] = (*options.ROOT, HELP)
    rest = words
    if position < len(words):
        if command is None:
            return []
        rest = words[position + 1 :]
        if "--" in rest:
            return _of_kind(command.completes, rest, prefix, names)
        if command.name == "run" and options.first_word(rest, options.COMMON) < len(rest):
            return []
        has_options = any(word.startswith("-") for word in (*rest, prefix))
        own = form_of(command, load).options if has_options else ()
    flag, equals, value = prefix.partition("=")
    if prefix.startswith("--") and equals:
        kind = _kind_of_value(flag, own)
        return [(f"{flag}={word}", told) for word, told in _of_kind(kind, (), value, names)]
    if rest and options.takes_value(rest[-1], own):
        return _of_kind(_kind_of_value(rest[-1], own), (), prefix, names)
    if prefix.startswith("-"):
        return _beginning(_flags(own), prefix)
    return _of_kind("commands" if command is None else command.completes, rest, prefix, names)


def split_line(line: str) -> tuple[list[str], str, str]:
    """The words of a line, the beginning of the one at its end, and the quote that is open there.

    As shells split: at blanks that are neither quoted nor behind a backslash.
    """
    words: list[str] = []
    word, quote, has_word = "", "", False
    letters = iter(line)
    for letter in letters:
        if letter == quote:
            quote = ""
        elif quote:
            word += letter
        elif letter == "\\":
            word, has_word = word + next(letters, ""), True
        elif letter in "'\"":
            quote, has_word = letter, True
        elif letter not in " \t":
            word, has_word = word + letter, True
        elif has_word:
            words.append(word)
            word, has_word = "", False
    return words, word, quote


def _line_before_cursor(environ: Mapping[str, str], shell: str) -> str:
    line, point = environ.get("COMP_LINE", ""), environ.get("COMP_POINT", "")
    if not (point.isascii() and point.isdecimal()):
        return line
    if shell in _COUNT_BYTES:
        return os.fsdecode(os.fsencode(line)[: int(point)])
    return line[: int(point)]


def _written(offer: Offer, cut: int, shell: str, quote: str, delimiter: str) -> str:
    """An offer as `shell` wants it; the first `cut` characters are there already."""
    word, told = offer
    if shell == "zsh":
        word = word.replace(":", "\\:")
        return f"{word}{delimiter}{told}" if told else word
    if shell == "fish" and delimiter and told:
        return f"{word}{delimiter}{told}"
    word = word[cut:]
    if shell in _COUNT_BYTES and not quote:
        word = "".join(f"\\{letter}" if letter in _SPECIAL else letter for letter in word)
    return word


def _write(data: bytes, environ: Mapping[str, str]) -> None:
    named = environ.get("_ARGCOMPLETE_STDOUT_FILENAME")
    if named:
        with open(named, "wb") as stream:
            stream.write(data)
    else:
        os.write(_ANSWERS, data)


def _kind_of_value(flag: str, own: Iterable[Option]) -> str:
    for option in own:
        if any(
            flag == each or (flag[:2] == "--" and each.startswith(flag)) for each in option.flags
        ):
            return option.completes
    return ""


def _flags(own: Iterable[Option]) -> list[Offer]:
    shown = (option for option in own if not option.is_hidden)
    return sorted((flag, option.help) for option in shown for flag in option.flags)


def _of_kind(kind: str, before: Sequence[str], prefix: str, names: NamesHere) -> list[Offer]:
    if kind.startswith("="):
        is_first = all(word.startswith("-") for word in before)
        return _beginning(((word, "") for word in kind[1:].split()), prefix) if is_first else []
    if kind == "commands":
        is_first = all(word.startswith("-") for word in before[:-1])
        shown = COMMANDS if is_first else ()
        return _beginning(((entry.name, entry.help) for entry in shown), prefix)
    if kind == "locked":
        return _beginning(((each, "") for each in names.packages() if each not in before), prefix)
    if kind == "scripts":
        return _beginning((*names.scripts(), *((each, "") for each in names.programs())), prefix)
    if kind == "categories":
        head = prefix[: max(prefix.rfind(","), prefix.rfind(" ")) + 1]
        return _beginning(((head + each, "") for each in names.categories()), prefix)
    if kind == "sources":
        return _beginning(((each, "") for each in names.sources()), prefix)
    return [(path, "") for path in names.paths(prefix)] if kind == "files" or prefix else []


def _beginning(pool: Iterable[Offer], prefix: str) -> list[Offer]:
    return [each for each in pool if each[0].startswith(prefix)]
