"""Node pools as abstract nodes, and the facts about pods and nodes that scaling asks for."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from ackb.domain import gpu
from sandbox.cloud.cs.backend import AUTOSCALED_LABEL
from sandbox.cloud.cs.elastic import ElasticPool
from sandbox.controllers.node_autoscaler.fitting import Bin, quantities, requests
from sandbox.controllers.node_autoscaler.scale_out import Group
from sandbox.controllers.node_objects import kubeadm_resources, resources
from sandbox.kube.client import Object


def group(pool: ElasticPool, daemons: Iterable[Object], failed: Collection[str]) -> Group:
    """The abstract node of a pool; what DaemonSets would take of a new node is taken off.

    `failed` are the pools that wait after a failure.
    """
    size = kubeadm_resources if pool.registered else resources
    _, allocatable = size(pool.vcpu, pool.memory_mib)
    if pool.gpus:
        allocatable[gpu.RESOURCE] = str(pool.gpus)
    node = Bin(
        name=pool.node_pool_id,
        labels=_labels(pool),
        taints=pool.taints,
        free=quantities(allocatable),
    )
    for pod in daemons:
        asked = requests(pod)
        if not node.refusal(pod, asked):
            node.take(asked)
    return Group(
        id=pool.node_pool_id,
        scaling_group_id=pool.scaling_group_id,
        size=pool.members + len(pool.on_order),
        most=pool.most,
        labels=node.labels,
        taints=pool.taints,
        capacity=node.free,
        backs_off=pool.node_pool_id in failed,
    )


def daemons(pods: Iterable[Object]) -> list[Object]:
    """One pod of each DaemonSet, freed of the node that it was made for."""
    found: dict[str, Object] = {}
    for pod in pods:
        for owner in pod["metadata"].get("ownerReferences") or ():
            if owner["kind"] == "DaemonSet":
                spec = {key: value for key, value in pod["spec"].items() if key != "affinity"}
                found.setdefault(owner["uid"], {**pod, "spec": spec})
    return list(found.values())


def is_unschedulable(pod: Object) -> bool:
    """Whether the scheduler has found no node for the pod."""
    if pod["spec"].get("nodeName") or "deletionTimestamp" in pod["metadata"]:
        return False
    conditions = pod["status"].get("conditions") or ()
    return any(
        one["type"] == "PodScheduled"
        and one["status"] == "False"
        and one.get("reason") == "Unschedulable"
        for one in conditions
    )


def created(node: Object) -> float:
    """When the node joined; seconds since 1970."""
    return datetime.fromisoformat(node["metadata"]["creationTimestamp"]).timestamp()


def _labels(pool: ElasticPool) -> dict[str, str]:
    """Those that every node of the pool would have: zone and type only where there is but one."""
    always = {
        **pool.labels,
        AUTOSCALED_LABEL: "true",
        "alibabacloud.com/nodepool-id": pool.node_pool_id,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
    }
    if pool.registered:
        return {**always, "alibabacloud.com/external": "true"}
    sure = {
        "topology.kubernetes.io/zone": pool.zones,
        "node.kubernetes.io/instance-type": pool.instance_types,
    }
    single = {name: values[0] for name, values in sure.items() if len(values) == 1}
    return {**always, **single, "topology.kubernetes.io/region": pool.region_id}
