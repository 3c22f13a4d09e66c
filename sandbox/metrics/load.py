"""How busy the pods are: a share of what they request, and a demand that tests and users set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ackb.domain.quantity import parse
from ackb.domain.tiers import LABEL
from sandbox.cloud.catalogue import load
from sandbox.cloud.cloud import Cloud
from sandbox.kube.client import Object

MODEL = "load.Model"
"""Kind in the store; the id is that of the cluster."""

_MIB = 1024 * 1024


@dataclass(frozen=True)
class Usage:
    """What a container, pod or node uses."""

    cores: float
    memory: float
    """Bytes."""

    def __add__(self, other: Usage) -> Usage:
        return Usage(self.cores + other.cores, self.memory + other.memory)


NOTHING = Usage(0.0, 0.0)


@dataclass(frozen=True)
class Demand:
    """Work that arrives and is shared by the ready pods of a workload."""

    namespace: str
    labels: Mapping[str, str]
    cores: float
    """CPU that it takes in all, beyond what the pods use when idle."""

    def meets(self, pod: Object) -> bool:
        """Whether the pod does a share of it."""
        metadata = pod["metadata"]
        labels = metadata.get("labels") or {}
        return metadata["namespace"] == self.namespace and all(
            labels.get(key) == value for key, value in self.labels.items()
        )


def set_demands(
    cloud: Cloud, cluster_id: str, demands: Sequence[Demand], *, seconds: float | None = None
) -> None:
    """Replace the demands on the workloads of a cluster, for so many seconds or for good."""
    until = None if seconds is None else cloud.clock.now() + seconds
    rows = [
        {"Namespace": one.namespace, "Labels": dict(one.labels), "Cores": one.cores}
        for one in demands
    ]
    model = {"ClusterId": cluster_id, "Demands": rows, "Until": until}
    cloud.store.put(MODEL, cluster_id, model)


def demands(cloud: Cloud, cluster_id: str) -> list[Demand]:
    """The demands on the workloads of a cluster, unless their time is over."""
    model = cloud.store.get(MODEL, cluster_id) or {"Demands": []}
    until = model.get("Until")
    if until is not None and cloud.clock.now() >= until:
        return []
    return [Demand(row["Namespace"], row["Labels"], row["Cores"]) for row in model["Demands"]]


def tiers(namespaces: Sequence[Object]) -> dict[str, str]:
    """The tier of each namespace that has one."""
    return {
        one["metadata"]["name"]: tier
        for one in namespaces
        if (tier := (one["metadata"].get("labels") or {}).get(LABEL))
    }


def usage(
    pods: Sequence[Object], tiers: Mapping[str, str], on: Sequence[Demand]
) -> dict[str, dict[str, Usage]]:
    """What the containers of ready pods use, by uid of the pod and name of the container.

    `tiers` is the tier of each namespace that has one; a pod's own label comes first. A demand is
    shared evenly by its pods, and a container never uses more than its CPU limit.
    """
    shares: dict[str, float] = {}
    for demand in on:
        busy = [pod for pod in pods if demand.meets(pod)]
        for pod in busy:
            uid = pod["metadata"]["uid"]
            shares[uid] = shares.get(uid, 0.0) + demand.cores / len(busy)
    return {
        pod["metadata"]["uid"]: _pod_usage(pod, tiers, shares.get(pod["metadata"]["uid"], 0.0))
        for pod in pods
    }


def node_base() -> Usage:
    """What a node uses without pods: the system and ACK's agents."""
    base = settings()["node_base"]
    return Usage(base["cpu_millicores"] / 1000, base["memory_mib"] * _MIB)


def resolution_seconds() -> float:
    """Time between two samples, which is also the time that each covers."""
    return float(settings()["resolution_seconds"])


@cache
def settings() -> dict[str, Any]:
    """The numbers of the model."""
    return load(Path(__file__).parent / "data" / "load.json")


def _pod_usage(pod: Object, tiers: Mapping[str, str], cores: float) -> dict[str, Usage]:
    metadata = pod["metadata"]
    tier = (metadata.get("labels") or {}).get(LABEL) or tiers.get(metadata["namespace"], "other")
    idle = settings()["idle"].get(tier, settings()["idle"]["other"])
    containers = pod["spec"]["containers"]
    requested = {one["name"]: _requested(one) for one in containers}
    total = sum(one.cores for one in requested.values())
    found = {}
    for container in containers:
        name = container["name"]
        own = requested[name]
        # The work lands on the containers as their requests foresee it.
        busy = own.cores * idle["cpu"] + cores * (own.cores / total)
        found[name] = Usage(min(busy, _limit(container)), own.memory * idle["memory"])
    return found


def _requested(container: Object) -> Usage:
    resources = container.get("resources") or {}
    given = {**(resources.get("limits") or {}), **(resources.get("requests") or {})}
    least = settings()["without_request"]
    return Usage(
        float(parse(given.get("cpu", "0"))) or least["cpu_millicores"] / 1000,
        float(parse(given.get("memory", "0"))) or float(least["memory_mib"] * _MIB),
    )


def _limit(container: Object) -> float:
    limit = ((container.get("resources") or {}).get("limits") or {}).get("cpu")
    return float(parse(limit)) if limit else float("inf")
