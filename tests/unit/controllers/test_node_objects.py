from __future__ import annotations

from dataclasses import replace

import pytest

from ackb.domain.quantity import parse
from sandbox.cloud.cs.backend import ClusterRecord, NodeRecord
from sandbox.cloud.ecs.instances import catalogue
from sandbox.controllers.node_objects import (
    ecs_labels,
    ecs_node,
    gpu_labels,
    instance_of,
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


P100 = INSTANCE | {
    "InstanceType": "ecs.gn5-c4g1.xlarge",
    "Cpu": 4,
    "Memory": 30 * 1024,
    "GPUAmount": 1,
    "GPUSpec": "NVIDIA P100",
}
CARD = {
    "aliyun.accelerator/nvidia_count": "1",
    "aliyun.accelerator/nvidia_mem": "16280MiB",
    "aliyun.accelerator/nvidia_name": "Tesla-P100-PCIE-16GB",
}


def test_a_gpu_node_of_a_data_centre() -> None:
    """S0-12..S0-14: labels and sizes of the article's node, but for what the plug-in adds."""
    node = ecs_node(replace(CLUSTER, registered=True, version="1.36.2"), NODE, P100)
    assert node["metadata"]["name"] == "cn-hangzhou.192.168.1.1"
    labels = node["metadata"]["labels"]
    assert labels == {
        **CARD,
        "team": "a",
        "beta.kubernetes.io/arch": "amd64",
        "beta.kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": "cn-hangzhou.192.168.1.1",
        "kubernetes.io/os": "linux",
        "ack.aliyun.com": "c1",
        "alibabacloud.com/nodepool-id": "np1",
        "alibabacloud.com/instance-id": "i-1",
        "alibabacloud.com/external": "true",
    }
    status = node["status"]
    assert status["capacity"] == {
        "cpu": "4",
        "memory": "30568556Ki",
        "ephemeral-storage": "123722704Ki",
        "hugepages-1Gi": "0",
        "hugepages-2Mi": "0",
        "pods": "110",
    }
    assert status["allocatable"] == status["capacity"] | {
        "memory": "30466156Ki",
        "ephemeral-storage": "114022843818",
    }
    info = status["nodeInfo"]
    assert info["kubeletVersion"] == info["kubeProxyVersion"] == "v1.36.2"
    assert info["containerRuntimeVersion"].startswith("containerd://"), "S0-15 is out of date"
    assert info["osImage"].startswith("Alibaba Cloud Linux 3"), "S0-15 is out of date"
    assert instance_of(node) == "i-1"


def test_a_gpu_node_of_a_managed_cluster() -> None:
    """ACK labels it for its device plug-in, unless the pool says how its cards are shared."""
    labels = ecs_labels(CLUSTER, NODE, P100)
    assert CARD.items() <= labels.items()
    assert labels["ack.node.gpu.schedule"] == "default"
    assert "alibabacloud.com/external" not in labels
    shared = replace(NODE, labels={"ack.node.gpu.schedule": "share"})
    assert ecs_labels(CLUSTER, shared, P100)["ack.node.gpu.schedule"] == "share"
    node = ecs_node(CLUSTER, NODE, P100)
    assert node["status"]["capacity"]["memory"] == "30568556Ki", "the machine is the same"
    assert parse(node["status"]["allocatable"]["memory"]) < parse("30466156Ki"), "ACK keeps more"
    assert instance_of(node) == "i-1"


def test_other_nodes_have_no_card() -> None:
    assert not gpu_labels(INSTANCE)
    labels = ecs_labels(CLUSTER, NODE, INSTANCE)
    assert not [name for name in labels if "gpu" in name or "nvidia" in name]
    assert instance_of(virtual_node(CLUSTER, "cn-hangzhou-j")) == ""


def test_every_card_of_the_catalogue_is_known() -> None:
    """A type that is sold with a card gets the labels of that card."""
    for name, size in catalogue().items():
        labels = gpu_labels({"InstanceType": name})
        assert bool(labels) == ("gpu" in size), name
        assert labels.get("aliyun.accelerator/nvidia_count", "0") == str(size.get("gpu_count", 0))
