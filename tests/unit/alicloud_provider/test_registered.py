"""A registered cluster as a program meets it: a stack, a lookup, pools, and the way back."""

import json
from typing import Any

import pytest

from sandbox.providers.alicloud.values import plain
from sandbox.providers.serving import PartialFailure, ProviderError
from tests.unit.alicloud_provider.cases import ADDON, CLUSTER, POOL, STACK, cluster, stack
from tests.unit.alicloud_provider.conftest import Engine, Operators, Place, operate

LOOKUP = "alicloud:cs/getClusters:getClusters"
NODE_CONTROLLER = "cloud-node-controller"


def register(engine: Engine, place: Place) -> tuple[str, dict[str, Any], str]:
    """Id and state of the stack, and the id of its cluster."""
    id, state = engine.create(STACK, stack(engine, place))
    found = engine.invoke(LOOKUP, {"clusterType": "ExternalKubernetes", "nameRegex": "^idc$"})
    return id, state, found["ids"][0]


def pool_of(cluster_id: str, place: Place) -> dict[str, Any]:
    return {
        "clusterId": cluster_id,
        "nodePoolName": "GPU-P100",
        "vswitchIds": [place.vswitch_h],
        "instanceTypes": ["ecs.gn5-c4g1.xlarge"],
        "desiredSize": "1",
    }


def test_the_lookup_finds_what_the_stack_made(engine: Engine, place: Place):
    """S0-08: the provider tells none of a stack's outputs, so the cluster is looked up."""
    managed, _ = engine.create(CLUSTER, cluster(engine, place))
    _, state, cluster_id = register(engine, place)
    assert state["status"] == "CREATE_COMPLETE"
    (found,) = engine.invoke(LOOKUP, {"clusterName": "idc", "enableDetails": True})["clusters"]
    expected = {
        "clusterId": cluster_id,
        "id": cluster_id,
        "clusterType": "ExternalKubernetes",
        "currentVersion": "1.36.2",
        "state": "running",
        "vpcId": place.vpc_id,
        "vswitchIds": [place.vswitch_h],
        "nodeCidrMask": "24",
    }
    assert found.items() >= expected.items()
    assert "nodeCidrMask" not in engine.invoke(LOOKUP, {"clusterId": cluster_id})["clusters"][0]
    everything = engine.invoke(LOOKUP, {})
    assert everything["ids"] == [managed, cluster_id]
    assert everything["names"] == ["shop", "idc"]
    for asked in (
        {"clusterType": "ManagedKubernetes"},
        {"clusterSpec": "ack.pro.small"},
        {"ids": [managed]},
        {"nameRegex": "^sh"},
    ):
        assert engine.invoke(LOOKUP, asked)["ids"] == [managed], asked
    assert engine.invoke(LOOKUP, {"clusterName": "other"})["ids"] == []


def test_a_pool_needs_the_node_controller(engine: Engine, place: Place):
    _, _, cluster_id = register(engine, place)
    with pytest.raises(ProviderError) as caught:
        engine.create(POOL, pool_of(cluster_id, place))
    assert "AddonNotFound: The add-on cloud-node-controller is not available" in str(caught.value)
    engine.create(ADDON, {"clusterId": cluster_id, "name": NODE_CONTROLLER})
    _, pool = engine.create(POOL, pool_of(cluster_id, place))
    assert pool["nodePoolName"] == "GPU-P100"


def test_the_stack_stays_while_its_cluster_has_nodes(engine: Engine, place: Place):
    id, state, cluster_id = register(engine, place)
    engine.create(ADDON, {"clusterId": cluster_id, "name": NODE_CONTROLLER})
    pool_id, pool = engine.create(POOL, pool_of(cluster_id, place))
    with pytest.raises(ProviderError) as caught:
        engine.delete(STACK, id, state)
    told = str(caught.value)
    assert told.startswith(f"deleting ROS stack thing ({id}): it went to state DELETE_FAILED")
    assert f"The registered cluster {cluster_id} still has 1 nodes in its pools" in told
    assert f"Still in it: {pool_id.split(':')[1]}." in told
    assert told.endswith("Next: delete what is still in it, then run the same command again.")
    engine.delete(POOL, pool_id, pool)
    engine.delete(STACK, id, state)
    assert engine.invoke(LOOKUP, {})["ids"] == []


def test_a_template_that_changes_alone_reaches_no_cloud(engine: Engine, place: Place):
    """The official provider puts it into the state without a call: a hazard, kept on purpose."""
    inputs = stack(engine, place)
    id, state = engine.create(STACK, inputs)
    changed = {**inputs, "templateBody": json.dumps({"ROSTemplateFormatVersion": "2015-09-01"})}
    state = engine.update(STACK, id, state, changed, inputs)
    assert state["templateBody"] == changed["templateBody"]
    assert engine.cloud.ros.get_stack(stack_id=id)["Status"] == "CREATE_COMPLETE"
    assert engine.invoke(LOOKUP, {})["names"] == ["idc"]


def test_another_template_beside_another_change_is_refused(engine: Engine, place: Place):
    """ClusterConfig cannot be changed: the reason of ROS is told."""
    inputs = stack(engine, place)
    id, state = engine.create(STACK, inputs)
    template = json.loads(inputs["templateBody"])
    template["Resources"]["Cluster"]["Properties"]["ClusterConfig"]["name"] = "other"
    changed = {**inputs, "templateBody": json.dumps(template), "timeoutInMinutes": 30}
    with pytest.raises(PartialFailure) as caught:
        engine.update(STACK, id, state, changed, inputs)
    assert "Cluster: Property ClusterConfig cannot be updated" in str(caught.value.reasons)


def test_a_registration_that_fails_is_told_with_its_reason(engine: Engine, place: Place):
    engine.plan_faults({"verb": "cs.create_cluster", "action": "fail"})
    inputs = stack(engine, place)
    template = json.loads(inputs["templateBody"])
    config = template["Resources"]["Cluster"]["Properties"]["ClusterConfig"]
    config["cluster_type"] = "ManagedKubernetes"
    with pytest.raises(PartialFailure) as caught:
        engine.create(STACK, {**inputs, "templateBody": json.dumps(template)})
    reasons = str(caught.value.reasons)
    assert "it went to state CREATE_FAILED" in reasons
    assert "no stock for the control plane" in reasons


def test_an_agent_that_never_calls_is_named(engine: Engine, place: Place, clock: Operators):
    """Nobody applies the manifest: the run says what it waits for, and the next one goes on."""
    clock.cloud = None
    inputs = stack(engine, place)
    with pytest.raises(PartialFailure) as caught:
        engine.create(STACK, inputs)
    (cluster_id,) = engine.invoke(LOOKUP, {})["ids"]
    assert (
        f"it is still CREATE_IN_PROGRESS after 11 minutes waiting for COMPLETE:"
        f" cluster {cluster_id} waits for its agent. Next: run the same command again;"
    ) in str(caught.value.reasons)
    clock.cloud = engine.cloud
    state = plain(caught.value.properties)
    repaired = engine.update(STACK, caught.value.resource_id, state, inputs, inputs)
    assert repaired["status"] == "CREATE_COMPLETE"
    assert engine.invoke(LOOKUP, {})["ids"] == [cluster_id], "nothing is made twice"


def test_what_is_not_simulated_is_refused_at_once(engine: Engine, place: Place):
    inputs = {**stack(engine, place), "stackPolicyBody": "{}"}
    with pytest.raises(ProviderError, match="'stackPolicyBody'"):
        engine.create(STACK, inputs)
    operate(engine.cloud)
    assert engine.invoke(LOOKUP, {})["ids"] == []
