"""The ``[scripts]`` table: from a name to the commands it stands for (pure).

A script is a text, a list of texts that run one after the other, or a table::

    {call = "package.module:function"}
    {cmd = "text or list", env = {NAME = "value"}, cwd = "folder", help = "…", depends = ["other"]}
"""

from __future__ import annotations

import difflib
import shlex

from pipenv.errors import InvalidPipfile
from pipenv.models.records import NamedTuple
from pipenv.operations.launch import Command, command_from_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_KEYS = frozenset({"call", "cmd", "env", "cwd", "help", "depends"})


class Script(NamedTuple):
    """One script, ready to run."""

    name: str
    commands: tuple[Command, ...]
    """Run in this order; the first that fails is the last. May be empty when it has `depends`."""
    folder: str | None
    """Where they run, relative to the project; `None` for where the user is."""
    depends: tuple[str, ...]
    """Scripts to be run before."""


class ListedScript(NamedTuple):
    """One script, to be shown."""

    name: str
    line: str
    """What runs, as a command line."""
    help: str
    depends: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """The form for programs."""
        return {
            "name": self.name,
            "command": self.line,
            "help": self.help,
            "depends": list(self.depends),
        }


def listing(scripts: Mapping[str, object]) -> list[ListedScript]:
    """All scripts in the order of the Pipfile."""
    return [_listed(name, script) for name, script in scripts.items()]


def close_name(name: str, scripts: Mapping[str, object]) -> str | None:
    """The script that was perhaps meant by `name`."""
    close = difflib.get_close_matches(name, list(scripts), n=1)
    return close[0] if close else None


def plan(name: str, scripts: Mapping[str, object], arguments: Sequence[str]) -> list[Script]:
    """The scripts to run for `name`, each after all that it depends on; `name` itself is last.

    `arguments` go to its last command.  Empty when there is no such script.

    Raises:
        InvalidPipfile: a script is written in a form that means nothing, depends on one that does
            not exist, or on itself.
    """
    if name not in scripts:
        return []
    order: list[Script] = []
    _visit(name, scripts, [], order)
    last = order.pop()
    order.append(last._replace(commands=_with_arguments(last, arguments)))
    return order


def _visit(name: str, scripts: Mapping[str, object], above: list[str], order: list[Script]) -> None:
    if any(done.name == name for done in order):
        return
    if name in above:
        circle = " -> ".join([*above[above.index(name) :], name])
        raise InvalidPipfile(
            f"the scripts depend on each other in a circle: {circle}",
            hints=["remove one of these from `depends`"],
        )
    script = _parse(name, scripts[name])
    for needed in script.depends:
        if needed not in scripts:
            close = close_name(needed, scripts)
            raise InvalidPipfile(
                f"the script `{name}` depends on `{needed}`, which is no script",
                hints=[f"did you mean `{close}`?" if close else "add it to [scripts]"],
            )
        _visit(needed, scripts, [*above, name], order)
    order.append(script)


def _with_arguments(script: Script, arguments: Sequence[str]) -> tuple[Command, ...]:
    if not arguments:
        return script.commands
    if not script.commands:
        raise InvalidPipfile(
            f"the script `{script.name}` has no command that could take arguments",
            hints=["run it without arguments"],
        )
    *earlier, last = script.commands
    return (*earlier, Command([*last.words, *arguments], last.assignments))


def _parse(name: str, script: object) -> Script:
    if isinstance(script, dict):
        return _parse_table(name, script)
    lines = _lines(script)
    if lines is None:
        raise InvalidPipfile(
            f"the script `{name}` is neither a text, nor a list of texts, nor a table",
            hints=[f'write it as {name} = "command arguments"'],
        )
    return Script(name, tuple(_command(name, line) for line in lines), None, ())


def _parse_table(name: str, table: Mapping[str, object]) -> Script:
    unknown = sorted(set(table) - _KEYS)
    if unknown:
        raise InvalidPipfile(
            f"the script `{name}` has the key `{unknown[0]}`, which means nothing",
            hints=[f"the keys of a script are {', '.join(sorted(_KEYS))}"],
        )
    depends = _depends(name, table.get("depends", []))
    commands: tuple[Command, ...] = ()
    if "call" in table and "cmd" in table:
        raise InvalidPipfile(
            f"the script `{name}` has both `call` and `cmd`", hints=["keep one of them"]
        )
    if "call" in table:
        commands = (Command(_call_words(name, table["call"]), {}),)
    elif "cmd" in table:
        lines = _lines(table["cmd"])
        if lines is None:
            raise _wrong(name, "cmd", "a text or a list of texts")
        commands = tuple(_command(name, line) for line in lines)
    elif not depends:
        raise InvalidPipfile(
            f"the script `{name}` has neither `cmd`, nor `call`, nor `depends`",
            hints=[f'write it as {name} = {{cmd = "command arguments"}}'],
        )
    variables = table.get("env", {})
    if not isinstance(variables, dict):
        raise _wrong(name, "env", "a table of texts")
    texts = {str(key): _variable(name, value) for key, value in variables.items()}
    folder = table.get("cwd")
    if folder is not None and (not isinstance(folder, str) or not folder):
        raise _wrong(name, "cwd", "a folder")
    if not isinstance(table.get("help", ""), str):
        raise _wrong(name, "help", "a text")
    return Script(
        name,
        tuple(Command(command.words, {**texts, **command.assignments}) for command in commands),
        folder,
        depends,
    )


def _lines(script: object) -> list[str] | None:
    if isinstance(script, str):
        return [script]
    if isinstance(script, list) and script and all(isinstance(line, str) for line in script):
        return [str(line) for line in script]
    return None


def _depends(name: str, value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return tuple(dict.fromkeys(value))
    raise _wrong(name, "depends", "a list of scripts")


def _variable(name: str, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise _wrong(name, "env", "a table of texts")
    return str(value)


def _wrong(name: str, key: str, wanted: str) -> InvalidPipfile:
    return InvalidPipfile(
        f"`{key}` of the script `{name}` is not {wanted}", hints=["correct it in the Pipfile"]
    )


def _command(name: str, line: str) -> Command:
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


def _call_words(name: str, call: object) -> list[str]:
    if not isinstance(call, str):
        raise _wrong(name, "call", "a text")
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


def _listed(name: str, script: object) -> ListedScript:
    if not isinstance(script, dict):
        return ListedScript(name, _shown(script), "", ())
    line = str(script["call"]) if "call" in script else _shown(script.get("cmd", ""))
    variables = script.get("env")
    if isinstance(variables, dict) and line:
        line = " ".join([*(f"{key}={shlex.quote(str(variables[key]))}" for key in variables), line])
    depends = script.get("depends", [])
    names = tuple(map(str, depends)) if isinstance(depends, list) else (str(depends),)
    return ListedScript(name, line or " && ".join(names), str(script.get("help", "")), names)


def _shown(script: object) -> str:
    return " && ".join(map(str, script)) if isinstance(script, list) else str(script)
