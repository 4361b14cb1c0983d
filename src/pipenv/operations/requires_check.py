"""Does the environment have what ``[requires]`` of the Pipfile asks for?"""

from __future__ import annotations

from pipenv.operations.environment import locking_environment, python_mismatch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.operations.session import Session

_OWN_RULES = ("python_version", "python_full_version")


def mismatches(session: Session) -> list[str]:
    """Return what differs, a sentence each.

    Raises:
        InterpreterNotFound: there is no environment, and no Python that fits.
    """
    environment = locking_environment(session)
    found = []
    python = python_mismatch(session, environment)
    if python is not None:
        found.append(f"{python}.")
    markers = environment.interpreter.environment
    for key, wanted in session.pipfile().requires.items():
        if key in _OWN_RULES or key not in markers or markers[key] == wanted:
            continue
        found.append(
            f"Specifier {key} does not match {wanted} ({markers[key]} is what the environment has)."
        )
    return found
