"""JSON for scripts; the fields are listed in docs/policies.md and only ever added to."""

from __future__ import annotations

import json
from typing import Any

from ackb.domain.problems import shown
from policies.model import Finding, Report


def render(report: Report, *, source: str) -> str:
    """Return the report as one JSON object."""
    return json.dumps(document(report, source=source), indent=2, ensure_ascii=False) + "\n"


def document(report: Report, *, source: str) -> dict[str, Any]:
    """Return the report as plain data, for a caller that puts it into a larger answer."""
    return {
        "source": source,
        "exit_code": report.exit_code,
        "checks": len(report.checked),
        "findings": [_finding(one) for one in report.findings],
        "undecided": [_finding(one) for one in report.undecided],
        "suppressed": [
            {**_finding(one.finding), "reason": one.reason, "expires": one.expires.isoformat()}
            for one in report.suppressed
        ],
        "crashes": [
            {"rule": one.rule, "urn": one.resource.urn, "error": one.error}
            for one in report.crashes
        ],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "level": finding.level,
        "severity": finding.severity,
        "urn": finding.resource.urn,
        "type": finding.resource.type,
        "name": finding.resource.name,
        "path": finding.problem.path,
        "value": shown(finding.problem.value),
        "why": finding.problem.why,
        "fix": finding.problem.fix,
        "message": finding.message,
    }
