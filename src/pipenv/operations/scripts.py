"""The ``[scripts]`` table: from a name to the commands it stands for."""

from __future__ import annotations

import shlex

from pipenv.errors import InvalidPipfile
from pipenv.operations.launch import Command, command_from_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def commands_of(
    name: str, scripts: Mapping[str, object], arguments: Sequence[str]
) -> list[Command] | None:
    """The commands that the script `name` runs, in order; `None` when there is no such script.

    `arguments` go to the last command.

    Raises:
        InvalidPipfile: the script is written in a form that means nothing.
    """
    script = scripts.get(name)
    if script is None:
        return None
    lines: list[str]
    if isinstance(script, str):
        lines = [script]
    elif isinstance(script, list) and all(isinstance(line, str) for line in script) and script:
        lines = [str(line) for line in script]
    elif isinstance(script, dict) and set(script) == {"call"} and isinstance(script["call"], str):
        return [Command([*_call_words(name, script["call"]), *arguments], {})]
    else:
        raise InvalidPipfile(
            f"the script `{name}` is neither a text, nor a list of texts, nor a `call` table",
            hints=[f'write it as {name} = "command arguments"'],
        )
    commands = [_parse(name, line) for line in lines]
    last = commands[-1]
    commands[-1] = Command([*last.words, *arguments], last.assignments)
    return commands


def _parse(name: str, line: str) -> Command:
    try:
        command = command_from_words(shlex.split(line))
    except ValueError as error:
        raise InvalidPipfile(
            f"the script `{name}` cannot be split into words: {error}", hints=["close the quote"]
        ) from error
    if not command.words:
        raise InvalidPipfile(
            f"the script `{name}` is empty", hints=["give it a command or remove it"]
        )
    return command


def _call_words(name: str, call: str) -> list[str]:
    module, colon, function = call.partition(":")
    if not colon or not module.replace(".", "").isidentifier() or not function:
        raise InvalidPipfile(
            f"the script `{name}` calls `{call}`, which is not `module:function`",
            hints=[f'write {name} = {{call = "package.module:function"}}'],
        )
    if not function.rstrip().endswith(")"):
        function += "()"
    target = function.partition("(")[0]
    top = target.partition(".")[0]
    return ["python", "-c", f"from {module} import {top}; {function}"]
