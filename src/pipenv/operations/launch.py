"""Run a program inside the project's environment: what ``pipenv run`` does.

On the path of ``run``: decides with plain string work and replaces the process; nothing heavy is
imported unless the Pipfile has scripts or a ``.env`` file exists.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipenv.errors import VirtualenvBroken


NO_FORMAT = 8
"""``ENOEXEC``: the file is no program that the system knows."""


class Command:
    """One program to start: its words and the variables set in front of it."""

    __slots__ = ("assignments", "words")

    def __init__(self, words: Sequence[str], assignments: Mapping[str, str]) -> None:
        self.words = tuple(words)
        self.assignments = dict(assignments)


def command_from_words(words: Sequence[str]) -> Command:
    """Split leading ``NAME=value`` words from a command line that is already in words."""
    assignments: dict[str, str] = {}
    index = 0
    while index < len(words):
        name, equals, value = words[index].partition("=")
        if not equals or not name.isidentifier():
            break
        assignments[name] = value
        index += 1
    return Command(words[index:], assignments)


def expand_variables(word: str, environment: Mapping[str, str]) -> str:
    """Replace ``$NAME`` and ``${NAME}``; names that are not set stay as they were typed."""
    if "$" not in word:
        return word
    parts: list[str] = []
    index = 0
    while True:
        start = word.find("$", index)
        if start < 0 or start + 1 >= len(word):
            parts.append(word[index:])
            return "".join(parts)
        parts.append(word[index:start])
        if word[start + 1] == "{":
            end = word.find("}", start)
            name = word[start + 2 : end] if end > 0 else ""
            index = end + 1 if end > 0 else start + 2
        else:
            end = start + 1
            while end < len(word) and (word[end].isalnum() or word[end] == "_"):
                end += 1
            name = word[start + 1 : end]
            index = end
        replacement = environment.get(name) if name else None
        parts.append(word[start:index] if replacement is None else replacement)


def may_have_scripts(pipfile_bytes: bytes) -> bool:
    """Tell whether the Pipfile could define scripts, without parsing it."""
    return b"scripts" in pipfile_bytes


def find_executable(name: str, environment: Mapping[str, str], platform: str) -> str | None:
    """Find `name` as the child itself would: on the child's PATH, unless it is a path.

    Raises:
        VirtualenvBroken: the first Python on PATH is a link to one that is gone: the next one would
            be another, with other packages.
    """
    if os.path.dirname(name):
        return name if _is_executable(name) else None
    names = [name]
    if platform == "win32":
        extensions = environment.get("PATHEXT", ".COM;.EXE;.BAT;.CMD").split(";")
        names += [name + extension.lower() for extension in extensions if extension]
    for folder in environment.get("PATH", os.defpath).split(os.pathsep):
        for candidate in names:
            path = os.path.join(folder or os.curdir, candidate)
            if _is_executable(path):
                return path
            if name.startswith("python") and os.path.islink(path) and not os.path.exists(path):
                raise _gone(path)
    return None


def _gone(path: str) -> VirtualenvBroken:
    from pipenv.errors import VirtualenvBroken

    return VirtualenvBroken(
        f"`{path}` leads to a Python that is gone: `{os.path.realpath(path)}` does not exist",
        hints=["make the environment anew: `pipenv remove`, then `pipenv sync`"],
    )


def _is_executable(path: str) -> bool:
    return os.path.isfile(path) and os.access(path, os.X_OK)


def arguments_of(command: Command, environment: Mapping[str, str]) -> list[str]:
    """The words to hand over: the program as typed, its arguments with variables replaced."""
    return [
        command.words[0],
        *(expand_variables(word, environment) for word in command.words[1:]),
    ]


def shell_quoted(words: Sequence[str]) -> str:
    """`words` as one line that a POSIX shell splits into the same words."""
    return " ".join(_quoted(word) for word in words)


def _quoted(word: str) -> str:
    if word and all(character.isalnum() or character in "@%+=:,./-_" for character in word):
        return word
    return "'" + word.replace("'", "'\"'\"'") + "'"
