"""What of a project's ``.env`` file counts for Pipenv itself, whatever the command.

As upstream has it: settings, which win over those of the environment, but not what an option stands
for, and nothing that decides where the project is. A file that comes with a folder does not say
which index to ask; it may hold the values that URLs in the Pipfile leave open.
"""

from __future__ import annotations

import os

from pipenv.operations.dotenv_variables import TRUE_WORDS as DOTENV_TRUE_WORDS
from pipenv.operations.project import find_project
from pipenv.settings import TRUE_WORDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_SETTINGS = (
    *("BREAK_SYSTEM_PACKAGES", "CACHE_DIR", "COMPILE"),
    *("CUSTOM_VENV_NAME", "DEFAULT_CATEGORIES"),
    *("DEFAULT_PYTHON_VERSION", "DONT_USE_ASDF", "DONT_USE_PYENV"),
    *("DONT_USE_PYMANAGER", "HIDE_EMOJIS", "IGNORE_VIRTUALENVS"),
    *("INSTALL_TIMEOUT", "KEYRING_PROVIDER", "LINK_MODE"),
    *("MAX_RETRIES", "NOSPIN", "NO_BUILD"),
    *("NO_IGNORE_VIRTUALENVS", "NO_PYENV_AUTO_INSTALL"),
    *("NO_SHELL_FANCY", "NO_SKIP_LOCK", "NO_VENV_IN_PROJECT"),
    *("NO_VIRTUALENV_COPIES", "NO_YES", "OFFLINE"),
    *("PYENV_AUTO_INSTALL", "PYENV_ONLY", "PYTHON", "QUIET"),
    *("REQUESTS_TIMEOUT", "RESOLVER", "SHELL", "SHELL_FANCY"),
    *("SKIP_LOCK", "TIMEOUT", "VENV_IN_PROJECT", "VERBOSE"),
    *("VERBOSITY", "VIRTUALENV_COPIES", "YES"),
)
HONOURED = frozenset(f"PIPENV_{name}" for name in _SETTINGS)
_PREFIX = b"PIPENV_"
_NAME_LETTERS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")


def concerns_settings(data: bytes, pipfile: bytes) -> bool:
    """Tell, without reading it as what it is, whether a ``.env`` file may count for Pipenv."""
    return _PREFIX in data or any(name.encode() in data for name in open_names(pipfile))


def open_names(pipfile: bytes) -> set[str]:
    """The variables in the URLs of a Pipfile: ``$NAME`` and ``${NAME}``, in lines that have one."""
    found = set()
    for line in pipfile.splitlines():
        if b"://" not in line:
            continue
        for piece in line.split(b"$")[1:]:
            rest = piece.removeprefix(b"{")
            end = next((at for at, byte in enumerate(rest) if byte not in _NAME_LETTERS), len(rest))
            found.add(rest[:end].decode("ascii"))
    return found - {""}


def with_dotenv(
    environ: Mapping[str, str],
    cwd: str,
    read: Callable[[str, Mapping[str, str]], Mapping[str, str]],
) -> Mapping[str, str]:
    """The environment variables, and what the project's ``.env`` file says in place of some.

    Args:
        environ: also says where the file is, and whether it is wanted.
        cwd: where the command was given.
        read: gives the variables of a file, with those of the environment put in.

    Raises:
        FileAccessError: the file cannot be read.
        PipenvError: as `find_project`.
    """
    if environ.get("PIPENV_DONT_LOAD_ENV", "").lower() in TRUE_WORDS:
        return environ
    if environ.get("PYTHON_DOTENV_DISABLED", "").lower() in DOTENV_TRUE_WORDS:
        return environ
    project = find_project(cwd, environ)
    if project is None:
        return environ
    named = environ.get("PIPENV_DOTENV_LOCATION") or ".env"
    path = os.path.join(project.root, os.path.expanduser(named))
    try:
        with open(path, "rb") as file:
            data = file.read()
        with open(project.pipfile_path, "rb") as file:
            pipfile = file.read()
    except OSError:
        return environ
    if not concerns_settings(data, pipfile):
        return environ
    wanted = HONOURED | open_names(pipfile)
    told = {name: value for name, value in read(path, environ).items() if name in wanted}
    return {**environ, **told}
