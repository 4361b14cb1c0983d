"""``pipenv run``: a program, or one of the Pipfile's scripts, inside the environment."""

from __future__ import annotations

import os
import sys

from pipenv.cli import options
from pipenv.errors import FileAccessError, RequestRefused
from pipenv.operations import launch, script_runs, scripts
from pipenv.operations.environment import child_environment
from pipenv.processes import replace_process, run_through

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipenv.cli.context import Context
    from pipenv.cli.parsing import Parser
    from pipenv.operations.launch import Command

CANNOT_EXECUTE = 126
NOT_FOUND = 127


def add_arguments(parser: Parser) -> None:
    """Declare the options that may stand before the program's name.

    Few, since what is none of them is for the program, wherever it stands: ``run -v pytest``.
    """
    ours = (options.MIRROR, options.PYTHON, *options.SITE, options.SYSTEM)
    options.add_options(parser, ours)


def run(context: Context) -> int:
    """Run the program; on POSIX this process becomes the program and does not return.

    Raises:
        RequestRefused: no program is named.
    """
    words = context.texts("words") or _default_words(context)
    with context.session(context.installed_project()) as session:
        defined = session.pipfile().scripts
        if not words:
            raise _nothing_to_run(defined)
        planned = scripts.plan(words[0], defined, words[1:])
        environment = child_environment(session)
        root = session.project.root
    if not planned:
        command = launch.command_from_words(words)
        _suggest(context, command, environment, defined)
        return _become(command, environment, context, None)
    for group in script_runs.waves(planned[:-1]):
        status = _run_group(group, environment, context, root)
        if status:
            return status
    script = planned[-1]
    folder = _folder(root, script)
    for command in script.commands[:-1]:
        status = _run_and_wait(command, environment, context, folder)
        if status:
            return status
    return _become(script.commands[-1], environment, context, folder) if script.commands else 0


def _default_words(context: Context) -> tuple[str, ...]:
    command = context.settings.text("run_command")
    return (command,) if command else ()


def _nothing_to_run(defined: Mapping[str, object]) -> RequestRefused:
    lines = [
        f"  {script.name}: {script.help or script.line}" for script in scripts.listing(defined)
    ]
    return RequestRefused(
        "Missing argument 'command'.",
        hints=["pipenv run COMMAND [ARGS]"],
        details="\n".join(["scripts of this project:", *lines]) if lines else "",
    )


def _suggest(
    context: Context,
    command: Command,
    environment: Mapping[str, str],
    defined: Mapping[str, object],
) -> None:
    if not command.words or launch.find_executable(command.words[0], environment, sys.platform):
        return
    close = scripts.close_name(command.words[0], defined)
    if close is not None:
        context.console.say(f"hint: did you mean the script `{close}`?")


def _folder(root: str, script: scripts.Script) -> str | None:
    """Where the commands of `script` run.

    Raises:
        FileAccessError: that is no folder.
    """
    if script.folder is None:
        return None
    folder = os.path.join(root, os.path.expanduser(script.folder))
    if not os.path.isdir(folder):
        raise FileAccessError(
            f"the script `{script.name}` runs in `{script.folder}`, which is no folder",
            hints=["make it, or correct `cwd` in the Pipfile"],
        )
    return folder


def _run_group(
    group: Sequence[scripts.Script], environment: Mapping[str, str], context: Context, root: str
) -> int:
    if len(group) > 1:
        return script_runs.run_together(
            [_step(script, environment, context, root) for script in group], _write
        )
    for script in group:
        folder = _folder(root, script)
        for command in script.commands:
            status = _run_and_wait(command, environment, context, folder)
            if status:
                return status
    return 0


def _step(
    script: scripts.Script, environment: Mapping[str, str], context: Context, root: str
) -> script_runs.Step:
    commands = []
    for command in script.commands:
        child = {**environment, **command.assignments}
        commands.append((_argv(command, child, context), child))
    return script_runs.Step(script, commands, _folder(root, script))


def _write(line: bytes, is_error: bool) -> None:  # noqa: FBT001 - what `run_together` calls
    stream = sys.stderr if is_error else sys.stdout
    stream.flush()
    stream.buffer.write(line)
    stream.buffer.flush()


def _run_and_wait(
    command: Command, environment: Mapping[str, str], context: Context, folder: str | None
) -> int:
    child = {**environment, **command.assignments}
    return run_through(_argv(command, child, context), environment=child, cwd=folder)


def _become(
    command: Command, environment: Mapping[str, str], context: Context, folder: str | None
) -> int:
    child = {**environment, **command.assignments}
    if folder is not None:
        os.chdir(folder)
    argv = _argv(command, child, context)
    path = launch.find_executable(argv[0], child, sys.platform)
    if path is None:
        return NOT_FOUND
    try:
        return replace_process(path, argv, child)
    except OSError as error:
        if sys.platform == "win32":
            raise
        # A script without its first line is for the shell, as everywhere.
        if error.errno == launch.NO_FORMAT:
            return replace_process("/bin/sh", ["/bin/sh", path, *argv[1:]], child)
        context.console.complain(f"{argv[0]}: {(error.strerror or str(error)).lower()}")
        return CANNOT_EXECUTE


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
