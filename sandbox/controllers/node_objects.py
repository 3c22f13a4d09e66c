"""Node objects as ACK registers them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from ackb.domain import gpu, virtual_nodes
from ackb.domain.quotas import quota
from sandbox.cloud.catalogue import load
from sandbox.cloud.cs.backend import ClusterRecord, NodeRecord
from sandbox.kube.client import Object

INSTANCE_LABEL = "alibabacloud.com/ecs-instance-id"
EXTERNAL_INSTANCE_LABEL = "alibabacloud.com/instance-id"
"""The same on nodes of registered clusters."""
VIRTUAL_LABEL = ("type", "virtual-kubelet")
VIRTUAL_TAINT = {
    "key": "virtual-kubelet.io/provider",
    "value": "alibabacloud",
    "effect": "NoSchedule",
}
MANAGED_PREFIX = "virtual-kubelet-"
"""The add-on's virtual nodes have this and a zone for a name."""

_NOT_READY = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")
_DATA = Path(__file__).parent / "data"
_KIB_PER_MIB = 1024
_KIB_PER_GIB = 1024 * 1024


def ecs_node(cluster: ClusterRecord, node: NodeRecord, instance: dict[str, Any]) -> Object:
    """The node of an ECS instance."""
    address = instance["PrivateIpAddress"]
    name = f"{cluster.region_id}.{address}"
    size = instance["Cpu"], instance["Memory"], instance["InstanceType"]
    capacity, allocatable = kubeadm_resources(*size) if cluster.registered else resources(*size)
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": ecs_labels(cluster, node, instance)},
        "spec": {
            "providerID": f"{cluster.region_id}.{node.instance_id}",
            "taints": list(node.taints),
            "unschedulable": node.unschedulable,
        },
        "status": {
            "addresses": [
                {"type": "InternalIP", "address": address},
                {"type": "Hostname", "address": name},
            ],
            "capacity": capacity,
            "allocatable": allocatable,
            "nodeInfo": node_info(cluster.version, node.instance_id),
        },
    }


def ecs_labels(
    cluster: ClusterRecord, node: NodeRecord, instance: dict[str, Any]
) -> dict[str, str]:
    """Labels of an ECS node: what its script and ACK set, and those of its pool above them."""
    zone, instance_type = instance["ZoneId"], instance["InstanceType"]
    own = {
        "ack.aliyun.com": cluster.cluster_id,
        "alibabacloud.com/nodepool-id": node.node_pool_id,
    }
    hostname = f"{cluster.region_id}.{instance['PrivateIpAddress']}"
    cards = gpu_labels(instance)
    if cluster.registered:
        # Those of the script's environment; a kubelet without a cloud provider adds the platform.
        external = {EXTERNAL_INSTANCE_LABEL: node.instance_id, "alibabacloud.com/external": "true"}
        return {**cards, **node.labels, **_platform_labels(hostname), **own, **external}
    return {
        **({gpu.SCHEDULE_LABEL: gpu.Schedule.DEFAULT.value, **cards} if cards else {}),
        **node.labels,
        **_common_labels(hostname, cluster, zone),
        **own,
        INSTANCE_LABEL: node.instance_id,
        "beta.kubernetes.io/instance-type": instance_type,
        "node.kubernetes.io/instance-type": instance_type,
        "node.csi.alibabacloud.com/disktype.cloud_essd": "available",
        "topology.diskplugin.csi.alibabacloud.com/zone": zone,
    }


def gpu_labels(instance: dict[str, Any]) -> dict[str, str]:
    """What the script that adds a node says of its cards; empty without any."""
    found = gpu.gpu_instance(instance["InstanceType"])
    return found.labels() if found else {}


def instance_of(node: Object) -> str:
    """The ECS instance of a node of a node pool; empty for any other node."""
    labels: dict[str, str] = node["metadata"].get("labels") or {}
    return labels.get(INSTANCE_LABEL) or labels.get(EXTERNAL_INSTANCE_LABEL) or ""


def virtual_node(cluster: ClusterRecord, zone: str) -> Object:
    """The add-on's virtual node of a zone."""
    name = f"{MANAGED_PREFIX}{zone}"
    return _virtual_node(cluster, name, zone, quota("eci.pods_per_cluster").value)


def self_managed_virtual_node(cluster: ClusterRecord, name: str, zone: str) -> Object:
    """A self-managed virtual node; its zone is that of the first of its vSwitches."""
    return _virtual_node(cluster, name, zone, virtual_nodes.pods_per_node())


def _virtual_node(cluster: ClusterRecord, name: str, zone: str, pods: int) -> Object:
    size = {**_data()["virtual_node"], "pods": str(pods)}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "labels": {
                **_common_labels(name, cluster, zone),
                VIRTUAL_LABEL[0]: VIRTUAL_LABEL[1],
                "kubernetes.io/role": "agent",
                "node-role.kubernetes.io/agent": "",
                "alibabacloud.com/virtual-node": "true",
            },
        },
        "spec": {"taints": [VIRTUAL_TAINT]},
        "status": {
            "addresses": [{"type": "Hostname", "address": name}],
            "capacity": size,
            "allocatable": size,
            "nodeInfo": {
                **node_info(cluster.version, name),
                # No machine, so nothing to tell of it.
                "osImage": "",
                "kernelVersion": "",
                "containerRuntimeVersion": "",
            },
        },
    }


def is_virtual(node: Object) -> bool:
    """Whether a node is a virtual one."""
    labels: dict[str, str] = node["metadata"].get("labels") or {}
    return labels.get(VIRTUAL_LABEL[0]) == VIRTUAL_LABEL[1]


def on_virtual_node(pod: Object) -> bool:
    """Whether a pod is bound to a virtual node, be it the add-on's or a self-managed one.

    By its name, since a pod may outlive its node; kwok's stages for pods do the same.
    """
    name = str(pod["spec"].get("nodeName", ""))
    return name.startswith(MANAGED_PREFIX) or virtual_nodes.number_of(name) is not None


def on_managed_virtual_node(pod: Object) -> bool:
    """Whether a pod is bound to a virtual node of the add-on."""
    return str(pod["spec"].get("nodeName", "")).startswith(MANAGED_PREFIX)


def is_ready(obj: Object) -> bool:
    """Whether the node or pod reports Ready."""
    conditions = obj.get("status", {}).get("conditions") or []
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)


def can_take_pods(node: Object) -> bool:
    """Whether the scheduler uses the node: it reads taints, which lag behind the condition."""
    taints = node["spec"].get("taints") or []
    return is_ready(node) and not any(one["key"] in _NOT_READY for one in taints)


def resources(
    vcpu: int, memory_mib: int, instance_type: str = ""
) -> tuple[dict[str, str], dict[str, str]]:
    """Capacity and allocatable of an instance: kernel, ACK and eviction threshold take some."""
    data = _data()
    capacity = _capacity(vcpu, memory_mib, instance_type, data["pods"])
    memory = int(capacity["memory"].removesuffix("Ki"))
    kept = _kept_memory(memory) + data["eviction_memory_mib"] * _KIB_PER_MIB
    return capacity, {
        **capacity,
        "cpu": f"{vcpu * 1000 - _kept_millicores(vcpu)}m",
        "memory": f"{memory - kept}Ki",
        "ephemeral-storage": data["ephemeral_storage"]["allocatable"],
    }


def kubeadm_resources(
    vcpu: int, memory_mib: int, instance_type: str = ""
) -> tuple[dict[str, str], dict[str, str]]:
    """Capacity and allocatable of an instance that joined as a node of kubeadm's."""
    capacity = _capacity(vcpu, memory_mib, instance_type, _data()["kubeadm"]["pods"])
    return capacity, kubeadm_allocatable(capacity)


def kubeadm_allocatable(capacity: dict[str, str]) -> dict[str, str]:
    """What a kubelet without reservations leaves: all but its eviction thresholds."""
    rules = _data()["kubeadm"]
    memory = int(capacity["memory"].removesuffix("Ki"))
    storage = int(capacity["ephemeral-storage"].removesuffix("Ki")) * _KIB_PER_MIB
    return {
        **capacity,
        "memory": f"{memory - rules['eviction_memory_mib'] * _KIB_PER_MIB}Ki",
        "ephemeral-storage": str(storage - int(storage * rules["eviction_storage_share"])),
    }


def _capacity(vcpu: int, memory_mib: int, instance_type: str, pods: int) -> dict[str, str]:
    data = _data()
    kernel = data["kernel_memory"]
    nominal = memory_mib * _KIB_PER_MIB
    memory = round(nominal - kernel["fixed_kib"] - nominal * kernel["share"])
    return {
        "cpu": str(vcpu),
        "memory": data["measured_memory"].get(instance_type, f"{memory}Ki"),
        "ephemeral-storage": data["ephemeral_storage"]["capacity"],
        "hugepages-1Gi": "0",
        "hugepages-2Mi": "0",
        "pods": str(pods),
    }


def _kept_memory(capacity_kib: int) -> int:
    kept, below = 0.0, 0
    for step in _data()["reserved_memory"]:
        top = step["up_to_gib"] * _KIB_PER_GIB
        kept += max(0, min(capacity_kib, top) - below) * step["share"]
        below = top
    return round(kept)


def _kept_millicores(vcpu: int) -> int:
    first, *steps = _data()["reserved_cpu"]
    kept, below = float(first["millicores"]), first["up_to_vcpu"]
    for step in steps:
        kept += max(0, min(vcpu, step["up_to_vcpu"]) - below) * 1000 * step["share"]
        below = step["up_to_vcpu"]
    return round(kept)


def _platform_labels(hostname: str) -> dict[str, str]:
    software = _data()["software"]
    return {
        "kubernetes.io/hostname": hostname,
        "kubernetes.io/os": software["operatingSystem"],
        "kubernetes.io/arch": software["architecture"],
        "beta.kubernetes.io/os": software["operatingSystem"],
        "beta.kubernetes.io/arch": software["architecture"],
    }


def _common_labels(hostname: str, cluster: ClusterRecord, zone: str) -> dict[str, str]:
    return {
        **_platform_labels(hostname),
        "topology.kubernetes.io/region": cluster.region_id,
        "topology.kubernetes.io/zone": zone,
        "failure-domain.beta.kubernetes.io/region": cluster.region_id,
        "failure-domain.beta.kubernetes.io/zone": zone,
    }


def node_info(version: str, machine: str) -> dict[str, str]:
    """What a kubelet says of its machine; the version is without the `v`."""
    kubernetes = f"v{version}"
    return {
        **_data()["software"],
        "kubeletVersion": kubernetes,
        "kubeProxyVersion": kubernetes,
        "machineID": machine,
        "systemUUID": machine,
        "bootID": machine,
    }


@cache
def _data() -> dict[str, Any]:
    return load(_DATA / "nodes.json")
