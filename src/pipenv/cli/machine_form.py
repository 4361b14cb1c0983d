"""Outcomes and failures as one JSON document, for programs (``--json``).

Loaded only when it is asked for.  Keys are added in later releases, never renamed; a change that
breaks readers raises `VERSION`.
"""

from __future__ import annotations

import json
import time

from pipenv.errors import NotCached, PipenvError, ResolutionError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipenv.models.conflicts import ConflictFact, Fix
    from pipenv.operations.audit import AuditOutcome, Finding
    from pipenv.operations.audit_fix import Fixes
    from pipenv.operations.audited_packages import Audited
    from pipenv.operations.change import ChangeOutcome
    from pipenv.operations.environment_list import CentralEnvironment
    from pipenv.operations.lock import LockOutcome
    from pipenv.operations.outdated import OutdatedPackages
    from pipenv.operations.pythons import Listing
    from pipenv.operations.status import Aspect
    from pipenv.operations.why import Explanation

    Document = dict[str, object]

VERSION = 1


class MachineForm:
    """Writes the documents."""

    def document(self, values: Mapping[str, object]) -> str:
        """Return `values` in the envelope that every document has."""
        return _text({**values})

    def failed(self, error: BaseException) -> str:
        """Return the document of a failure."""
        if isinstance(error, PipenvError):
            found: Document = {
                "code": error.code,
                "message": error.message,
                "details": error.details,
                "hints": [*error.hints],
            }
        elif isinstance(error, KeyboardInterrupt):
            found = {"code": "interrupted", "message": "interrupted", "details": "", "hints": []}
        else:
            message = f"{type(error).__name__}: {error}"
            found = {"code": "internal", "message": message, "details": "", "hints": []}
        conflict: tuple[ConflictFact, ...] = ()
        fixes: tuple[Fix, ...] = ()
        suggestions: tuple[str, ...] = ()
        if isinstance(error, ResolutionError):
            conflict, fixes, suggestions = error.conflict, error.fixes, error.suggestions
        found["conflict"] = [_given(fact._asdict()) for fact in conflict]
        found["fixes"] = [_fix(fix) for fix in fixes]
        found["suggestions"] = [*suggestions]
        if isinstance(error, NotCached):
            found["missing"] = [*error.missing]
        return _text({"error": found})

    def locked(self, outcome: LockOutcome) -> str:
        """Return the document of a lock that was made."""
        return _text({"lock": _lock(outcome)})

    def changed(self, outcome: ChangeOutcome) -> str:
        """Return the document of an installation."""
        locked = outcome.locked
        document: Document = {
            "lock": {"changed": False, "changes": []} if locked is None else _lock(locked)
        }
        if outcome.synced is not None:
            document["installed"] = [
                {"name": step.pin.name, "version": step.pin.version}
                for step in outcome.synced.plan.installations
            ]
        return _text(document)

    def status(self, root: str, aspects: Iterable[Aspect]) -> str:
        """Return the document of how a project is doing."""
        listed: list[Document] = [
            {**each._asdict(), "facts": dict(each.facts), "fine": not each.fix} for each in aspects
        ]
        is_fine = all(each["fine"] for each in listed)
        return _text({"project": root, "fine": is_fine, "aspects": listed})

    def outdated(self, found: OutdatedPackages) -> str:
        """Return the document of what could be newer."""
        listed = [{**each._asdict(), "released": _utc(each.released)} for each in found.packages]
        return _text(
            {"outdated": listed, "asked_at": _utc(found.asked_at), "stale": found.is_stale}
        )

    def environments(self, found: Sequence[CentralEnvironment], sizes: Sequence[int] | None) -> str:
        """Return the document of central environments, with their sizes in bytes if given."""
        listed: list[dict[str, object]] = [each._asdict() for each in found]
        for each, size in zip(listed, sizes or (), strict=False):
            each["bytes"] = size
        return _text({"environments": listed})

    def pythons(self, found: Listing) -> str:
        """Return the document of the Pythons of this machine."""
        return _text(
            {
                "wanted": found.wanted,
                "wanted_by": found.origin if found.wanted else None,
                "pythons": [each._asdict() for each in found.pythons],
            }
        )

    def audited(self, outcome: AuditOutcome, fixes: Fixes | None) -> str:
        """Return the document of an audit, and of what was done about its findings."""
        document: Document = {
            "service": outcome.service,
            "as_of": None if outcome.as_of is None else _utc(outcome.as_of),
            "findings": [_finding(each) for each in outcome.findings],
            "ignored": [
                {**_finding(each.finding), "reason": each.decision.reason,
                 "until": each.decision.until or None}
                for each in outcome.ignored
            ],
            "notices": [
                {**_audited(each.package), "kind": each.kind, "reason": each.reason}
                for each in outcome.notices
            ],
            "checked": [_audited(each) for each in outcome.checked],
            "unknown": [
                {**_audited(each), "reason": reason} for each, reason in outcome.unknown.items()
            ],
        }  # fmt: skip
        if fixes is not None:
            moves = () if fixes.locked is None else fixes.locked.changes.moved
            document["fixes"] = {
                "moved": [{"name": name, "from": old, "to": new} for name, old, new in moves],
                "refused": [
                    {"name": name, "reason": reason} for name, reason in fixes.refused.items()
                ],
                "remaining": [_finding(each) for each in fixes.remaining],
            }
        return _text(document)

    def explained(self, found: Explanation) -> str:
        """Return the document of who needs a package."""
        return _text(
            {
                "package": found.name,
                "locked": found.version,
                "categories": [*found.categories],
                "paths": [
                    {"category": path.category, "steps": [step._asdict() for step in path.steps]}
                    for path in found.paths
                ],
                "unknown": [*found.unknown],
                "complete": found.is_complete,
                "elsewhere": found.is_elsewhere,
            }
        )


def _utc(seconds: float | None) -> str | None:
    """Seconds since the epoch as ISO 8601, in UTC."""
    return None if seconds is None else time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def _finding(finding: Finding) -> Document:
    return {**_audited(finding.package), **finding.vulnerability._asdict()}


def _audited(package: Audited) -> Document:
    return {
        "name": package.name,
        "version": package.version,
        "categories": [*package.categories],
    }


def _lock(outcome: LockOutcome) -> Document:
    changes = [
        {"category": move.category, "name": move.name, "from": move.old, "to": move.new}
        for move in outcome.moves
    ]
    return {"changed": outcome.is_new_text, "changes": changes}


def _fix(fix: Fix) -> Document:
    document: Document = {
        "kind": fix.kind,
        "changes": [
            {
                "category": change.category,
                "name": change.name,
                "from": change.old,
                "to": change.new,
                "line": change.line,
            }
            for change in fix.changes
        ],
        "versions": dict(fix.versions),
    }
    if fix.python:
        document["python_version"] = fix.python
    return document


def _given(values: Document) -> Document:
    return {key: value for key, value in values.items() if value not in ("", None)}


def _text(document: Document) -> str:
    return json.dumps({"version": VERSION, **document}, indent=2)
