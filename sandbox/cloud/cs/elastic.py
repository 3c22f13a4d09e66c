"""Elastic node pools as the sandbox's node autoscaler sees and changes them; no API actions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.cloud.cs.kinds import CLUSTER, NODE, NODE_POOL, REGISTERED
from sandbox.cloud.ecs.instances import catalogue
from sandbox.cloud.store import Data

if TYPE_CHECKING:
    from sandbox.cloud.cs.verbs import Cs

_ON_ORDER = "OnOrder"
"""Field of a node pool: times at which nodes that were ordered are delivered."""


@dataclass(frozen=True, kw_only=True)
class ElasticPool:
    """A node pool that may be scaled."""

    node_pool_id: str
    name: str
    scaling_group_id: str
    least: int
    most: int
    instance_types: tuple[str, ...]
    vcpu: int
    """Here and below: the least of any of its instance types."""
    memory_mib: int
    gpus: int
    labels: dict[str, str]
    taints: tuple[dict[str, str], ...]
    region_id: str
    zones: tuple[str, ...]
    members: int
    """Nodes that are not on their way out, ready or not."""
    on_order: tuple[float, ...]
    """When nodes are delivered that are not there yet; seconds since 1970."""
    registered: bool = False
    """Its nodes join a cluster that ACK does not manage."""


class ElasticPools:
    """Hooks for the node autoscaler."""

    def __init__(self, cs: Cs) -> None:
        self._cs = cs
        self._store = cs.store

    def settings(self, cluster_id: str) -> dict[str, Any] | None:
        """What CreateAutoscalingConfig set; None where it was never called."""
        cluster = self._cs.get(CLUSTER, cluster_id)
        return None if cluster is None else cluster.get("autoscaling")

    def pools(self, cluster_id: str) -> list[ElasticPool]:
        """The pools whose scaling is enabled."""
        pools = self._cs.find(NODE_POOL, ClusterId=cluster_id)
        return [
            self._pool(pool)
            for pool in pools
            if pool["api"]["auto_scaling"].get("enable") and pool["Status"] != "deleting"
        ]

    def order(self, node_pool_id: str, count: int, due: float) -> None:
        """Ask for more nodes, which come at `due`."""
        with self._store.transaction():
            pool = self._cs.get(NODE_POOL, node_pool_id)
            if pool is not None:
                orders = [*pool.get(_ON_ORDER, ()), *[due] * count]
                self._cs.save(NODE_POOL, node_pool_id, {**pool, _ON_ORDER: orders})

    def deliver(self, node_pool_id: str) -> None:
        """Start the instance of the first node that was ordered.

        Every instance type is tried in every vSwitch before the pool is sold out.

        Raises:
            CloudError: sold out, or a quota is used up; nothing has changed.
        """
        with self._store.transaction():
            pool = self._cs.get(NODE_POOL, node_pool_id)
            if pool is None or not pool.get(_ON_ORDER):
                return
            self._start(pool)
            orders = sorted(pool[_ON_ORDER])[1:]
            changed = {**pool, _ON_ORDER: orders, "Status": "scaling"}
            self._cs.save(NODE_POOL, node_pool_id, changed)

    def cancel(self, node_pool_id: str) -> None:
        """Give up what was ordered and has not come."""
        with self._store.transaction():
            pool = self._cs.get(NODE_POOL, node_pool_id)
            if pool is not None:
                self._cs.save(NODE_POOL, node_pool_id, {**pool, _ON_ORDER: []})

    def release(self, instance_id: str) -> None:
        """Let a node go: it is drained, then its instance is released."""
        with self._store.transaction():
            node = self._store.get(NODE, instance_id)
            if node is not None:
                self._store.put(NODE, instance_id, {**node, "Leaving": True})

    def _start(self, pool: Data) -> None:
        number = self._store.count(NODE, NodePoolId=pool["NodePoolId"])
        self._cs.add_autoscaled_node(pool, number)

    def _pool(self, pool: Data) -> ElasticPool:
        api = pool["api"]
        scaling, group = api["auto_scaling"], api["scaling_group"]
        sizes = [catalogue()[name] for name in group["instance_types"] if name in catalogue()]
        config = api["kubernetes_config"]
        members = self._store.find(NODE, NodePoolId=pool["NodePoolId"])
        cluster = self._cs.cluster(pool["ClusterId"])
        zones = [self._cs.cloud.vpc.vswitch(one)["ZoneId"] for one in group["vswitch_ids"]]
        return ElasticPool(
            node_pool_id=pool["NodePoolId"],
            name=pool["Name"],
            scaling_group_id=group["scaling_group_id"],
            least=int(scaling.get("min_instances") or 0),
            most=int(scaling.get("max_instances") or 0),
            instance_types=tuple(group["instance_types"]),
            vcpu=min((one["vcpu"] for one in sizes), default=0),
            memory_mib=min((int(one["memory_gib"] * 1024) for one in sizes), default=0),
            gpus=min((one.get("gpu_count", 0) for one in sizes), default=0),
            registered=cluster["api"]["cluster_type"] == REGISTERED,
            labels={one["key"]: one.get("value", "") for one in config.get("labels") or []},
            taints=tuple(config.get("taints") or []),
            region_id=api["nodepool_info"]["region_id"],
            zones=tuple(dict.fromkeys(zones)),
            members=sum(not node["Leaving"] for node in members),
            on_order=tuple(sorted(pool.get(_ON_ORDER, ()))),
        )
