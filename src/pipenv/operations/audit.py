"""``audit``: known vulnerabilities of what is locked, less those that are to be ignored."""

from __future__ import annotations

from datetime import datetime, timezone

from pipenv.errors import NetworkError
from pipenv.events import Notice
from pipenv.models.records import NamedTuple
from pipenv.models.versions import parse_version
from pipenv.models.vulnerabilities import united
from pipenv.operations.audited_packages import subjects
from pipenv.operations.kept_pages import KeptPages
from pipenv.operations.vulnerability_services import VulnerabilityService
from pipenv.pipfile.audit_ignores import KEY, Ignored, ignored_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipenv.lockfile.schema import Lockfile
    from pipenv.models.vulnerabilities import Vulnerability
    from pipenv.operations.audited_packages import Audited, Subjects
    from pipenv.operations.session import Session


class Finding(NamedTuple):
    """One vulnerability of one package."""

    package: Audited
    vulnerability: Vulnerability


class IgnoredFinding(NamedTuple):
    """A finding that somebody has decided not to be told of."""

    finding: Finding
    decision: Ignored


class PackageNotice(NamedTuple):
    """Something else to know about a package."""

    package: Audited
    kind: str
    """``yanked``, or the status of its project: ``quarantined``, ``archived``, ``deprecated``."""
    reason: str
    """As the index gives it; often nothing."""


class AuditRequest(NamedTuple):
    """What is to be looked at."""

    categories: tuple[str, ...] = ()
    """Names of Pipfile or lock; empty: all."""
    ignored: tuple[str, ...] = ()
    """Identifiers from the command line."""
    place: str = "any"
    """``lock``, ``installed``, or ``any``: the lock, else what is installed."""
    skips_editable: bool = False


class AuditOutcome(NamedTuple):
    """What was found."""

    service: str
    """``pypi`` or ``osv``."""
    checked: tuple[Audited, ...]
    """All packages of which something is known, by name."""
    findings: tuple[Finding, ...]
    """By name, version and identifier."""
    ignored: tuple[IgnoredFinding, ...]
    unknown: Mapping[Audited, str]
    """Of which nothing is known, and why."""
    notices: tuple[PackageNotice, ...]
    """What the pages in the cache tell of the packages, if they are there."""
    as_of: float | None
    """When the oldest answer was given, in seconds since the epoch."""
    hint: str = ""
    """What could be known by asking somebody else."""


class Auditor:
    """An audit, and its repetition for other versions of the same packages."""

    def __init__(self, session: Session, request: AuditRequest) -> None:
        """Find out what to look at; nobody is asked yet.

        Raises:
            LockfileNotFound, InvalidLockfile, VirtualenvNotFound: there is nothing to look at.
            RequestRefused: there is no such service, or no such category.
        """
        self.session = session
        self.request = request
        self.subjects: Subjects = subjects(
            session,
            named=request.categories,
            place=request.place,
            skips_editable=request.skips_editable,
        )
        self._service = VulnerabilityService(session, self.subjects.sources)
        self._today = datetime.fromtimestamp(session.now, tz=timezone.utc).date().isoformat()
        settings = session.pipfile().settings if session.project.has_pipfile() else {}
        self._written = ignored_in(settings)
        self._decisions = {each.upper(): Ignored(each) for each in request.ignored}
        for each in self._written:
            if not each.is_over(self._today):
                self._decisions[each.id.upper()] = each

    def audit(self) -> AuditOutcome:
        """Look up every package of an index.

        Raises:
            NotCached, NetworkError, InvalidValue: the answers could not be had.
        """
        packages = self.subjects.packages
        answers = self._service.ask(packages)
        found = list(_findings(packages, answers.found))
        findings = tuple(each for each in found if self._decision(each) is None)
        ignored = tuple(
            IgnoredFinding(each, decision)
            for each in found
            if (decision := self._decision(each)) is not None
        )
        unknown = {**answers.unknown, **self.subjects.beyond}
        if packages and not answers.found:
            reason = next(iter(answers.unknown.values()))
            others = len(packages) - 1
            more = f", and nothing of {others} more" if others else ""
            raise NetworkError(
                f"nothing could be checked: of {packages[0].name}, {reason}{more}",
                hints=[self._hint()],
            )
        self._tell(findings, ignored, is_complete=not unknown and not self.request.categories)
        return AuditOutcome(
            self._service.name,
            tuple(each for each in packages if each.key in answers.found),
            findings,
            ignored,
            unknown,
            tuple(_notices(self.session, self.subjects)),
            answers.oldest,
            self._hint() if answers.unknown else "",
        )

    def findings_in(self, packages: Sequence[Audited]) -> list[Finding]:
        """What is known of other packages, less what is to be ignored.

        Raises:
            NotCached, NetworkError, InvalidValue: the answers could not be had.
        """
        if not packages:
            return []
        answers = self._service.ask(packages)
        found = _findings(packages, answers.found)
        return [each for each in found if self._decision(each) is None]

    def _hint(self) -> str:
        if self.session.settings.flag("offline"):
            return "run `pipenv audit` once without `--offline` (PIPENV_OFFLINE)"
        if self._service.name == "osv":
            return (
                "`-s pypi` asks the index; PIPENV_OSV_URL names a service that may know all names"
            )
        return "`-s osv` asks OSV instead, which is told the names of public packages"

    def _decision(self, finding: Finding) -> Ignored | None:
        names = sorted(name.upper() for name in finding.vulnerability.names)
        return next((self._decisions[name] for name in names if name in self._decisions), None)

    def _tell(
        self,
        findings: Sequence[Finding],
        ignored: Sequence[IgnoredFinding],
        *,
        is_complete: bool,
    ) -> None:
        """Tell of decisions that have ceased to count, or have nothing to decide any more."""
        names = {name.upper() for each in findings for name in each.vulnerability.names}
        used = {each.decision for each in ignored}
        for each in self._written:
            if each.is_over(self._today):
                again = " and counts again" if each.id.upper() in names else ""
                text = f"{each.id} was ignored until {each.until}{again}: see {KEY} in the Pipfile"
                self.session.report(Notice("ignored-no-more", text))
            elif is_complete and each not in used:
                text = f"{KEY} in the Pipfile names {each.id}, which nothing has"
                self.session.report(Notice("ignored-idle", text))


def _findings(
    packages: Sequence[Audited], found: Mapping[tuple[str, str], Sequence[Vulnerability]]
) -> Iterator[Finding]:
    for package in packages:
        for record in united(found.get(package.key, ())):
            yield Finding(package, record)


def _notices(session: Session, found: Subjects) -> Iterator[PackageNotice]:
    lockfile: Lockfile | None = found.lockfile
    if lockfile is None:
        return
    pages = KeptPages(session, lockfile)
    for package in found.packages:
        page = pages.page(package.name)
        if page is None:
            continue
        status, reason = page.status
        if status:
            yield PackageNotice(package, status, reason)
        texts = page.listing.texts
        version = str(parse_version(package.version))
        at = texts.index(version) if version in texts else -1
        if at >= 0 and page.listing.yanked >> at & 1:
            files = page.artifacts(version) or ()
            yield PackageNotice(
                package, "yanked", next((each.yanked for each in files if each.yanked), "")
            )
