"""The policy pack: the rules as policies of the Pulumi engine.

Each rule becomes up to four policies, since the engine fixes the level and the moment of a policy:

- `WL-01`: mandatory findings about one resource, before that resource is created;
- `WL-01-stack`: mandatory findings that only the whole stack shows;
- `WL-01-advisory`, `WL-01-stack-advisory`: the same for advisory findings and for what cannot be
  decided yet.

Every finding is reported by exactly one of them. The engine's own switches work on these names, for
example `--policy-pack-config` with `{"WL-01": "disabled"}`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy import Severity as PackSeverity
from pulumi_policy.proxy import UnknownValueError

from ackb.domain.unknown import UNKNOWN
from policies.engine import evaluate_stack
from policies.model import Finding, Level, Report, Resource, Scope, Stack
from policies.rules import Rule, all_rules

NAME: Final = "ackb"

_LEVELS: Final = {
    Level.MANDATORY: EnforcementLevel.MANDATORY,
    Level.ADVISORY: EnforcementLevel.ADVISORY,
}


class RuleFailed(Exception):
    """A rule could not run on a resource: a defect of the rule, so nothing may pass unchecked."""


def policies() -> list[Policy]:
    """Return the policies of all rules, in the order of their ids."""
    return [policy for rule in all_rules() for policy in _policies_of(rule)]


def _policies_of(rule: Rule) -> Iterator[Policy]:
    for level in (Level.MANDATORY, Level.ADVISORY):
        if level is Level.MANDATORY and rule.data.level is Level.ADVISORY:
            continue
        suffix = "" if level is rule.data.level else f"-{level}"
        if Scope.RESOURCE in rule.data.scopes:
            yield ResourceValidationPolicy(
                name=f"{rule.id}{suffix}", validate=_on_resource(rule, level), **_facts(rule, level)
            )
        if Scope.STACK in rule.data.scopes:
            yield StackValidationPolicy(
                name=f"{rule.id}-stack{suffix}",
                validate=_on_stack(rule, level),
                **_facts(rule, level),
            )


def _facts(rule: Rule, level: Level) -> dict[str, Any]:
    return {
        "description": rule.data.title,
        "enforcement_level": _LEVELS[level],
        "severity": PackSeverity(rule.data.severity),
        "remediation_steps": rule.data.remediation,
        "url": str(rule.data.url),
    }


def _on_resource(
    rule: Rule, level: Level
) -> Callable[[ResourceValidationArgs, ReportViolation], None]:
    def validate(args: ResourceValidationArgs, report_violation: ReportViolation) -> None:
        resource = Resource(args.resource_type, args.name, args.urn, known(args.props))
        for finding in _alone(rule, resource):
            if finding.level is level:
                report_violation(finding.message, None)

    return validate


def _on_stack(rule: Rule, level: Level) -> Callable[[StackValidationArgs, ReportViolation], None]:
    def validate(args: StackValidationArgs, report_violation: ReportViolation) -> None:
        resources = [
            Resource(one.resource_type, one.name, one.urn, known(one.props))
            for one in args.resources
        ]
        report = _checked(evaluate_stack(Stack(resources), [rule], today=_today()))
        told = set()
        if Scope.RESOURCE in rule.data.scopes:
            told = {_identity(one) for resource in resources for one in _alone(rule, resource)}
        for finding in (*report.findings, *report.undecided):
            if finding.level is level and _identity(finding) not in told:
                report_violation(finding.message, finding.resource.urn)

    return validate


def _alone(rule: Rule, resource: Resource) -> Sequence[Finding]:
    """Return what one resource shows without the rest of its stack."""
    stack = Stack((resource,), complete=False)
    report = _checked(evaluate_stack(stack, [rule], today=_today()))
    return (*report.findings, *report.undecided)


def _identity(finding: Finding) -> tuple[str, str]:
    return finding.resource.urn, finding.message


def _checked(report: Report) -> Report:
    for crash in report.crashes:
        raise RuleFailed(f"{crash.rule} could not run on {crash.resource.urn}: {crash.error}")
    return report


def _today() -> date:
    return datetime.now(UTC).date()


def known(value: Any) -> Any:
    """Return properties as plain data, with `UNKNOWN` for what the engine does not know yet.

    The SDK hands over mappings and sequences that raise when an unknown value is touched, which
    would end a rule half way.
    """
    if isinstance(value, Mapping):
        return {key: _part(value, key) for key in value}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_part(value, place) for place in range(len(value))]
    return value


def _part(whole: Any, key: Any) -> Any:
    try:
        return known(whole[key])
    except UnknownValueError:
        return UNKNOWN
