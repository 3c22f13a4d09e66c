"""The pack gives the engine the same findings that `policies.evaluate` gives in process."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyCustomTimeouts,
    PolicyResource,
    PolicyResourceOptions,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, unknown_checking_proxy
from ruamel.yaml import YAML

import policies.pack
from ackb.domain.unknown import UNKNOWN
from policies.engine import evaluate_stack
from policies.model import Resource, Stack
from policies.pack import RuleFailed, known
from policies.rules import Rule, all_rules
from tests.policy.examples import Example, all_examples

OPTIONS = PolicyResourceOptions(False, [], None, [], PolicyCustomTimeouts(0, 0, 0), [])


def sdk_props(value: Any) -> Any:
    """Return properties as the SDK hands them to a policy, unknown values included."""

    def wire(part: Any) -> Any:
        if part is UNKNOWN:
            return UNKNOWN_STRING_VALUE
        if isinstance(part, dict):
            return {key: wire(one) for key, one in part.items()}
        if isinstance(part, list):
            return [wire(one) for one in part]
        return part

    return unknown_checking_proxy(wire(value))


def told_by_pack(
    policies_: list[Policy], resources: tuple[Resource, ...]
) -> list[tuple[EnforcementLevel | None, str | None, str]]:
    """Run the policies as the SDK would for one operation of the engine."""
    told: list[tuple[EnforcementLevel | None, str | None, str]] = []
    for policy in policies_:
        if isinstance(policy, ResourceValidationPolicy):
            for one in resources:

                def on_resource(
                    message: str,
                    urn: str | None = None,
                    here: str = one.urn,
                    policy: Policy = policy,
                ) -> None:
                    told.append((policy.enforcement_level, here, message))

                props = sdk_props(one.props)
                args = ResourceValidationArgs(one.type, props, one.urn, one.name, OPTIONS, None)
                policy.validate(args, on_resource)
        elif isinstance(policy, StackValidationPolicy):

            def on_stack(message: str, urn: str | None = None, policy: Policy = policy) -> None:
                told.append((policy.enforcement_level, urn, message))

            whole = [
                PolicyResource(
                    r.type, sdk_props(r.props), r.urn, r.name, OPTIONS, None, None, [], {}
                )
                for r in resources
            ]
            policy.validate(StackValidationArgs(whole), on_stack)
    return told


@pytest.fixture
def pack_of(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the policies of one rule, on the day of its example."""

    def build(example: Example) -> list[Policy]:
        monkeypatch.setattr(policies.pack, "_today", lambda: example.today)
        return [one for one in policies.pack.policies() if one.name.startswith(example.rule)]

    return build


@pytest.mark.parametrize("example", all_examples(), ids=str)
def test_the_pack_tells_each_finding_once_and_at_its_level(example: Example, pack_of: Any) -> None:
    rules = [rule for rule in all_rules() if rule.id == example.rule]
    report = evaluate_stack(Stack(example.resources), rules, today=example.today)
    want = [
        (policies.pack._LEVELS[one.level], one.resource.urn, one.message)
        for one in (*report.findings, *report.undecided)
    ]
    got = told_by_pack(pack_of(example), example.resources)
    key = lambda row: (row[1], row[2])  # noqa: E731
    assert sorted(got, key=key) == sorted(want, key=key)


def test_names_levels_and_facts_of_the_policies() -> None:
    built = {one.name: one for one in policies.pack.policies()}
    families = {name.split("-")[0] for name in built}
    assert families == {"HPA", "POL", "WL"}
    levels = {name: one.enforcement_level for name, one in built.items()}
    assert {name: level for name, level in levels.items() if not name.startswith("HPA-")} == {
        "POL-01": EnforcementLevel.ADVISORY,
        "WL-01": EnforcementLevel.MANDATORY,
        "WL-01-advisory": EnforcementLevel.ADVISORY,
        "WL-01-stack": EnforcementLevel.MANDATORY,
        "WL-01-stack-advisory": EnforcementLevel.ADVISORY,
    }
    # What needs the whole stack has no form that sees one resource.
    assert sorted(name for name in levels if name.startswith("HPA-02")) == [
        "HPA-02-stack",
        "HPA-02-stack-advisory",
    ]
    for one in built.values():
        assert one.severity
        assert one.remediation_steps
        assert one.url


def test_unknown_values_become_UNKNOWN_at_every_depth() -> None:  # noqa: N802
    props = {"a": UNKNOWN, "b": [1, UNKNOWN, {"c": UNKNOWN}], "d": "text"}
    assert known(sdk_props(props)) == props


def test_a_rule_that_cannot_run_stops_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A defect must not let a design pass unchecked."""

    def broken(resource: Resource, context: Any) -> Any:
        raise KeyError("containers")
        yield

    (rule,) = (one for one in all_rules() if one.id == "POL-01")
    defective = Rule(rule.data, rule.folder, lambda _: True, broken)
    monkeypatch.setattr(policies.pack, "all_rules", lambda: (defective,))
    urn = "urn:pulumi:s-prod::ackb::t::n"
    with pytest.raises(RuleFailed, match=f"POL-01 could not run on {urn}: KeyError: 'containers'"):
        told_by_pack(policies.pack.policies(), (Resource("t", "n", urn, {}),))


def test_the_pack_has_the_version_of_the_package() -> None:
    folder = Path(policies.pack.__file__).parent
    project = YAML(typ="safe", pure=True).load(folder / "PulumiPolicy.yaml")
    package = tomllib.loads((folder.parent / "pyproject.toml").read_text("utf-8"))["project"]
    assert (project["name"], project["version"]) == (policies.pack.NAME, package["version"])
    assert (folder / project["runtime"]["options"]["virtualenv"]).resolve() == (
        folder.parent / ".venv"
    ).resolve()
