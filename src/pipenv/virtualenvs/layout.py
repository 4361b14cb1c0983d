"""Where an environment keeps what: derived from its interpreter's facts, nothing is asked."""

from __future__ import annotations

import os
import sys

from pipenv.models.interpreters import InstallPaths
from pipenv.virtualenvs.location import python_path, scripts_dir

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.models.interpreters import Interpreter


def library_name(interpreter: Interpreter) -> str:
    """The folder below ``lib``: ``python3.11``, ``python3.13t``, ``pypy3.10``."""
    name = os.path.basename(interpreter.paths.stdlib.rstrip("/\\"))
    if name.lower() in ("", "lib"):
        # an odd build that keeps its library elsewhere
        major, minor = interpreter.version[:2]
        return f"python{major}.{minor}"
    return name


def install_paths(
    env_root: str, interpreter: Interpreter, platform: str = sys.platform
) -> InstallPaths:
    """The folders of an environment made from `interpreter`.

    Where 64-bit libraries have a folder ``lib64`` of their own, environments make it a link to
    ``lib``; so both kinds of library are in one place.
    """
    if platform == "win32":
        library = env_root + "\\Lib\\site-packages"
        headers = env_root + "\\Include"
    else:
        name = library_name(interpreter)
        library = f"{env_root}/lib/{name}/site-packages"
        headers = f"{env_root}/include/site/{name}"
    return InstallPaths(
        purelib=library,
        platlib=library,
        scripts=scripts_dir(env_root, platform),
        data=env_root,
        headers=headers,
        stdlib=interpreter.paths.stdlib,
    )


def resident(env_root: str, interpreter: Interpreter, platform: str = sys.platform) -> Interpreter:
    """The interpreter of an environment made from `interpreter`."""
    return interpreter._replace(
        executable=python_path(env_root, platform),
        prefix=env_root,
        externally_managed=None,
        paths=install_paths(env_root, interpreter, platform),
    )
