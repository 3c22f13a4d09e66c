"""Memory that a node is made to run short of, on top of the load model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from ackb.domain.quantity import parse
from sandbox.cloud.cloud import Cloud
from sandbox.kube.client import Object
from sandbox.metrics import load
from sandbox.metrics.load import NOTHING, Usage, node_base

KIND = "load.Pressure"
"""Kind in the store, one object for each node under pressure."""

Cause = Literal["pods", "system"]
Usages = Mapping[str, Mapping[str, Usage]]
"""By uid of the pod and name of the container."""


@dataclass(frozen=True)
class Pressure:
    """A demand for memory on one node, until the node has recovered from it."""

    node: str
    share: float
    """Of the node's capacity that is asked for in all."""
    cause: Cause
    """`pods`: its pods want more. `system`: daemons beside them do."""
    system: float | None = None
    """Bytes that the daemons take; None until the first look has found out."""
    began: bool = False
    """Whether the node has been short of memory."""
    over: bool = False
    """Whether it has recovered, or never was short: nobody asks for more any longer."""
    available: float | None = None
    """Bytes that were left at the last look that changed anything; None before the first."""
    evicted: tuple[Mapping[str, Any], ...] = ()
    """Pods that had to go, in this order."""


def save(cloud: Cloud, cluster_id: str, pressure: Pressure) -> None:
    """Ask a node for memory; replaces what it was asked before."""
    row = {
        "ClusterId": cluster_id,
        "Node": pressure.node,
        "Share": pressure.share,
        "Cause": pressure.cause,
        "System": pressure.system,
        "Began": pressure.began,
        "Over": pressure.over,
        "Available": pressure.available,
        "Evicted": [dict(one) for one in pressure.evicted],
    }
    cloud.store.put(KIND, f"{cluster_id}/{pressure.node}", row)


def note(cloud: Cloud, cluster_id: str, before: Pressure, after: Pressure) -> None:
    """Write down what has become of a pressure, unless somebody has changed it meanwhile."""
    with cloud.store.transaction():
        if find(cloud, cluster_id, before.node) == before:
            save(cloud, cluster_id, after)


def find(cloud: Cloud, cluster_id: str, node: str) -> Pressure | None:
    """What a node was last asked for."""
    row = cloud.store.get(KIND, f"{cluster_id}/{node}")
    return None if row is None else _read(row)


def all_of(cloud: Cloud, cluster_id: str) -> list[Pressure]:
    """The pressures of a cluster, also those that are over."""
    return [_read(row) for row in cloud.store.find(KIND, ClusterId=cluster_id)]


def clear(cloud: Cloud, cluster_id: str) -> list[str]:
    """End the pressure on all nodes of a cluster; the names of those that had some."""
    ended = [one for one in all_of(cloud, cluster_id) if not one.over]
    for one in ended:
        save(cloud, cluster_id, replace(one, over=True))
    return [one.node for one in ended]


def applied(
    used: Usages, pods: Iterable[Object], nodes: Iterable[Object], pressures: Sequence[Pressure]
) -> tuple[Usages, dict[str, Usage]]:
    """Usage under pressure: of the containers, and of each pressed node's own daemons.

    Pods without a memory limit take what is asked for beyond the present use, evenly. Where no such
    pod is on the node, those below their limits take it, in proportion to what they have left.
    """
    asked = {one.node: one for one in pressures if not one.over}
    if not asked:
        return used, {}
    found = dict(used)
    system: dict[str, Usage] = {}
    placed = list(pods)
    for node in nodes:
        name = node["metadata"]["name"]
        pressure = asked.get(name)
        if pressure is None:
            continue
        there = [
            pod
            for pod in placed
            if pod["spec"].get("nodeName") == name and pod["metadata"]["uid"] in used
        ]
        if pressure.cause == "system":
            base = node_base()
            system[name] = Usage(base.cores, max(base.memory, pressure.system or 0.0))
            continue
        total = memory_of(there, used) + node_base().memory
        wanted = pressure.share * capacity(node) - total
        if wanted > 0:
            found.update(_grown(there, used, wanted))
    return found, system


def present(
    cloud: Cloud,
    cluster_id: str,
    pods: Sequence[Object],
    nodes: Iterable[Object],
    namespaces: Sequence[Object],
) -> tuple[Usages, dict[str, Usage]]:
    """The use of a cluster's running pods at this moment, as `applied` tells it."""
    demands = load.demands(cloud, cluster_id)
    used = load.usage(pods, load.tiers(namespaces), demands)
    return applied(used, pods, nodes, all_of(cloud, cluster_id))


def memory_of(pods: Iterable[Object], used: Usages) -> float:
    """Bytes that the pods use."""
    return sum(of_pod(pod, used).memory for pod in pods)


def of_pod(pod: Object, used: Usages) -> Usage:
    """What a pod uses."""
    return sum(used.get(pod["metadata"]["uid"], {}).values(), NOTHING)


def capacity(node: Object) -> float:
    """Bytes of memory that a node has."""
    return float(parse(node["status"]["capacity"]["memory"]))


def _read(row: Mapping[str, Any]) -> Pressure:
    return Pressure(
        node=row["Node"],
        share=row["Share"],
        cause=row["Cause"],
        system=row["System"],
        began=row["Began"],
        over=row["Over"],
        available=row["Available"],
        evicted=tuple(row["Evicted"]),
    )


def _grown(pods: Sequence[Object], used: Usages, wanted: float) -> dict[str, dict[str, Usage]]:
    """The usage of the pods with so many bytes more, as far as their limits allow."""
    places = [
        (pod["metadata"]["uid"], container["name"], _limit(container))
        for pod in pods
        for container in pod["spec"]["containers"]
        if container["name"] in used[pod["metadata"]["uid"]]
    ]
    unlimited = [(uid, name) for uid, name, limit in places if limit is None]
    if unlimited:
        more = dict.fromkeys(unlimited, wanted / len(unlimited))
    else:
        room = {
            (uid, name): max(0.0, limit - used[uid][name].memory)
            for uid, name, limit in places
            if limit is not None
        }
        whole = sum(room.values())
        part = min(1.0, wanted / whole) if whole else 0.0
        more = {place: left * part for place, left in room.items()}
    return {
        pod["metadata"]["uid"]: {
            name: one + Usage(0.0, more.get((pod["metadata"]["uid"], name), 0.0))
            for name, one in used[pod["metadata"]["uid"]].items()
        }
        for pod in pods
    }


def _limit(container: Object) -> float | None:
    limit = ((container.get("resources") or {}).get("limits") or {}).get("memory")
    return float(parse(limit)) if limit else None
