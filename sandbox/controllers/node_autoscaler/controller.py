"""Watches for pods that fit nowhere and nodes that are not needed, and changes elastic pools."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.cloud.catalogue import load
from sandbox.cloud.cs.autoscaling import period_seconds
from sandbox.cloud.cs.backend import AUTOSCALED_LABEL
from sandbox.cloud.cs.elastic import ElasticPool
from sandbox.cloud.errors import CloudError
from sandbox.controllers.controller import EVERYTHING, Context, Key
from sandbox.controllers.node_autoscaler import groups, scale_in, scale_out
from sandbox.controllers.node_autoscaler.fitting import bin_of, is_live, placed
from sandbox.controllers.node_autoscaler.telling import Telling
from sandbox.controllers.node_objects import instance_of, is_ready
from sandbox.kube.client import Object, path_of

_POOL_LABEL = "alibabacloud.com/nodepool-id"

#: Of the expander `random`: the same calls make the same choices in every run.
_SEED = 1


@dataclass(frozen=True, kw_only=True)
class _View:
    """The cluster at one scan."""

    nodes: list[Object]
    """The ECS nodes."""
    pods: dict[str, list[Object]]
    """By node; under the empty name those that are bound to none."""

    def on(self, node: Object) -> list[Object]:
        """The pods of a node."""
        return self.pods.get(node["metadata"]["name"], [])


class NodeAutoscaler:
    """One scan after another while there is anything to scale."""

    follows_cloud = True

    def __init__(self, context: Context) -> None:
        self._context = context
        self._telling = Telling(context.client)
        self._dice = random.Random(_SEED)
        self._next_scan = 0.0
        self._failed: dict[str, float] = {}
        """When the last scale-out of a pool failed."""
        self._unneeded: dict[str, float] = {}
        """Since when a node is not needed, by its name."""

    def key(self, kind: str, obj: Object) -> Key | None:
        """Everything, when a pod fits nowhere, or a node that may go has changed."""
        if kind == "Pod":
            return EVERYTHING if groups.is_unschedulable(obj) else None
        return EVERYTHING if kind == "Node" and _is_autoscaled(obj) else None

    def keys_at_start(self) -> list[Key]:
        """Everything."""
        return [EVERYTHING]

    def reconcile(self, key: Key) -> float | None:
        """Deliver what is due, then scan unless the last scan was a moment ago."""
        elastic, cluster_id = self._context.cloud.cs.elastic, self._context.cluster_id
        settings = elastic.settings(cluster_id)
        pools = [] if settings is None else elastic.pools(cluster_id)
        if settings is None or not pools:
            return None
        now = self._context.cloud.clock.now()
        self._deliver(pools, now)
        if now >= self._next_scan:
            pools = elastic.pools(cluster_id)
            busy = self._scan(settings, pools, now)
            interval = self._seconds(settings["scan_interval"])
            # With nothing to do, the next pod that fits nowhere is looked at at once.
            self._next_scan = now + interval if busy else 0.0
        dues = [due for pool in elastic.pools(cluster_id) for due in pool.on_order]
        if self._next_scan:
            dues.append(self._next_scan)
        return max(0.0, min(dues) - now) if dues else None

    def _deliver(self, pools: Sequence[ElasticPool], now: float) -> None:
        elastic = self._context.cloud.cs.elastic
        for pool in pools:
            for _ in [due for due in pool.on_order if due <= now]:
                try:
                    elastic.deliver(pool.node_pool_id)
                except CloudError as error:
                    elastic.cancel(pool.node_pool_id)
                    self._failed[pool.node_pool_id] = now
                    self._telling.failed(pool, error)
                    break

    def _scan(self, settings: dict[str, Any], pools: Sequence[ElasticPool], now: float) -> bool:
        """Scale out or in; whether there may be something to do at the next scan."""
        view = self._view()
        waiting = [pod for pod in view.pods.get("", []) if groups.is_unschedulable(pod)]
        out = self._scale_out(settings, pools, view, waiting, now) if waiting else False
        autoscaled = [node for node in view.nodes if _is_autoscaled(node)]
        if settings["scale_down_enabled"] and autoscaled and not out:
            self._scale_in(settings, pools, view, autoscaled, now)
        return bool(waiting or autoscaled or any(pool.on_order for pool in pools))

    def _scale_out(
        self,
        settings: dict[str, Any],
        pools: Sequence[ElasticPool],
        view: _View,
        waiting: list[Object],
        now: float,
    ) -> bool:
        """Order nodes for one pool; whether pods that wait will have a place without more."""
        back = self._context.pace.seconds(_data()["backoff_seconds"])
        failed = {pool for pool, at in self._failed.items() if now < at + back}
        daemons = groups.daemons([pod for pods in view.pods.values() for pod in pods])
        by_pool = {one.node_pool_id: groups.group(one, daemons, failed) for one in pools}
        left = self._still_waiting(pools, by_pool, view, waiting)
        if not left:
            return True
        if not view.nodes and not settings["scale_up_from_zero"]:
            return False
        decision = scale_out.decide(
            left,
            list(by_pool.values()),
            settings["expander"],
            settings["priorities"],
            self._dice,
        )
        self._telling.refused(left, decision)
        option = decision.chosen
        if option is None:
            return False
        delay = self._context.pace.seconds(_data()["delivery_seconds"][settings["scaler_type"]])
        self._context.cloud.cs.elastic.order(option.group.id, option.count, now + delay)
        self._telling.ordered(option)
        return True

    def _still_waiting(
        self,
        pools: Sequence[ElasticPool],
        by_pool: dict[str, scale_out.Group],
        view: _View,
        waiting: list[Object],
    ) -> list[Object]:
        """The pods that neither free room nor nodes on their way help."""
        bins = [
            bin_of(node, view.on(node))
            for node in view.nodes
            if is_ready(node) and not node["spec"].get("unschedulable")
        ]
        ready: dict[str, int] = defaultdict(int)
        for node in view.nodes:
            if is_ready(node):
                ready[node["metadata"]["labels"].get(_POOL_LABEL, "")] += 1
        for pool in pools:
            coming = pool.members + len(pool.on_order) - ready[pool.node_pool_id]
            bins += [by_pool[pool.node_pool_id].new_node() for _ in range(coming)]
        helped = {pod["metadata"]["uid"] for pod in placed(waiting, bins)}
        return [pod for pod in waiting if pod["metadata"]["uid"] not in helped]

    def _scale_in(
        self,
        settings: dict[str, Any],
        pools: Sequence[ElasticPool],
        view: _View,
        autoscaled: list[Object],
        now: float,
    ) -> None:
        """Let go nodes that were not needed for long enough: all empty ones, or one with pods."""
        rules = scale_in.Rules(
            threshold=float(settings["utilization_threshold"]),
            gpu_threshold=float(settings["gpu_utilization_threshold"]),
            skip_system_pods=settings["skip_nodes_with_system_pods"],
            skip_local_storage=settings["skip_nodes_with_local_storage"],
            min_replicas=settings["min_replica_count"],
        )
        budgets = self._context.client.get(path_of("PodDisruptionBudget"))["items"]
        unneeded = self._unneeded_nodes(view, autoscaled, budgets, rules)
        names = [node["metadata"]["name"] for node in unneeded]
        self._unneeded = {name: self._unneeded.get(name, now) for name in names}
        spare = {one.node_pool_id: one.members - one.least for one in pools}
        wait = self._seconds(settings["unneeded_duration"])
        cool_down = self._seconds(settings["cool_down_duration"])
        drained = False
        for node in unneeded:
            labels, name = node["metadata"]["labels"], node["metadata"]["name"]
            pool, pods = labels[_POOL_LABEL], scale_in.movable(view.on(node))
            is_due = now >= self._unneeded[name] + wait
            is_cool = now >= groups.created(node) + cool_down
            if not (is_due and is_cool) or spare.get(pool, 0) <= 0 or (pods and drained):
                continue
            spare[pool] -= 1
            drained = drained or bool(pods)
            self._telling.released(node, pods)
            self._context.cloud.cs.elastic.release(instance_of(node))

    def _unneeded_nodes(
        self,
        view: _View,
        autoscaled: list[Object],
        budgets: list[Object],
        rules: scale_in.Rules,
    ) -> list[Object]:
        """The nodes whose pods fit elsewhere, each seen with those before it gone."""
        bins = {
            node["metadata"]["name"]: bin_of(node, view.on(node))
            for node in view.nodes
            if is_ready(node) and not node["spec"].get("unschedulable")
        }
        live = (pod for pods in view.pods.values() for pod in filter(is_live, pods))
        replicas = Counter(scale_in.owner(pod).get("uid", "") for pod in live)
        found = []
        for node in autoscaled:
            name, pods = node["metadata"]["name"], view.on(node)
            own = bins.pop(name, None)
            if own is None:
                continue  # on its way out, or not there yet
            if (
                scale_in.is_below_threshold(node, pods, rules)
                and not scale_in.blocker(node, pods, budgets, replicas, rules)
                and scale_in.can_move(scale_in.movable(pods), list(bins.values()))
            ):
                found.append(node)
            else:
                bins[name] = own
        return found

    def _view(self) -> _View:
        pods: dict[str, list[Object]] = defaultdict(list)
        for pod in self._context.objects("Pod"):
            pods[pod["spec"].get("nodeName", "")].append(pod)
        nodes = [node for node in self._context.objects("Node") if instance_of(node)]
        return _View(nodes=sorted(nodes, key=groups.created), pods=pods)

    def _seconds(self, period: str) -> float:
        return self._context.pace.seconds(period_seconds(period))


def _is_autoscaled(node: Object) -> bool:
    return (node["metadata"].get("labels") or {}).get(AUTOSCALED_LABEL) == "true"


def _data() -> dict[str, Any]:
    return load(Path(__file__).with_name("data.json"))
