"""SARIF 2.1.0, for code scanning views.

Specification: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html. A finding belongs
to a resource, which has no line in a file: it is shown at the file that a person edits, with the
URN as logical location. A finding that cannot be decided is a result of kind `review`, a skipped
one carries a suppression.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

from policies.model import Finding, Level, Report, Severity
from policies.rules import Rule, all_rules

_SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVELS: Final = {Level.MANDATORY: "error", Level.ADVISORY: "warning"}

# GitHub code scanning sorts by this number: over 9.0 critical, from 7.0 high, from 4.0 medium; see
# https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
_SECURITY_SEVERITY: Final = {
    Severity.LOW: "2.0",
    Severity.MEDIUM: "5.0",
    Severity.HIGH: "8.0",
    Severity.CRITICAL: "9.5",
}


def render(report: Report, *, source: str) -> str:
    """Return the report as a SARIF log with one run."""
    rules = all_rules()
    index = {rule.id: place for place, rule in enumerate(rules)}
    results = [_result(one, index, source) for one in (*report.findings, *report.undecided)]
    for skipped in report.suppressed:
        why = f"{skipped.reason} (until {skipped.expires})"
        suppression = {"kind": "inSource", "status": "accepted", "justification": why}
        results.append({**_result(skipped.finding, index, source), "suppressions": [suppression]})
    failures = [
        {"level": "error", "message": {"text": f"{one.rule} on {one.resource.urn}: {one.error}"}}
        for one in report.crashes
    ]
    run = {
        "tool": {"driver": {"name": "ackb policies", "rules": [_descriptor(r) for r in rules]}},
        "invocations": [
            {"executionSuccessful": not failures, "toolExecutionNotifications": failures}
        ],
        "results": results,
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _descriptor(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.folder.name.split("_")),
        "shortDescription": {"text": rule.data.title},
        "fullDescription": {"text": rule.data.reason},
        "help": {"text": rule.data.remediation},
        "helpUri": str(rule.data.url),
        "defaultConfiguration": {"level": _LEVELS[rule.data.level]},
        "properties": {"security-severity": _SECURITY_SEVERITY[rule.data.severity]},
    }


def _result(finding: Finding, index: dict[str, int], source: str) -> dict[str, Any]:
    identity = f"{finding.rule}\n{finding.resource.urn}\n{finding.problem.path}"
    # A caller may add findings of its own, which have no rule here.
    place = {"ruleIndex": index[finding.rule]} if finding.rule in index else {}
    return {
        "ruleId": finding.rule,
        **place,
        "kind": "fail" if finding.certain else "review",
        "level": _LEVELS[finding.level] if finding.certain else "none",
        "message": {"text": finding.message},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": source},
                    "region": {"startLine": 1},
                },
                "logicalLocations": [
                    {
                        "name": finding.resource.name,
                        "fullyQualifiedName": finding.resource.urn,
                        "kind": "resource",
                    }
                ],
            }
        ],
        "partialFingerprints": {"finding/v1": hashlib.sha256(identity.encode()).hexdigest()},
    }
