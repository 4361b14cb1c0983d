"""``--system``: the interpreter on PATH as an environment to install into (contract, 7.5)."""

from __future__ import annotations

from pipenv.errors import ExternallyManaged, InterpreterNotFound
from pipenv.models.interpreters import Environment
from pipenv.virtualenvs.environments import environment_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.operations.session import Session

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})


def system_environment(session: Session) -> Environment:
    """The active ``VIRTUAL_ENV``, else ``--python``, else ``python3`` or ``python`` on PATH.

    Raises:
        InterpreterNotFound: there is none.
        ExternallyManaged: it belongs to the operating system (PEP 668) and no override is set.
    """
    active = session.environ.get("VIRTUAL_ENV")
    if active and not session.environ.get("PIPENV_ACTIVE"):
        return environment_of(active, session.probe())
    wanted = session.settings.text("python")
    try:
        interpreter = session.find_interpreter(wanted or "python3")
    except InterpreterNotFound:
        if wanted:
            raise
        interpreter = session.find_interpreter("python")
    if interpreter.externally_managed is not None and not _may_break(session):
        raise ExternallyManaged(
            f"`{interpreter.executable}` belongs to the operating system",
            details=interpreter.externally_managed,
            hints=["set PIPENV_BREAK_SYSTEM_PACKAGES=1 to install into it all the same"],
        )
    return Environment(interpreter.prefix, interpreter, interpreter.paths)


def _may_break(session: Session) -> bool:
    names = ("PIPENV_BREAK_SYSTEM_PACKAGES", "PIP_BREAK_SYSTEM_PACKAGES")
    return any(session.environ.get(name, "").lower() in TRUE_WORDS for name in names)
