"""The outcome of an audit, as text in the forms that upstream's scanner has."""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipenv.operations.audit import AuditOutcome, Finding

_HEADINGS = ("Name", "Version", "ID", "Fix Versions", "Severity")


def as_columns(outcome: AuditOutcome, *, described: bool) -> str:
    """A table; never cut, however narrow the terminal."""
    rows = _rows(outcome.findings, described=described)
    if len(rows) == 1:
        return ""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]) - 1)]
    rows.insert(1, tuple("-" * width for width in (*widths, len(rows[0][-1]))))
    return "\n".join("  ".join(map(str.ljust, row, [*widths, 0])).rstrip() for row in rows)


def as_markdown(outcome: AuditOutcome, *, described: bool) -> str:
    """A table in Markdown."""
    rows = _rows(outcome.findings, described=described)
    if len(rows) == 1:
        return ""
    rows.insert(1, ("---",) * len(rows[0]))
    return "\n".join("| " + " | ".join(c.replace("|", "\\|") for c in row) + " |" for row in rows)


def as_json(outcome: AuditOutcome, *, described: bool) -> str:
    """One JSON document, of the shape that `pip-audit` writes."""
    by_name: dict[str, list[dict[str, object]]] = {name: [] for name, _ in outcome.checked}
    for finding in outcome.findings:
        record = finding.vulnerability
        entry: dict[str, object] = {
            "id": record.id,
            "fix_versions": [*record.fixed],
            "aliases": [*record.aliases],
        }
        by_name[finding.name].append(
            {**entry, "description": record.summary} if described else entry
        )
    dependencies: list[dict[str, object]] = []
    for name, version in outcome.checked:
        if name in outcome.unknown:
            dependencies.append({"name": name, "skip_reason": outcome.unknown[name]})
        else:
            dependencies.append({"name": name, "version": version, "vulns": by_name[name]})
    return json.dumps({"dependencies": dependencies, "fixes": []})


FORMS: dict[str, Callable[..., str]] = {
    "columns": as_columns,
    "markdown": as_markdown,
    "json": as_json,
}


def _rows(findings: Sequence[Finding], *, described: bool) -> list[tuple[str, ...]]:
    headings = (*_HEADINGS, "Aliases", *(("Description",) if described else ()))
    rows = [headings]
    for finding in findings:
        record = finding.vulnerability
        row = (
            finding.name,
            finding.version,
            record.id,
            ",".join(record.fixed),
            record.severity,
            ", ".join(record.aliases),
        )
        rows.append((*row, record.summary) if described else row)
    return rows
