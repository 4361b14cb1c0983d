"""From a folder to the Environment it holds."""

from __future__ import annotations

import os

from pipenv.errors import VirtualenvBroken, VirtualenvNotFound
from pipenv.models.interpreters import Environment
from pipenv.virtualenvs.location import python_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.virtualenvs.probe import Probe


def environment_of(env_root: str, probe: Probe) -> Environment:
    """Describe the environment in the folder `env_root`.

    A folder without ``pyvenv.cfg`` is taken for the prefix of an interpreter, as some platforms
    set ``VIRTUAL_ENV`` to one.

    Raises:
        VirtualenvNotFound: there is nothing that could be an environment.
        VirtualenvBroken: there is one, but its interpreter is gone or another one now.
    """
    python = python_path(env_root)
    if not os.path.lexists(python):
        numbered = f"{python}3"
        is_prefix = not os.path.lexists(os.path.join(env_root, "pyvenv.cfg"))
        if is_prefix and os.path.lexists(numbered):  # many prefixes have no plain ``python``
            interpreter = probe.interpreter(numbered)
            return Environment(root=env_root, interpreter=interpreter, paths=interpreter.paths)
        if os.path.lexists(os.path.join(env_root, "pyvenv.cfg")):
            raise VirtualenvBroken(
                f"the environment `{env_root}` has no Python",
                hints=["make it anew: `pipenv remove`, then `pipenv sync`"],
            )
        raise VirtualenvNotFound(
            f"there is no environment in `{env_root}`", hints=["make one with `pipenv sync`"]
        )
    interpreter = probe.interpreter(python)
    return Environment(root=env_root, interpreter=interpreter, paths=interpreter.paths)
