"""Runs the rules over resources; the same steps for `ackb check`, the policy pack and the tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from ackb.domain.problems import Problem
from policies import skips
from policies.levels import level_in
from policies.model import Crash, Finding, Level, Outcome, Report, Resource, Stack, Suppressed
from policies.rules import Context, Rule, all_rules


def evaluate(resources: Iterable[Resource], *, today: date) -> Report:
    """Judge all resources of a stack by all rules.

    Args:
        resources: the whole stack; rules look up other resources in it.
        today: the day on which skips must still hold.

    Returns:
        The report; it holds a rule that failed as a crash instead of raising.
    """
    return evaluate_stack(Stack(tuple(resources)), all_rules(), today=today)


def evaluate_stack(
    stack: Stack, rules: Iterable[Rule], *, today: date, only: Resource | None = None
) -> Report:
    """Judge the resources of `stack`, or `only` one of them, by `rules`."""
    context = Context(stack, today, frozenset(rule.id for rule in all_rules()))
    findings: list[Finding] = []
    undecided: list[Finding] = []
    suppressed: list[Suppressed] = []
    checked: list[tuple[str, Resource]] = []
    crashes: list[Crash] = []
    rules = tuple(rules)
    for resource in stack.resources if only is None else (only,):
        for rule in rules:
            if not rule.applies(resource):
                continue
            checked.append((rule.id, resource))
            try:
                found = list(_findings(rule, resource, context))
            except Exception as error:  # a defective rule must not hide what the others found
                crashes.append(Crash(rule.id, resource, f"{type(error).__name__}: {error}"))
                continue
            skip = _skip_for(rule.id, resource, today)
            for finding in found:
                if skip:
                    suppressed.append(Suppressed(finding, skip.reason, skip.expires))
                elif finding.certain:
                    findings.append(finding)
                else:
                    undecided.append(finding)
    return Report(findings, undecided, suppressed, checked, crashes)


def _findings(rule: Rule, resource: Resource, context: Context) -> Iterator[Finding]:
    for outcome in rule.check(resource, context):
        yield Finding(
            rule=rule.id,
            severity=rule.data.severity,
            level=level_of(rule, resource, outcome),
            resource=resource,
            problem=Problem(rule.id, outcome.path, outcome.value, outcome.why, outcome.fix),
            certain=outcome.certain,
        )


def level_of(rule: Rule, resource: Resource, outcome: Outcome) -> Level:
    """Return the level of an outcome: what cannot be decided never stops anything."""
    return level_in(resource.stack, rule.data.level) if outcome.certain else Level.ADVISORY


def _skip_for(rule_id: str, resource: Resource, today: date) -> skips.Skip | None:
    for entry in skips.on(resource):
        if isinstance(entry, skips.Skip) and entry.rule == rule_id and entry.holds(today):
            return entry
    return None
