"""What the reports say, in the four forms."""

from __future__ import annotations

import json
from datetime import date
from xml.etree import ElementTree

from ackb.domain.problems import MISSING, Problem
from policies.model import Crash, Finding, Level, Report, Resource, Severity, Suppressed
from policies.report import RENDERERS, render
from policies.report.as_json import document
from policies.rules import all_rules

SOURCE = "stacks/Pulumi.wordpress-prod.yaml"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"


def resource(name: str) -> Resource:
    return Resource(DEPLOYMENT, name, f"urn:pulumi:shop-prod::ackb::{DEPLOYMENT}::{name}", {})


WEB, JOBS = resource("web"), resource("jobs")


def finding(
    where: Resource, path: str = "spec", level: Level = Level.MANDATORY, certain: bool = True
) -> Finding:
    problem = Problem("WL-01", path, MISSING, "must be <set> & equal", "set it")
    return Finding("WL-01", Severity.HIGH, level, where, problem, certain)


FULL = Report(
    findings=(finding(WEB, "spec.a"), finding(JOBS, "spec.b", Level.ADVISORY)),
    undecided=(finding(WEB, "spec.c", Level.ADVISORY, certain=False),),
    suppressed=(Suppressed(finding(JOBS, "spec.d"), "measured", date(2027, 3, 31)),),
    checked=(("WL-01", WEB), ("POL-01", JOBS), ("WL-01", JOBS)),
)
CRASHED = Report(checked=(("WL-01", WEB),), crashes=(Crash("WL-01", WEB, "KeyError: 'x'"),))


def test_text_groups_by_resource_and_counts() -> None:
    assert render(FULL, "text", source=SOURCE) == (
        "kubernetes:apps/v1:Deployment web\n"
        "  mandatory  WL-01 spec.a: (missing) – must be <set> & equal. Fix: set it.\n"
        "  undecided  WL-01 spec.c: (missing) – must be <set> & equal. Fix: set it.\n"
        "kubernetes:apps/v1:Deployment jobs\n"
        "  advisory   WL-01 spec.b: (missing) – must be <set> & equal. Fix: set it.\n"
        "  skipped    WL-01 spec.d: measured (until 2027-03-31)\n"
        "\n"
        "stacks/Pulumi.wordpress-prod.yaml: 1 mandatory, 1 advisory, 1 undecided, 1 skipped "
        "(3 checks by 2 rules).\n"
    )


def test_text_of_a_clean_stack_is_one_line() -> None:
    clean = Report(checked=(("WL-01", WEB),))
    assert render(clean, "text", source=SOURCE) == (
        f"{SOURCE}: 0 mandatory, 0 advisory, 0 undecided, 0 skipped (1 check by 1 rule).\n"
    )


def test_text_says_that_a_rule_could_not_run() -> None:
    assert "  failed     WL-01 could not run: KeyError: 'x'\n" in render(
        CRASHED, "text", source=SOURCE
    )


def test_json_has_every_part_of_a_finding() -> None:
    got = json.loads(render(FULL, "json", source=SOURCE))
    assert got == document(FULL, source=SOURCE)
    assert (got["exit_code"], got["checks"]) == (2, 3)
    assert got["findings"][0] == {
        "rule": "WL-01",
        "level": "mandatory",
        "severity": "high",
        "urn": WEB.urn,
        "type": DEPLOYMENT,
        "name": "web",
        "path": "spec.a",
        "value": "(missing)",
        "why": "must be <set> & equal",
        "fix": "set it",
        "message": "WL-01 spec.a: (missing) – must be <set> & equal. Fix: set it.",
    }
    assert [one["path"] for one in got["undecided"]] == ["spec.c"]
    assert [(one["reason"], one["expires"]) for one in got["suppressed"]] == [
        ("measured", "2027-03-31")
    ]


def test_json_names_a_rule_that_could_not_run() -> None:
    got = json.loads(render(CRASHED, "json", source=SOURCE))
    assert got["exit_code"] == 3
    assert got["crashes"] == [{"rule": "WL-01", "urn": WEB.urn, "error": "KeyError: 'x'"}]


def test_sarif_results_tell_kind_level_and_suppression() -> None:
    log = json.loads(render(FULL, "sarif", source=SOURCE))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [r.id for r in all_rules()]
    rows = [
        (one["kind"], one["level"], one.get("suppressions", [{}])[0].get("justification"))
        for one in run["results"]
    ]
    assert rows == [
        ("fail", "error", None),
        ("fail", "warning", None),
        ("review", "none", None),
        ("fail", "error", "measured (until 2027-03-31)"),
    ]
    for one in run["results"]:
        assert run["tool"]["driver"]["rules"][one["ruleIndex"]]["id"] == one["ruleId"]
        assert one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == SOURCE
    assert run["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]


def test_sarif_fingerprints_differ_by_path_and_stay_the_same_between_runs() -> None:
    def prints() -> list[str]:
        run = json.loads(render(FULL, "sarif", source=SOURCE))["runs"][0]
        return [one["partialFingerprints"]["finding/v1"] for one in run["results"]]

    assert prints() == prints()
    assert len(set(prints())) == 4


def test_sarif_takes_findings_that_no_rule_of_ours_made() -> None:
    problem = Problem("CAP-01", "network", 300, "has room for 252", "widen it")
    other = Finding("CAP-01", Severity.HIGH, Level.MANDATORY, WEB, problem, True)
    run = json.loads(render(Report(findings=(other,)), "sarif", source=SOURCE))["runs"][0]
    assert [(one["ruleId"], "ruleIndex" in one) for one in run["results"]] == [("CAP-01", False)]


def test_sarif_says_that_the_run_was_not_complete() -> None:
    run = json.loads(render(CRASHED, "sarif", source=SOURCE))["runs"][0]
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    assert "KeyError: 'x'" in invocation["toolExecutionNotifications"][0]["message"]["text"]


def test_junit_has_a_case_for_each_rule_and_resource() -> None:
    root = ElementTree.fromstring(render(FULL, "junit", source=SOURCE))
    (suite,) = root
    assert suite.attrib == {
        "name": SOURCE,
        "tests": "3",
        "failures": "2",
        "errors": "0",
        "skipped": "0",
    }
    cases = [
        (case.get("classname"), case.get("name"), [part.tag for part in case]) for case in suite
    ]
    assert cases == [
        ("policies.WL-01", WEB.urn, ["failure"]),
        ("policies.POL-01", JOBS.urn, []),
        ("policies.WL-01", JOBS.urn, ["failure"]),
    ]
    failure = suite[0][0]
    assert failure.text is not None
    assert failure.text.splitlines() == [
        "mandatory: WL-01 spec.a: (missing) – must be <set> & equal. Fix: set it.",
        "undecided: WL-01 spec.c: (missing) – must be <set> & equal. Fix: set it.",
    ]


def test_junit_counts_skipped_and_crashed_cases() -> None:
    only_skipped = Report(suppressed=FULL.suppressed, checked=(("WL-01", JOBS),))
    (suite,) = ElementTree.fromstring(render(only_skipped, "junit", source=SOURCE))
    assert (suite.get("skipped"), suite[0][0].get("message")) == (
        "1",
        "skipped until 2027-03-31: measured",
    )
    (suite,) = ElementTree.fromstring(render(CRASHED, "junit", source=SOURCE))
    assert (suite.get("errors"), suite[0][0].get("message")) == ("1", "KeyError: 'x'")


def test_the_forms_are_the_ones_that_the_command_line_offers() -> None:
    assert sorted(RENDERERS) == ["json", "junit", "sarif", "text"]
