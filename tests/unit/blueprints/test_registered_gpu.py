"""How the settings of `registered-gpu` reach its components; GPUs of managed clusters."""

import json
from typing import Any

from ackb.planning import Plan
from tests.unit.blueprints import test_program

DEV = "registered-gpu-dev"
POOL = "alicloud:cs/nodePool:NodePool"
ADDON = "alicloud:cs/kubernetesAddon:KubernetesAddon"
REGISTRATION = "alicloud:ros/stack:Stack"


def plan(stack: str = DEV, **changes: object) -> Plan:
    return test_program.plan(stack, secrets={}, **changes)


def cluster(**changes: object) -> dict[str, Any]:
    return {"name": "idc-1", "connected": True, "deletion_protection": False, **changes}


def test_a_cluster_that_is_not_connected_is_registered_and_says_what_comes_next() -> None:
    """S0-08."""
    made = plan(cluster=cluster(connected=False))
    assert len(made.of(REGISTRATION)) == 1
    assert made.of(POOL) == made.of(ADDON) == []
    assert [one.type for one in made.resources if one.type.startswith("kubernetes:")] == []
    assert "kubeconfig" not in made.stack_outputs
    assert made.stack_outputs["next_step"].startswith(
        "connect the cluster: `ackb agent registered-gpu-dev | kubectl apply -f -`"
    )
    assert "next_step" not in plan().stack_outputs


def test_a_registered_cluster_that_is_there_gets_nodes_too() -> None:
    made = plan(cluster={"cluster_id": "c0123456789abcdef", "connected": True})
    assert made.of(REGISTRATION) == []
    assert {one.inputs["clusterId"] for one in made.of(POOL)} == {"c0123456789abcdef"}


def test_the_network_may_be_there_already() -> None:
    zone = {
        "zone_id": "cn-zhangjiakou-a",
        "node_vswitch_id": "vsw-8vb1",
        "node_cidr": "172.16.208.0/20",
    }
    made = plan(
        network={
            "type": "existing",
            "vpc_id": "vpc-8vb1",
            "vpc_cidr": "172.16.0.0/16",
            "zones": [zone],
            "security_group_id": "sg-8vb1",
        }
    )
    assert made.of("alicloud:vpc/network:Network") == []
    assert made.of("alicloud:ecs/securityGroup:SecurityGroup") == []
    body = made.one(REGISTRATION, "idc-registration").inputs["templateBody"]
    (found,) = json.loads(body)["Resources"].values()
    config = found["Properties"]["ClusterConfig"]
    assert (config["vpcid"], config["vswitch_ids"]) == ("vpc-8vb1", ["vsw-8vb1"])
    assert config["security_group_id"] == "sg-8vb1"
    assert {tuple(one.inputs["vswitchIds"]) for one in made.of(POOL)} == {("vsw-8vb1",)}


def test_only_nodes_of_vpc_and_data_centre_are_let_in() -> None:
    made = plan(data_centre={"cidrs": ["10.0.0.0/16", "10.96.0.0/16"]})
    rules = made.of("alicloud:ecs/securityGroupRule:SecurityGroupRule")
    assert {one.inputs["cidrIp"] for one in rules} == {
        "172.16.0.0/16",
        "10.0.0.0/16",
        "10.96.0.0/16",
    }
    assert {one.inputs["type"] for one in rules} == {"ingress"}


def test_nodes_wait_for_the_script_they_join_with() -> None:
    url = "https://scripts.example.com/join.sh"
    made = plan(cluster=cluster(node_script_url=url, version="1.25"))
    (patch,) = made.of("kubernetes:core/v1:ConfigMapPatch")
    assert patch.inputs["data"] == {"addNodeScriptPath": url}
    pools = [
        one
        for one in made.resources
        if one.type.startswith("ackb:cluster:") and "pool-" in one.name
    ]
    assert all(patch.name in one.dependencies for one in pools if one.parent is None)


def test_a_cluster_with_a_device_plug_in_gets_no_second_one() -> None:
    assert len(plan().of("kubernetes:apps/v1:DaemonSet")) == 1
    assert plan(device_plugin=None).of("kubernetes:apps/v1:DaemonSet") == []


def test_without_observability_only_the_add_on_of_the_nodes_is_there() -> None:
    (addon,) = plan(observability={}).of(ADDON)
    assert addon.inputs["name"] == "cloud-node-controller"


def test_an_add_on_of_one_s_own_works_here_too() -> None:
    made = plan(
        cluster=cluster(version="1.34"),
        addons={"blackbox_exporter": {"image": "prom/blackbox-exporter:v0.27.0"}},
    )
    (deployment,) = made.of("kubernetes:apps/v1:Deployment")
    assert deployment.provider == "idc-kubernetes"
    assert (
        "pool-GPU-P100-nodes-pool"
        in made.one("ackb:addons:Addon", "addon-blackbox-exporter").dependencies
    )


def managed(**gpu: object) -> Plan:
    pool = {"name": "gpu", "instance_types": ["ecs.gn7i-c8g1.2xlarge"], "nodes": 1, "gpu": gpu}
    base = {"name": "base", "instance_types": ["ecs.c7.xlarge"], "nodes": 2}
    return plan("burst-dev", node_pools=[base, pool])


def test_a_managed_cluster_gets_gpus_by_the_same_setting() -> None:
    """S0-07."""
    made = managed()
    pools = {one.inputs["nodePoolName"]: one.inputs for one in made.of(POOL)}
    assert pools["gpu"]["management"]["autoRepair"] is True
    assert "labels" not in pools["gpu"]
    assert "ack-ai-installer" not in {one.inputs["name"] for one in made.of(ADDON)}


def test_shared_gpus_come_with_the_add_on_that_shares_them() -> None:
    made = managed(schedule="cgpu", placement="binpack", reserved=True)
    assert "ack-ai-installer" in {one.inputs["name"] for one in made.of(ADDON)}
    (pool,) = [one.inputs for one in made.of(POOL) if one.inputs["nodePoolName"] == "gpu"]
    assert {one["key"]: one["value"] for one in pool["labels"]} == {
        "ack.node.gpu.schedule": "cgpu",
        "ack.node.gpu.placement": "binpack",
    }
    assert [one["key"] for one in pool["taints"]] == ["nvidia.com/gpu"]
