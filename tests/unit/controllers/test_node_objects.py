from __future__ import annotations

import pytest

from ackb.domain.quantity import parse
from sandbox.cloud.cs.backend import ClusterRecord, NodeRecord
from sandbox.controllers.node_objects import (
    ecs_node,
    is_ready,
    is_virtual,
    on_virtual_node,
    resources,
    virtual_node,
)

CLUSTER = ClusterRecord(
    cluster_id="c1",
    status="running",
    version="1.36.1-aliyun.1",
    region_id="cn-hangzhou",
    vpc_id="vpc-1",
    vswitch_ids=("vsw-1",),
    security_group_id="sg-1",
    service_cidr="172.21.0.0/20",
    api_port=1,
    asked_to_fail=False,
)
INSTANCE = {
    "Cpu": 4,
    "Memory": 16384,
    "PrivateIpAddress": "192.168.1.1",
    "ZoneId": "cn-hangzhou-j",
    "InstanceType": "ecs.g7.xlarge",
}
NODE = NodeRecord(
    instance_id="i-1",
    node_pool_id="np1",
    labels={"team": "a", "ack.aliyun.com": "not this"},
    taints=({"key": "gpu", "value": "", "effect": "NoSchedule"},),
    unschedulable=False,
    leaving=False,
    ready=False,
    instance=INSTANCE,
)
_MIB = 1024


@pytest.mark.parametrize(
    ("memory_mib", "capacity_kib", "allocatable_kib"),
    [(8192, 7925980, 5824732), (16384, 16117896, 13152392)],
)
def test_reservation_matches_real_nodes(
    memory_mib: int, capacity_kib: int, allocatable_kib: int
) -> None:
    """Figures of the help page (8 GiB) and of a real node (16 GiB), each to 3 MiB."""
    capacity, allocatable = resources(4, memory_mib)
    assert abs(int(capacity["memory"][:-2]) - capacity_kib) < 3 * _MIB
    assert abs(int(allocatable["memory"][:-2]) - allocatable_kib) < 3 * _MIB
    assert allocatable["cpu"] == "3900m"


@pytest.mark.parametrize("vcpu", [1, 2, 4, 5, 8, 64, 104])
def test_the_larger_an_instance_the_more_pods_get(vcpu: int) -> None:
    _, small = resources(vcpu, vcpu * 4096)
    _, large = resources(vcpu + 1, (vcpu + 1) * 4096)
    assert 0 < parse(small["cpu"]) < parse(large["cpu"]) < vcpu + 1
    assert 0 < parse(small["memory"]) < parse(large["memory"])


def test_an_ecs_node_is_named_and_labelled_as_on_ack() -> None:
    """S1-14: cn-hangzhou.192.168.1.1."""
    node = ecs_node(CLUSTER, NODE, INSTANCE)
    assert node["metadata"]["name"] == "cn-hangzhou.192.168.1.1"
    assert node["spec"]["providerID"] == "cn-hangzhou.i-1"
    assert node["spec"]["taints"] == [{"key": "gpu", "value": "", "effect": "NoSchedule"}]
    assert node["status"]["nodeInfo"]["kubeletVersion"] == "v1.36.1-aliyun.1"
    labels = node["metadata"]["labels"]
    expected = {
        "team": "a",
        "ack.aliyun.com": "c1",
        "alibabacloud.com/nodepool-id": "np1",
        "alibabacloud.com/ecs-instance-id": "i-1",
        "node.kubernetes.io/instance-type": "ecs.g7.xlarge",
        "topology.kubernetes.io/zone": "cn-hangzhou-j",
        "kubernetes.io/hostname": "cn-hangzhou.192.168.1.1",
    }
    assert expected.items() <= labels.items()
    assert not is_virtual(node)


def test_a_virtual_node_is_as_the_documentation_shows_it() -> None:
    """S1-14 (role agent), S2-41; label and taint of ack-eci's affinity examples."""
    node = virtual_node(CLUSTER, "cn-hangzhou-j")
    assert node["metadata"]["name"] == "virtual-kubelet-cn-hangzhou-j"
    assert node["metadata"]["labels"]["type"] == "virtual-kubelet"
    assert "node-role.kubernetes.io/agent" in node["metadata"]["labels"]
    assert node["spec"]["taints"] == [
        {
            "key": "virtual-kubelet.io/provider",
            "value": "alibabacloud",
            "effect": "NoSchedule",
        }
    ]
    assert parse(node["status"]["allocatable"]["pods"]) == 50_000
    assert is_virtual(node)
    assert not is_ready(node), "only kwok says Ready"


@pytest.mark.parametrize(
    ("spec", "there"),
    [
        ({"nodeName": "virtual-kubelet-cn-hangzhou-j"}, True),
        ({"nodeName": "cn-hangzhou.10.0.0.1"}, False),
        ({}, False),
    ],
)
def test_pods_on_virtual_nodes(spec: dict[str, str], there: bool) -> None:
    assert on_virtual_node({"spec": spec}) is there
