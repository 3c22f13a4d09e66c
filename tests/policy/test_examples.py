"""Every rule against its own examples: exactly the messages written there, nothing else."""

from __future__ import annotations

import pytest

from policies.engine import evaluate_stack
from policies.model import Stack
from policies.rules import all_rules
from tests.policy.examples import KINDS, Example, all_examples

EXAMPLES = all_examples()


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_exactly_the_expected_messages(example: Example) -> None:
    rules = [rule for rule in all_rules() if rule.id == example.rule]
    report = evaluate_stack(Stack(example.resources), rules, today=example.today)
    assert not report.crashes
    got = sorted(one.message for one in report.findings)
    got_undecided = sorted(one.message for one in report.undecided)
    assert (got, got_undecided) == (sorted(example.expect), sorted(example.expect_undecided))
    assert report.checked, "the rule did not look at any resource of its own example"


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_the_file_name_keeps_its_promise(example: Example) -> None:
    assert example.kind in KINDS
    wants = bool(example.expect), bool(example.expect_undecided)
    if example.kind in ("good", "fixed"):
        assert wants == (False, False)
    elif example.kind == "bad":
        assert wants[0]
    elif example.kind == "unknown":
        assert wants == (False, True)


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.id)
def test_a_rule_shows_what_it_accepts_refuses_and_cannot_decide(rule) -> None:
    kinds = {example.kind for example in EXAMPLES if example.rule == rule.id}
    assert kinds == set(KINDS)


@pytest.mark.parametrize("fixed", [one for one in EXAMPLES if one.kind == "fixed"], ids=str)
def test_a_fixed_example_mends_a_bad_one(fixed: Example) -> None:
    """The same resources, so that the pair shows the repair and nothing else."""
    bad = [
        one for one in EXAMPLES if (one.rule, one.kind, one.case) == (fixed.rule, "bad", fixed.case)
    ]
    assert len(bad) == 1, f"no bad_{fixed.case}.yaml beside {fixed.path.name}"
    assert [one.urn for one in bad[0].resources] == [one.urn for one in fixed.resources]
