"""The user's shell with the project's environment active: ``pipenv shell`` and ``activate``."""

from __future__ import annotations

import os
import sys
import tempfile

from pipenv.errors import RequestRefused
from pipenv.models.records import NamedTuple
from pipenv.operations.environment import activated_environment
from pipenv.processes import find_program, replace_process
from pipenv.virtualenvs import activation, shell_choice, shell_startup
from pipenv.virtualenvs.ancestry import ancestors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipenv.operations.session import Session

_XONSH_FILES = ("~/.config/xonsh/rc.xsh", "~/.xonshrc")


class Launch(NamedTuple):
    """A shell that is ready to be started."""

    path: str
    arguments: tuple[str, ...]
    variables: Mapping[str, str]
    folder: str | None
    """Where to start; `None` for where we are."""


def activation_line(session: Session) -> str:
    """What to evaluate in the user's shell.

    Raises:
        RequestRefused: the shell is unknown.
    """
    program = choose(session.environ, at_a_prompt=False)
    root, _ = activated_environment(session)
    return activation.activation_command(program, root, sys.platform)


def prepare(session: Session, arguments: Sequence[str]) -> Launch:
    """Make the environment where it is missing, and what the shell needs to activate it.

    Away from a terminal, or when the shell is given something to do, there is no prompt to prepare
    and the shell just gets the variables.

    Raises:
        RequestRefused: there is no such shell.
    """
    root, variables = activated_environment(session)
    program = choose(variables, at_a_prompt=True)
    path = find_program(program, variables, platform=sys.platform)
    if path is None:
        raise _refused(f"the shell `{program}` was not found")
    wish = session.settings.tristate("shell_fancy")
    is_fancy = shell_startup.is_fancy(wish, program, variables, sys.platform)
    place = session.project.root if is_fancy else None
    inside = activation.child_environment(variables, root, session.project.root, sys.platform)
    if not (_is_terminal() and shell_startup.is_plain_prompt(arguments)):
        return Launch(path, tuple(arguments), inside, place)
    folder = tempfile.mkdtemp(prefix="pipenv-shell-")
    startup = shell_startup.startup(
        path, root, folder, variables, _existing_files(variables), platform=sys.platform
    )
    if startup is None or not startup.files:
        os.rmdir(folder)
    if startup is None:
        return Launch(path, tuple(arguments), inside, place)
    for name, text in startup.files.items():
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)
    outside = activation.child_environment(variables, None, session.project.root, sys.platform)
    outside.update(startup.variables)
    return Launch(path, (*startup.arguments, *arguments), outside, place)


def enter(launch: Launch) -> int:
    """Become the shell; its signals and its exit status are its own.

    Raises:
        OSError: it cannot be started.
    """
    if launch.folder is not None:
        os.chdir(launch.folder)
    return replace_process(launch.path, [launch.path, *launch.arguments], launch.variables)


def choose(environ: Mapping[str, str], *, at_a_prompt: bool) -> str:
    """The user's shell.

    Raises:
        RequestRefused: nothing says which it is.
    """
    above = [] if environ.get("PIPENV_SHELL") else ancestors(environ)
    program = shell_choice.choose_shell(
        environ, above, platform=sys.platform, at_a_prompt=at_a_prompt
    )
    if program is None:
        raise _refused("your shell could not be found out")
    return program


def _refused(message: str) -> RequestRefused:
    return RequestRefused(message, hints=["name your shell in PIPENV_SHELL"])


def _is_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _existing_files(environ: Mapping[str, str]) -> list[str]:
    home = environ.get("HOME", "~")
    places = ("/etc/xonsh/xonshrc", *(name.replace("~", home, 1) for name in _XONSH_FILES))
    return [path for path in places if os.path.isfile(path)]
