"""Locking versions that are free of what an audit has found."""

from __future__ import annotations

from pipenv.errors import ResolutionError
from pipenv.models.names import canonical_name
from pipenv.models.records import NamedTuple
from pipenv.models.specifiers import parse_specifiers
from pipenv.models.versions import version_key
from pipenv.operations import lock as locking
from pipenv.operations.audited_packages import locked as packages_of
from pipenv.operations.environment import locking_environment
from pipenv.pipfile.document import pipfile_category
from pipenv.resolver.edited_requirements import Override

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipenv.operations.audit import Auditor, Finding
    from pipenv.operations.audited_packages import Audited

_MOST_ROUNDS = 5
"""A fixed version may have other vulnerabilities, which have fixes of their own."""


class Fixes(NamedTuple):
    """What could be done about findings."""

    locked: locking.LockOutcome | None
    """The new lock, which is written unless the run is a rehearsal; `None`: nothing could move."""
    remaining: tuple[Finding, ...]
    """What the new lock still has."""
    refused: Mapping[str, str]
    """Name → why no version of it that is fixed can be locked."""


def fix(auditor: Auditor, findings: Sequence[Finding]) -> Fixes:
    """Lock the oldest versions that are free of `findings`, and move little else; write that.

    A package that nothing lets move does not keep the others from moving.

    Raises:
        NetworkError: an index, or the service, could not be asked; nothing was written.
    """
    limits: dict[str, str] = {}
    refused: dict[str, str] = {}
    known: dict[Audited, list[Finding]] = {each: [] for each in auditor.subjects.packages}
    for finding in findings:
        known[finding.package].append(finding)
    best: locking.LockOutcome | None = None
    remaining = list(findings)
    for _ in range(_MOST_ROUNDS):
        wanted = {
            name: version
            for name, version in fixing_versions(remaining).items()
            if name not in refused and limits.get(name) != version
        }
        if not wanted:
            break
        locked, limits = _lock_what_can(auditor, limits, wanted, refused)
        if locked is None:
            break
        best = locked
        packages = _same_categories(auditor, locked)
        new = [each for each in packages if each not in known]
        known.update({each: [] for each in new})
        for finding in auditor.findings_in(new):
            known[finding.package].append(finding)
        remaining = [finding for each in packages for finding in known[each]]
    if best is not None:
        best = best._replace(reasons={**best.reasons, **_reasons(known, limits)})
        locking.write(auditor.session, best)
    return Fixes(best, tuple(remaining), refused)


def _same_categories(auditor: Auditor, locked: locking.LockOutcome) -> list[Audited]:
    """The packages of a new lock that the audit would look at."""
    packages = packages_of(locked.lockfile, skips_editable=True).packages
    named = {pipfile_category(each) for each in auditor.request.categories}
    return [each for each in packages if not named or not named.isdisjoint(each.categories)]


def _reasons(
    known: Mapping[Audited, Sequence[Finding]], limits: Mapping[str, str]
) -> dict[str, str]:
    """Name → what it moves for."""
    found: dict[str, dict[str, None]] = {}
    for package, findings in known.items():
        for finding in findings:
            if package.name in limits:
                found.setdefault(package.name, {})[finding.vulnerability.id] = None
    return {name: f"has no {', '.join(names)}" for name, names in found.items()}


def _lock_what_can(
    auditor: Auditor, limits: dict[str, str], wanted: dict[str, str], refused: dict[str, str]
) -> tuple[locking.LockOutcome | None, dict[str, str]]:
    """Lock with all of `wanted`, or with those of them that are possible together."""
    together = {**limits, **wanted}
    try:
        return _lock(auditor, together), together
    except ResolutionError as error:
        if len(wanted) == 1:
            ((name, version),) = wanted.items()
            refused[name] = _reason(auditor, name, version, error)
            return None, limits
    best = None
    for name, version in sorted(wanted.items()):
        tried = {**limits, name: version}
        try:
            best = _lock(auditor, tried)
        except ResolutionError as error:
            refused[name] = _reason(auditor, name, version, error)
        else:
            limits = tried
    return best, limits


def _lock(auditor: Auditor, limits: Mapping[str, str]) -> locking.LockOutcome:
    session = auditor.session
    request = locking.LockRequest(
        pipfile=session.pipfile(),
        keep="pins",
        moving=frozenset(limits),
        limits={
            name: Override(parse_specifiers(f">={version}"), "the audit", narrows=True)
            for name, version in limits.items()
        },
        lowest=frozenset(limits),
        wants_advice=False,
    )
    return locking.lock(session, request, locking_environment(session))


def _reason(auditor: Auditor, name: str, version: str, error: ResolutionError) -> str:
    """The first paragraph of the proof as one line, and what would change the Pipfile's mind."""
    first = error.details.strip().partition("\n\n")[0]
    text = " ".join(first.split()) or error.message
    pipfile = auditor.session.pipfile()
    listed = {canonical_name(each) for own in pipfile.categories for each in pipfile.entries(own)}
    if name not in listed:
        return text
    return f'{text.rstrip(".")}; `pipenv upgrade "{name}>={version}"` changes the Pipfile'


def fixing_versions(findings: Iterable[Finding]) -> dict[str, str]:
    """Return the lowest version of each package that is free of all that was found in it.

    Packages with findings for which no fixed version is known are left out, unless other findings
    have one.
    """
    wanted: dict[str, str] = {}
    for package, vulnerability in findings:
        later = first_above(vulnerability.fixed, package.version)
        if later is not None and (
            package.name not in wanted or version_key(wanted[package.name]) < version_key(later)
        ):
            wanted[package.name] = later
    return wanted


def first_above(fixed: Sequence[str], version: str) -> str | None:
    """The lowest of some versions, which ascend, that is newer than `version`."""
    return next((each for each in fixed if version_key(each) > version_key(version)), None)
