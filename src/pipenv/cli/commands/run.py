"""``pipenv run``: a program, or one of the Pipfile's scripts, inside the environment."""

from __future__ import annotations

import sys

from pipenv.cli import options
from pipenv.errors import UsageError
from pipenv.operations import launch, scripts
from pipenv.operations.environment import child_environment
from pipenv.processes import replace_process, run_through

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipenv.cli.context import Context
    from pipenv.cli.parsing import Parser
    from pipenv.operations.launch import Command

NOT_FOUND = 127


def add_arguments(parser: Parser) -> None:
    """Declare the options that may stand before the program's name."""
    options.add_options(parser, (*options.COMMON, *options.SITE, options.SYSTEM))


def run(context: Context) -> int:
    """Run the program; on POSIX this process becomes the program and does not return.

    Raises:
        UsageError: no program is named (exit status 1).
    """
    words = context.texts("words")
    if not words:
        error = UsageError("Missing argument 'command'.", hints=["pipenv run COMMAND [ARGS]"])
        error.exit_status = 1
        raise error
    with context.session(context.require_project()) as session:
        commands = scripts.commands_of(words[0], session.pipfile().scripts, words[1:])
        environment = child_environment(session)
    if commands is None:
        commands = [launch.command_from_words(words)]
    for command in commands[:-1]:
        status = _run_and_wait(command, environment, context)
        if status:
            return status
    return _become(commands[-1], environment, context)


def _run_and_wait(command: Command, environment: Mapping[str, str], context: Context) -> int:
    child = {**environment, **command.assignments}
    return run_through(_argv(command, child, context), environment=child)


def _become(command: Command, environment: Mapping[str, str], context: Context) -> int:
    child = {**environment, **command.assignments}
    argv = _argv(command, child, context)
    path = launch.find_executable(argv[0], child, sys.platform)
    if path is None:
        return NOT_FOUND
    return replace_process(path, argv, child)


def _argv(command: Command, child: Mapping[str, str], context: Context) -> list[str]:
    """The words of the program; through ``/bin/sh`` when no file of that name exists."""
    if not command.words:
        return ["/usr/bin/env"] if sys.platform != "win32" else ["cmd", "/c", "set"]
    words = launch.arguments_of(command, child)
    context.console.detail(f"$ {launch.shell_quoted(words)}")
    if launch.find_executable(words[0], child, sys.platform) is not None:
        return words
    if sys.platform == "win32":
        return [child.get("COMSPEC", "cmd.exe"), "/c", *words]
    return ["/bin/sh", "-c", launch.shell_quoted(words)]
