"""What activates an environment: the variables of a child, and the line to type into a shell.

On the path of ``run``: imports our errors and `virtualenvs.location`, touches no file.
"""

from __future__ import annotations

import os
import sys

from pipenv.virtualenvs.location import scripts_dir

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_SPECIAL = frozenset(" \t&$()[]{}<>|;*?!#~`'\"\\^%=")
POSIX_SHELLS = frozenset({"sh", "bash", "zsh", "dash", "ash", "ksh"})
_SCRIPTS = {
    "fish": ("source", "activate.fish"),
    "csh": ("source", "activate.csh"),
    "tcsh": ("source", "activate.csh"),
    "xonsh": ("source", "activate.xsh"),
    "nu": ("overlay use", "activate.nu"),
}
_POWERSHELLS = frozenset({"pwsh", "powershell"})
_MISLEADING = ("PYTHONHOME", "__PYVENV_LAUNCHER__")
"""Variables that would make the environment's Python look for its library elsewhere."""


def child_environment(
    environ: Mapping[str, str],
    env_root: str | None,
    project_root: str,
    platform: str = sys.platform,
) -> dict[str, str]:
    """Make the variables of a program that runs inside an environment.

    ``VIRTUAL_ENV`` names it and its programs come first on ``PATH``, once. Without `env_root` (the
    system's Python) only ``PIPENV_ACTIVE`` and ``PIPENV_PROJECT_DIR`` are set. A relative
    ``PIPENV_PIPFILE`` becomes absolute, as the program may run elsewhere.
    """
    child = dict(environ)
    pipfile = child.get("PIPENV_PIPFILE")
    if pipfile and not os.path.isabs(pipfile):
        child["PIPENV_PIPFILE"] = os.path.join(project_root, os.path.basename(pipfile))
    child["PIPENV_ACTIVE"] = "1"
    child["PIPENV_PROJECT_DIR"] = project_root
    if env_root is None:
        return child
    for name in _MISLEADING:
        child.pop(name, None)
    child["VIRTUAL_ENV"] = env_root
    programs = scripts_dir(env_root, platform)
    separator = ";" if platform == "win32" else ":"
    # An empty part of PATH means the current folder, hence the default instead of nothing.
    path = child.get("PATH") or ("" if platform == "win32" else os.defpath)
    if path != programs and not path.startswith(programs + separator):
        path = f"{programs}{separator}{path}" if path else programs
    child["PATH"] = path
    return child


def shell_name(program: str) -> str:
    """The plain name of a shell, of which `program` is a name or a path."""
    name = program.replace("\\", "/").rpartition("/")[2].lower()
    return name.removesuffix(".exe").lstrip("-")  # a login shell calls itself `-bash`


def activation_command(shell: str, env_root: str, platform: str = sys.platform) -> str:
    """The line that activates an environment in `shell`, given by name or path of the program.

    Raises:
        RequestRefused: we have no script for that shell.
    """
    name = shell_name(shell)
    if name in POSIX_SHELLS:
        verb, script = "source", "activate"
    elif name in _POWERSHELLS:
        verb, script = ".", "Activate.ps1" if platform == "win32" else "activate.ps1"
    elif name in _SCRIPTS:
        verb, script = _SCRIPTS[name]
    elif name == "cmd" and platform == "win32":
        path = f"{scripts_dir(env_root, platform)}\\activate.bat"
        return f'"{path}"' if _SPECIAL.intersection(path) - {"\\"} else path
    else:
        from pipenv.errors import RequestRefused

        raise RequestRefused(
            f"unknown shell {name}",
            hints=["name your shell in PIPENV_SHELL", "use `pipenv run` or `pipenv shell`"],
        )
    separator = "\\" if platform == "win32" else "/"
    path = f"{scripts_dir(env_root, platform)}{separator}{script}"
    return f"{verb} {_quoted(path, name)}"


def _quoted(path: str, shell: str) -> str:
    """Make one word of `path`, the line is meant for ``eval``."""
    if shell in _POWERSHELLS:
        ordinary = _SPECIAL - {"\\"}
        return "'" + path.replace("'", "''") + "'" if ordinary.intersection(path) else path
    if shell == "xonsh" and _SPECIAL.intersection(path) and not ('"' in path and "'" in path):
        # Only a raw string is not searched for variables.
        quote = "'" if '"' in path else '"'
        return f"r{quote}{path}{quote}"
    if shell in ("nu", "xonsh"):
        escaped = path.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"' if _SPECIAL.intersection(path) else path
    return "".join("\\" + character if character in _SPECIAL else character for character in path)
