"""``--system``: the interpreter on PATH as an environment to install into."""

from __future__ import annotations

from pipenv.errors import ExternallyManaged, InterpreterNotFound
from pipenv.models.interpreters import Environment
from pipenv.virtualenvs.environments import environment_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pipenv.models.interpreters import Interpreter
    from pipenv.virtualenvs.probe import Probe

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})


def system_environment(
    environ: Mapping[str, str],
    probe: Probe,
    wanted: str | None,
    find: Callable[[str | None], Interpreter],
) -> Environment:
    """The active ``VIRTUAL_ENV``, else `wanted`, else ``python3`` or ``python`` on PATH.

    Raises:
        InterpreterNotFound: there is none.
        ExternallyManaged: it belongs to the operating system (PEP 668) and no override is set.
    """
    active = environ.get("VIRTUAL_ENV")
    if active and not environ.get("PIPENV_ACTIVE"):
        return environment_of(active, probe)
    try:
        interpreter = find(wanted or "python3")
    except InterpreterNotFound:
        if wanted:
            raise
        interpreter = find("python")
    if interpreter.externally_managed is not None and not _may_break(environ):
        raise ExternallyManaged(
            f"`{interpreter.executable}` belongs to the operating system",
            details=interpreter.externally_managed,
            hints=["set PIPENV_BREAK_SYSTEM_PACKAGES=1 to install into it all the same"],
        )
    return Environment(interpreter.prefix, interpreter, interpreter.paths)


def _may_break(environ: Mapping[str, str]) -> bool:
    names = ("PIPENV_BREAK_SYSTEM_PACKAGES", "PIP_BREAK_SYSTEM_PACKAGES")
    return any(environ.get(name, "").lower() in TRUE_WORDS for name in names)
