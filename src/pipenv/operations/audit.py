"""``audit``: known vulnerabilities of what is locked, less those that are to be ignored."""

from __future__ import annotations

from datetime import date, datetime, timezone

from pipenv.errors import InvalidPipfile
from pipenv.events import Notice
from pipenv.models.names import canonical_name
from pipenv.models.origins import IndexOrigin
from pipenv.models.pins import Pin
from pipenv.models.records import NamedTuple
from pipenv.models.vulnerabilities import Vulnerability, united
from pipenv.operations.documents import read_lockfile, require_lockfile
from pipenv.operations.environment import existing_environment, has_environment, installed_in
from pipenv.operations.sync import TOOLS
from pipenv.operations.vulnerability_sources import ask
from pipenv.pipfile.document import lock_category

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipenv.models.indexes import Index
    from pipenv.operations.session import Session

IGNORED_KEY = "audit-ignore"


class Finding(NamedTuple):
    """One vulnerability of one package."""

    name: str
    version: str
    vulnerability: Vulnerability


class Ignored(NamedTuple):
    """A decision not to be told of something."""

    id: str
    reason: str = ""
    until: str = ""
    """The last day on which it counts, as ``2026-12-31``; empty for ever."""


class AuditRequest(NamedTuple):
    """What is to be looked at."""

    service: str
    """``pypi`` or ``osv``."""
    categories: tuple[str, ...]
    """Names of Pipfile or lock; empty: all."""
    ignored: tuple[str, ...]
    """Identifiers from the command line."""
    locked_only: bool
    """Without a lock there is nothing to look at, even if there is an environment."""


class AuditOutcome(NamedTuple):
    """What was found."""

    checked: tuple[tuple[str, str], ...]
    """Name and version of all packages that were looked at."""
    findings: tuple[Finding, ...]
    """By name, then by identifier."""
    ignored: tuple[Finding, ...]
    unknown: Mapping[str, str]
    """Name → why nothing is known."""
    as_of: float | None
    """When the oldest answer was given, in seconds since the epoch."""


def audit(session: Session, request: AuditRequest) -> AuditOutcome:
    """Look up every pin of an index.

    Raises:
        LockfileNotFound, InvalidLockfile: there is nothing to go by.
        InvalidPipfile: an entry of ``audit-ignore`` means nothing.
        NetworkError, InvalidValue: the answers could not be had.
    """
    ignored = _ignored(session, request)
    pins, sources = _pins(session, request)
    answers = ask(session, pins, sources, request.service)
    findings: list[Finding] = []
    passed: list[Finding] = []
    for pin in pins:
        for record in united(answers.found.get(pin.name, ())):
            finding = Finding(pin.name, pin.version or "", record)
            (passed if record.names & ignored else findings).append(finding)
    checked = tuple((pin.name, pin.version or "") for pin in pins)
    return AuditOutcome(
        checked, tuple(sorted(findings)), tuple(sorted(passed)), answers.unknown, answers.oldest
    )


def _pins(session: Session, request: AuditRequest) -> tuple[list[Pin], Sequence[Index]]:
    """The pins with versions from indexes; of the environment where there is no lock."""
    lockfile = read_lockfile(session.project)
    if lockfile is None:
        if request.locked_only or not has_environment(session):
            lockfile = require_lockfile(session.project)
        else:
            text = "there is no Pipfile.lock: looking at what is installed"
            session.report(Notice("no-lock", text))
            installed = installed_in(session, existing_environment(session))
            return [
                Pin(each.key, each.version, (), IndexOrigin())
                for each in sorted(installed)
                if each.key not in TOOLS and each.direct_url is None
            ], ()
    wanted = [lock_category(name) for name in request.categories] or [*lockfile.categories]
    found: dict[str, Pin] = {}
    for category in wanted:
        for name, pin in lockfile.categories.get(category, {}).items():
            if pin.version is not None and isinstance(pin.origin, IndexOrigin):
                found.setdefault(canonical_name(name), pin)
    return [found[key] for key in sorted(found)], lockfile.sources


def _ignored(session: Session, request: AuditRequest) -> set[str]:
    """The identifiers that do not count today."""
    found = set(request.ignored)
    today = datetime.fromtimestamp(session.now, tz=timezone.utc).date()
    settings = session.pipfile().settings if session.project.has_pipfile() else {}
    for each in parse_ignored(settings.get(IGNORED_KEY, [])):
        if each.until and date.fromisoformat(each.until) < today:
            text = f"{each.id} counts again: it was ignored until {each.until}"
            session.report(Notice("ignored-no-more", text))
        else:
            found.add(each.id)
    return found


def parse_ignored(value: object) -> list[Ignored]:
    """Read ``[pipenv] audit-ignore``: texts, or tables with ``id``, ``reason`` and ``until``.

    Raises:
        InvalidPipfile: an entry means nothing.
    """
    if not isinstance(value, list):
        raise _invalid("must be a list")
    found = []
    for each in value:
        table = {"id": each} if isinstance(each, str) else each
        if not isinstance(table, dict) or not isinstance(table.get("id"), str):
            raise _invalid("has an entry without `id`")
        unknown = sorted(set(table) - set(Ignored._fields))
        if unknown:
            raise _invalid(f"has an entry with the unknown key `{unknown[0]}`")
        until = table.get("until", "")
        try:
            day = until.isoformat() if isinstance(until, date) else str(until)
            if day:
                date.fromisoformat(day)
        except ValueError:
            raise _invalid(f"has an `until` that is no day: `{until}`") from None
        found.append(Ignored(table["id"], str(table.get("reason", "")), day))
    return found


def _invalid(what: str) -> InvalidPipfile:
    example = '[{id = "CVE-2026-1", reason = "not reachable", until = "2027-01-31"}]'
    return InvalidPipfile(
        f"`{IGNORED_KEY}` in [pipenv] {what}", hints=[f"it looks like {IGNORED_KEY} = {example}"]
    )
