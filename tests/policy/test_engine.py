"""Levels, skips, crashes and exit codes of an evaluation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from ackb.domain.unknown import UNKNOWN
from ackb.domain.urns import child_urn
from policies.engine import evaluate_stack
from policies.levels import level_in
from policies.model import Level, Outcome, Resource, Scope, Severity, Stack, from_plain
from policies.rules import Context, Rule, RuleData
from policies.skips import KEY

TODAY = date(2026, 11, 22)
POD = "kubernetes:core/v1:Pod"


def made(check: Any, rule_id: str = "WL-01", level: Level = Level.MANDATORY) -> Rule:
    data = RuleData(
        id=rule_id,
        title="Something must hold.",
        severity=Severity.HIGH,
        level=level,
        scopes=(Scope.RESOURCE,),
        reason="Because.",
        remediation="Do it.",
        url="https://example.com/",
    )
    return Rule(data, Path("nowhere"), lambda resource: resource.type == POD, check)


def always(certain: bool = True) -> Any:
    def check(resource: Resource, context: Context) -> Iterator[Outcome]:
        yield Outcome("spec", "x", "must not be", "change it", certain=certain)

    return check


def pod(stack: str = "shop-prod", name: str = "one", **annotations: Any) -> Resource:
    inputs = {"metadata": {"annotations": annotations}}
    urn = child_urn(stack, "ackb", None, POD, name)
    return from_plain([{"type": POD, "name": name, "urn": urn, "inputs": inputs}])[0]


@pytest.mark.parametrize(
    ("stack", "want"),
    [
        ("wordpress-prod", Level.MANDATORY),
        ("wordpress-staging", Level.MANDATORY),
        ("wordpress", Level.MANDATORY),
        ("", Level.MANDATORY),
        ("wordpress-dev", Level.ADVISORY),
        ("wordpress-test", Level.ADVISORY),
        ("developers-prod", Level.MANDATORY),
        ("dev", Level.ADVISORY),
    ],
)
def test_the_stack_name_decides_the_level(stack: str, want: Level) -> None:
    assert level_in(stack, Level.MANDATORY) is want
    assert level_in(stack, Level.ADVISORY) is Level.ADVISORY


def test_the_level_follows_the_stack_in_the_urn() -> None:
    rule = made(always())
    for stack, level, exit_code in (
        ("shop-prod", Level.MANDATORY, 2),
        ("shop-dev", Level.ADVISORY, 1),
    ):
        report = evaluate_stack(Stack([pod(stack)]), [rule], today=TODAY)
        assert [one.level for one in report.findings] == [level]
        assert report.exit_code == exit_code


def test_nothing_found_is_exit_0_and_still_counts_the_check() -> None:
    report = evaluate_stack(Stack([pod()]), [made(lambda *_: iter(()))], today=TODAY)
    assert report.exit_code == 0
    assert [(rule, one.name) for rule, one in report.checked] == [("WL-01", "one")]


def test_an_undecided_rule_never_fails_a_stack() -> None:
    report = evaluate_stack(Stack([pod()]), [made(always(certain=False))], today=TODAY)
    assert (len(report.findings), len(report.undecided), report.exit_code) == (0, 1, 0)
    assert report.undecided[0].level is Level.ADVISORY


def test_a_rule_that_fails_is_reported_and_hides_nothing() -> None:
    def broken(resource: Resource, context: Context) -> Iterator[Outcome]:
        yield Outcome("spec", "x", "must not be", "change it")
        raise KeyError("spec")

    rules = [made(broken), made(always(), "WL-02")]
    report = evaluate_stack(Stack([pod()]), rules, today=TODAY)
    assert [(one.rule, one.error) for one in report.crashes] == [("WL-01", "KeyError: 'spec'")]
    assert [one.rule for one in report.findings] == ["WL-02"]
    assert report.exit_code == 3


@pytest.mark.parametrize(("days", "skipped"), [(0, True), (1, True), (-1, False)])
def test_a_skip_holds_through_its_last_day(days: int, skipped: bool) -> None:
    until = TODAY + timedelta(days=days)
    one = pod(**{KEY: f"WL-01: measured, see runbook; expires={until}"})
    report = evaluate_stack(Stack([one]), [made(always())], today=TODAY)
    assert (len(report.findings), len(report.suppressed)) == ((0, 1) if skipped else (1, 0))
    if skipped:
        assert report.suppressed[0].reason == "measured, see runbook"
        assert report.suppressed[0].expires == until
        assert report.exit_code == 0


@pytest.mark.parametrize(
    "text",
    [
        "WL-02: another rule; expires=2027-01-01",
        "WL-01: no date",
        "WL-01; expires=2027-01-01",
        "wl-01: lower case; expires=2027-01-01",
        "WL-01: reason; expires=2027-01-01 trailing",
        "WL-01: a reason; with a semicolon; expires=2027-01-01",
        "",
        UNKNOWN,
        7,
    ],
)
def test_a_skip_that_cannot_be_read_silences_nothing(text: object) -> None:
    report = evaluate_stack(Stack([pod(**{KEY: text})]), [made(always())], today=TODAY)
    assert (len(report.findings), len(report.suppressed)) == (1, 0)


def test_each_entry_of_a_skip_counts() -> None:
    text = "WL-02: first; expires=2027-01-01 | WL-01: second; expires=2027-01-01"
    rules = [made(always()), made(always(), "WL-02"), made(always(), "WL-03")]
    report = evaluate_stack(Stack([pod(**{KEY: text})]), rules, today=TODAY)
    assert [(one.finding.rule, one.reason) for one in report.suppressed] == [
        ("WL-01", "second"),
        ("WL-02", "first"),
    ]
    assert [one.rule for one in report.findings] == ["WL-03"]


def test_plain_rows_keep_unknowns_and_hide_what_is_not_plain() -> None:
    class Wrapped:
        def __repr__(self) -> str:
            return "hunter2"

    inputs = {"a": {"b": [1, Wrapped(), UNKNOWN]}, "c": None, "d": True}
    (resource,) = from_plain(
        [{"type": "t", "name": "n", "urn": "urn:pulumi:s::p::t::n", "inputs": inputs}]
    )
    assert resource.props == {"a": {"b": [1, UNKNOWN, UNKNOWN]}, "c": None, "d": True}
    assert resource.read("a", "b", "c") is None
    assert resource.read("c", "x") is None
    assert resource.stack == "s"


def test_reading_below_an_unknown_is_unknown() -> None:
    resource = Resource("t", "n", "", {"spec": UNKNOWN})
    assert resource.read("spec", "template") is UNKNOWN
    assert resource.stack == ""
