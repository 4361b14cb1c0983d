"""The outcome of an audit as text, in the forms that upstream's scanner has, and one more."""

from __future__ import annotations

import json

from pipenv.cli.audit_documents import as_cyclonedx_json, as_cyclonedx_xml, as_sarif
from pipenv.cli.wrapped_table import table
from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipenv.operations.audit import AuditOutcome, Finding
    from pipenv.operations.audit_fix import Fixes

HEADINGS = ("Name", "Version", "ID", "Fix Versions", "Severity", "Aliases", "Description")
_SEVERITY, _DESCRIPTION = HEADINGS.index("Severity"), HEADINGS.index("Description")


class Look(NamedTuple):
    """How the outcome is to be shown."""

    described: bool = False
    width: int | None = None
    """Columns of the terminal; `None`: lines are as long as they are."""
    lock_lines: tuple[str, ...] = ()
    """The lines of Pipfile.lock, for forms that point at them."""
    fixes: Fixes | None = None


def as_columns(outcome: AuditOutcome, look: Look) -> str:
    """A table that fits the terminal; empty when there is nothing to tell."""
    if not outcome.findings:
        return ""
    headings, rows = _rows(outcome.findings, described=look.described)
    return table(headings, rows, look.width)


def as_markdown(outcome: AuditOutcome, look: Look) -> str:
    """A table in Markdown; empty when there is nothing to tell."""
    if not outcome.findings:
        return ""
    headings, rows = _rows(outcome.findings, described=look.described)
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(map(_escaped, row)) + " |" for row in lines)


def _escaped(cell: str) -> str:
    return "".join(f"\\{sign}" if sign in "\\|`*_<>[]" else sign for sign in cell)


def as_json(outcome: AuditOutcome, look: Look) -> str:
    """One JSON document, of the shape that `pip-audit` writes."""
    by_package: dict[object, list[dict[str, object]]] = {each: [] for each in outcome.checked}
    for package, record in outcome.findings:
        entry: dict[str, object] = {
            "id": record.id,
            "fix_versions": [*record.fixed],
            "aliases": [*record.aliases],
        }
        if look.described:
            entry["description"] = record.summary
        by_package[package].append(entry)
    dependencies: list[dict[str, object]] = [
        {"name": each.name, "version": each.version, "vulns": by_package[each]}
        for each in outcome.checked
    ]
    dependencies += [
        {"name": each.name, "skip_reason": reason} for each, reason in outcome.unknown.items()
    ]
    dependencies.sort(key=lambda each: str(each["name"]))
    return json.dumps({"dependencies": dependencies, "fixes": _fixes(look.fixes)})


def _fixes(fixes: Fixes | None) -> list[dict[str, object]]:
    if fixes is None:
        return []
    moves = () if fixes.locked is None else fixes.locked.changes.moved
    found: list[dict[str, object]] = [
        {"name": name, "old_version": old, "new_version": new} for name, old, new in moves
    ]
    return found + [
        {"name": name, "skip_reason": reason} for name, reason in sorted(fixes.refused.items())
    ]


FORMS: dict[str, Callable[[AuditOutcome, Look], str]] = {
    "columns": as_columns,
    "json": as_json,
    "markdown": as_markdown,
    "cyclonedx-json": lambda outcome, _: as_cyclonedx_json(outcome),
    "cyclonedx-xml": lambda outcome, _: as_cyclonedx_xml(outcome),
    "sarif": lambda outcome, look: as_sarif(outcome, look.lock_lines),
}


def _rows(
    findings: Sequence[Finding], *, described: bool
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Headings and rows; no column of severities where nobody has rated anything."""
    shown = [
        at
        for at in range(len(HEADINGS))
        if (at != _SEVERITY or any(each.vulnerability.severity for each in findings))
        and (at != _DESCRIPTION or described)
    ]
    rows = []
    for package, record in findings:
        severity = record.severity
        if record.score is not None:
            severity = f"{severity} {record.score:.1f}".strip()
        cells = (
            package.name,
            package.version,
            record.id,
            ",".join(record.fixed),
            severity,
            ", ".join(record.aliases),
            record.summary,
        )
        rows.append(tuple(cells[at] for at in shown))
    return tuple(HEADINGS[at] for at in shown), rows
