"""``--system``: the interpreter on PATH as an environment to install into."""

from __future__ import annotations

import os
import sys

from pipenv.errors import ExternallyManaged, InterpreterNotFound
from pipenv.models.interpreters import Environment, InstallPaths
from pipenv.settings import FALSE_WORDS
from pipenv.virtualenvs.environments import environment_of
from pipenv.virtualenvs.layout import library_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pipenv.models.interpreters import Interpreter
    from pipenv.virtualenvs.probe import Probe


def system_environment(
    environ: Mapping[str, str],
    probe: Probe,
    wanted: str | None,
    find: Callable[[str | None], Interpreter],
) -> Environment:
    """The active ``VIRTUAL_ENV``, else `wanted`, else ``python3`` or ``python`` on PATH.

    ``VIRTUAL_ENV`` may name the prefix of any Python.  With ``PIP_USER`` it is the folder of the
    user's own packages, unless that Python is a virtual environment.

    Raises:
        InterpreterNotFound: there is none.
        ExternallyManaged: it belongs to the operating system (PEP 668) and no override is set.
    """
    active = environ.get("VIRTUAL_ENV")
    if active and not environ.get("PIPENV_ACTIVE"):
        environment = environment_of(active, probe)
    else:
        interpreter = _on_path(wanted, find)
        environment = Environment(interpreter.prefix, interpreter, interpreter.paths)
    interpreter = environment.interpreter
    if interpreter.externally_managed is not None and not _may_break(environ):
        raise ExternallyManaged(
            f"`{interpreter.executable}` belongs to the operating system",
            details=interpreter.externally_managed,
            hints=["set PIPENV_BREAK_SYSTEM_PACKAGES=1 to install into it all the same"],
        )
    if is_set(environ, "PIP_USER") and interpreter.prefix == interpreter.base_prefix:
        return _of_user(environ, interpreter)
    return environment


def is_set(environ: Mapping[str, str], name: str) -> bool:
    """Tell whether a variable is there and does not say no."""
    return environ.get(name, "").strip().lower() not in {"", *FALSE_WORDS}


def _on_path(wanted: str | None, find: Callable[[str | None], Interpreter]) -> Interpreter:
    try:
        return find(wanted or "python3")
    except InterpreterNotFound:
        if wanted:
            raise
    return find("python")


def _of_user(environ: Mapping[str, str], interpreter: Interpreter) -> Environment:
    """Where `interpreter` looks for the packages of this user (PEP 370)."""
    major, minor = interpreter.version[:2]
    is_windows = sys.platform == "win32"
    home = environ.get("USERPROFILE" if is_windows else "HOME") or os.path.expanduser("~")
    usual = os.path.join(home, ".local")
    if is_windows:
        usual = os.path.join(environ.get("APPDATA") or home, "Python")
    base = os.path.abspath(os.path.expanduser(environ.get("PYTHONUSERBASE") or usual))
    name = library_name(interpreter)
    site, scripts = os.path.join(base, "lib", name, "site-packages"), os.path.join(base, "bin")
    headers = os.path.join(base, "include", name)
    if is_windows:
        folder = os.path.join(base, f"Python{major}{minor}")
        site, scripts = os.path.join(folder, "site-packages"), os.path.join(folder, "Scripts")
        headers = os.path.join(folder, "Include")
    paths = InstallPaths(
        purelib=site,
        platlib=site,
        scripts=scripts,
        data=base,
        headers=headers,
        stdlib=interpreter.paths.stdlib,
    )
    return Environment(base, interpreter, paths)


def _may_break(environ: Mapping[str, str]) -> bool:
    names = ("PIPENV_BREAK_SYSTEM_PACKAGES", "PIP_BREAK_SYSTEM_PACKAGES")
    return any(is_set(environ, name) for name in names)
