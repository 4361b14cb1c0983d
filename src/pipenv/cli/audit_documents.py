"""The outcome of an audit in the formats that other programs read: CycloneDX 1.5 and SARIF 2.1.0.

The same outcome is the same text: there is no date and no random number in it.
"""

from __future__ import annotations

import json
from xml.sax.saxutils import escape, quoteattr

from pipenv import __version__
from pipenv.models.names import canonical_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipenv.models.vulnerabilities import Vulnerability
    from pipenv.operations.audit import AuditOutcome, Finding
    from pipenv.operations.audited_packages import Audited

PAGE = "https://osv.dev/vulnerability/"
"""Where people read about a record, by its identifier."""
_XML_NAMESPACE = "http://cyclonedx.org/schema/bom/1.5"
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"critical": "error", "high": "error", "low": "note", "none": "note"}
_USUAL_SCORES = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "2.0"}
"""For those who rate by numbers, where there is only a word."""


def as_cyclonedx_json(outcome: AuditOutcome) -> str:
    """A bill of materials with its vulnerabilities, as JSON."""
    return json.dumps(
        {
            "bomFormat": "CycloneDX",
            "specVersion": "1.5",
            "version": 1,
            "metadata": {"tools": [{"name": "pipenv", "version": __version__}]},
            "components": [
                {
                    "type": "library",
                    "bom-ref": package_url(each),
                    "name": each.name,
                    **({"version": each.version} if each.version else {}),
                    "purl": package_url(each),
                }
                for each in _components(outcome)
            ],
            "vulnerabilities": [_cyclonedx(each) for each in outcome.findings],
        },
        indent=2,
    )


def _cyclonedx(finding: Finding) -> dict[str, object]:
    package, record = finding
    found: dict[str, object] = {"id": record.id, "source": {"url": PAGE + record.id}}
    if record.aliases:
        found["references"] = [
            {"id": each, "source": {"url": PAGE + each}} for each in record.aliases
        ]
    if record.severity:
        score = {} if record.score is None else {"score": record.score}
        found["ratings"] = [{**score, "severity": record.severity}]
    if record.summary:
        found["description"] = record.summary
    if record.fixed:
        found["recommendation"] = _recommendation(record)
    found["affects"] = [{"ref": package_url(package)}]
    return found


def as_cyclonedx_xml(outcome: AuditOutcome) -> str:
    """A bill of materials with its vulnerabilities, as XML."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<bom xmlns="{_XML_NAMESPACE}" version="1">',
        "  <metadata><tools><tool>",
        f"    <name>pipenv</name><version>{escape(__version__)}</version>",
        "  </tool></tools></metadata>",
        "  <components>",
    ]
    for each in _components(outcome):
        url = package_url(each)
        lines += [
            f'    <component type="library" bom-ref={quoteattr(url)}>',
            f"      <name>{escape(each.name)}</name>",
            *([f"      <version>{escape(each.version)}</version>"] if each.version else []),
            f"      <purl>{escape(url)}</purl>",
            "    </component>",
        ]
    lines += ["  </components>", "  <vulnerabilities>"]
    for finding in outcome.findings:
        lines += _cyclonedx_lines(finding)
    return "\n".join([*lines, "  </vulnerabilities>", "</bom>"])


def _cyclonedx_lines(finding: Finding) -> list[str]:
    package, record = finding
    lines = [
        "    <vulnerability>",
        f"      <id>{escape(record.id)}</id>",
        f"      <source><url>{escape(PAGE + record.id)}</url></source>",
    ]
    if record.aliases:
        lines.append("      <references>")
        lines += [
            f"        <reference><id>{escape(each)}</id>"
            f"<source><url>{escape(PAGE + each)}</url></source></reference>"
            for each in record.aliases
        ]
        lines.append("      </references>")
    if record.severity:
        score = "" if record.score is None else f"<score>{record.score}</score>"
        lines.append(
            f"      <ratings><rating>{score}<severity>{record.severity}</severity>"
            "</rating></ratings>"
        )
    if record.summary:
        lines.append(f"      <description>{escape(record.summary)}</description>")
    if record.fixed:
        text = escape(_recommendation(record))
        lines.append(f"      <recommendation>{text}</recommendation>")
    return [
        *lines,
        f"      <affects><target><ref>{escape(package_url(package))}</ref></target></affects>",
        "    </vulnerability>",
    ]


def _recommendation(record: Vulnerability) -> str:
    return f"Upgrade to {' or '.join(record.fixed)}"


def _components(outcome: AuditOutcome) -> list[Audited]:
    return sorted({*outcome.checked, *outcome.unknown}, key=lambda each: each.key)


def package_url(package: Audited) -> str:
    """The name of a version that all ecosystems understand (purl)."""
    version = package.version.replace("+", "%2B").replace("!", "%21")
    return f"pkg:pypi/{package.name}" + (f"@{version}" if version else "")


def as_sarif(outcome: AuditOutcome, lock_lines: Sequence[str]) -> str:
    """What code hosts show beside the lines of a lock.

    Args:
        outcome: of the audit.
        lock_lines: of Pipfile.lock; none where there is no such file.
    """
    rules = {each.vulnerability.id: _rule(each.vulnerability) for each in outcome.findings}
    places = {
        canonical_name(line.strip().partition('"')[2].partition('"')[0]): number
        for number, line in reversed([*enumerate(lock_lines, start=1)])
        if line.startswith(" " * 8 + '"') and line.rstrip().endswith("{")
    }
    return json.dumps(
        {
            "$schema": _SCHEMA,
            "version": "2.1.0",
            "runs": [
                {
                    "tool": {
                        "driver": {
                            "name": "pipenv audit",
                            "version": __version__,
                            "rules": [*rules.values()],
                        }
                    },
                    "results": [_result(each, places, lock_lines) for each in outcome.findings],
                }
            ],
        },
        indent=2,
    )


def _rule(record: Vulnerability) -> dict[str, object]:
    summary = record.summary or record.id
    score = _USUAL_SCORES.get(record.severity) if record.score is None else str(record.score)
    properties = {"tags": ["security"], **({"security-severity": score} if score else {})}
    return {
        "id": record.id,
        "shortDescription": {"text": summary[:200]},
        "fullDescription": {"text": summary},
        "helpUri": PAGE + record.id,
        "properties": properties,
    }


def _result(
    finding: Finding, places: dict[str, int], lock_lines: Sequence[str]
) -> dict[str, object]:
    package, record = finding
    text = f"{package.name} {package.version} has {record.id}"
    if record.aliases:
        text += f" ({', '.join(record.aliases)})"
    text += f"; fixed in {', '.join(record.fixed)}" if record.fixed else "; no fix is known"
    found: dict[str, object] = {
        "ruleId": record.id,
        "level": _LEVELS.get(record.severity, "warning"),
        "message": {"text": text},
    }
    if lock_lines:
        line = places.get(package.name, 1)
        place = {
            "artifactLocation": {"uri": "Pipfile.lock"},
            "region": {"startLine": line},
        }
        found["locations"] = [{"physicalLocation": place}]
    return found
