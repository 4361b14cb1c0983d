"""Locking versions that are free of what an audit has found."""

from __future__ import annotations

from pipenv.models.specifiers import parse_specifiers
from pipenv.models.versions import version_key
from pipenv.operations import lock as locking
from pipenv.operations.environment import locking_environment
from pipenv.resolver.edited_requirements import Override

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipenv.operations.audit import Finding
    from pipenv.operations.session import Session


def fixing_versions(findings: Iterable[Finding]) -> tuple[dict[str, str], list[Finding]]:
    """Return the lowest version of each package that is free of all that was found in it.

    Returns:
        Name → version; and the findings for which no fixed version is known.
    """
    wanted: dict[str, str] = {}
    hopeless: list[Finding] = []
    for finding in findings:
        later = first_above(finding.vulnerability.fixed, finding.version)
        if later is None:
            hopeless.append(finding)
        elif finding.name not in wanted or version_key(wanted[finding.name]) < version_key(later):
            wanted[finding.name] = later
    return wanted, hopeless


def first_above(fixed: Sequence[str], version: str) -> str | None:
    """The lowest of some versions, which ascend, that is newer than `version`."""
    return next((each for each in fixed if version_key(each) > version_key(version)), None)


def lock_fixes(session: Session, wanted: dict[str, str]) -> locking.LockOutcome:
    """Lock at least the versions of `wanted`, and move as little else as possible; write it.

    Raises:
        ResolutionError: something does not allow them; nothing was written.
        NetworkError: an index could not be asked.
    """
    outcome = locking.lock(
        session,
        locking.LockRequest(
            pipfile=session.pipfile(),
            keep="pins",
            moving=frozenset(wanted),
            limits={
                name: Override(parse_specifiers(f">={each}"), "the audit", narrows=True)
                for name, each in wanted.items()
            },
        ),
        locking_environment(session),
    )
    locking.write(session, outcome)
    return outcome
