"""The plans of the stacks of registered-gpu, and what must never change in them."""

import json
from functools import cache
from pathlib import Path

import pytest

from ackb.domain.provider_types import provider_type
from ackb.planning import Plan, plan_stack

ROOT = Path(__file__).parents[2]
STACKS = ("registered-gpu-dev", "registered-gpu-prod")
POOL = "alicloud:cs/nodePool:NodePool"
ADDON = "alicloud:cs/kubernetesAddon:KubernetesAddon"
REGISTRATION = "alicloud:ros/stack:Stack"
JOB = "kubernetes:batch/v1:Job"


@cache
def plan_of(stack: str) -> Plan:
    return plan_stack(ROOT, stack)


@pytest.mark.parametrize("stack", STACKS)
def test_the_plan_is_the_one_that_was_reviewed(matches_plan, stack: str) -> None:
    matches_plan(plan_of(stack), stack)


@pytest.mark.parametrize("stack", STACKS)
def test_every_resource_has_an_explicit_provider(stack: str) -> None:
    custom = [one for one in plan_of(stack).resources if one.custom]
    providers = [one for one in custom if one.type.startswith("pulumi:providers:")]
    assert {one.name for one in providers} == {"alicloud", "idc-kubernetes"}
    wrong = [
        one.name
        for one in custom
        if one not in providers and (one.provider == "alicloud") != one.type.startswith("alicloud:")
    ]
    assert wrong == []


@pytest.mark.parametrize("stack", STACKS)
def test_every_taggable_resource_carries_the_stack_s_tags_and_its_urn(stack: str) -> None:
    taggable = [
        one
        for one in plan_of(stack).resources
        if one.type.startswith("alicloud:") and "tags" in provider_type(one.type).inputs
    ]
    assert REGISTRATION in {one.type for one in taggable}
    for one in taggable:
        tags = one.inputs["tags"]
        assert set(tags) == {"ackb:urn", "owner", "env", "tier", "cost-center"}, one.name


def test_dev_is_simulated_and_prod_is_not() -> None:
    sources = [
        plan_of(stack).one("pulumi:providers:alicloud", "alicloud").inputs["configurationSource"]
        for stack in STACKS
    ]
    assert sources == ["ackb-sandbox", "ackb"]


def test_the_numbers_of_the_article() -> None:
    """S0-05, S0-06, S0-07, S0-08, S0-10, S0-16."""
    plan = plan_of("registered-gpu-dev")
    (stack,) = plan.of(REGISTRATION)
    (cluster,) = json.loads(stack.inputs["templateBody"])["Resources"].values()
    assert cluster["Properties"]["ClusterConfig"]["name"] == "ACKOneRegisterCluster1"
    pools = {one.inputs["nodePoolName"]: one.inputs for one in plan.of(POOL)}
    card = pools["GPU-P100"]
    assert (card["desiredSize"], card["instanceTypes"]) == ("1", ["ecs.gn5-c4g1.xlarge"])
    assert "scalingConfig" not in card
    assert pools["burst"]["scalingConfig"] == {"enable": True, "minSize": 0, "maxSize": 3}
    (job,) = plan.of(JOB)
    (container,) = job.inputs["spec"]["template"]["spec"]["containers"]
    assert container["resources"]["limits"]["nvidia.com/gpu"] == "1"


def test_one_view_of_operations() -> None:
    """S0-02, and the add-on that cloud nodes need."""
    names = {one.inputs["name"] for one in plan_of("registered-gpu-dev").of(ADDON)}
    assert names == {
        "cloud-node-controller",
        "loongcollector",
        "ack-node-problem-detector",
        "arms-prometheus",
    }


@pytest.mark.parametrize("stack", STACKS)
def test_pools_go_before_the_add_ons_that_take_their_nodes_out(stack: str) -> None:
    plan = plan_of(stack)
    addons = {one.name for one in plan.of(ADDON)}
    made = {one.name: one for one in plan.resources}
    for pool in plan.of(POOL):
        assert "management" not in pool.inputs
        waits, name = set(pool.dependencies), pool.parent
        while name is not None:
            waits |= set(made[name].dependencies)
            name = made[name].parent
        assert addons | {"gpus-daemon-set"} <= waits
    (job,) = plan.of(JOB)
    assert {one.name for one in plan.of(POOL)} <= set(made[job.parent or ""].dependencies)


def test_prod_cannot_be_taken_down_by_mistake_and_stands_in_two_zones() -> None:
    plan = plan_of("registered-gpu-prod")
    (stack,) = plan.of(REGISTRATION)
    assert (stack.protect, stack.inputs["deletionProtection"]) == (True, "Enabled")
    assert len({one.inputs["zoneId"] for one in plan.of("alicloud:vpc/switch:Switch")}) == 2
