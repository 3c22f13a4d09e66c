"""Node pools: each running ECS instance of a pool is a node, and goes with its instance."""

from __future__ import annotations

from typing import Any

from sandbox.cloud.cs.backend import ClusterRecord, NodeRecord
from sandbox.controllers.controller import EVERYTHING, Context, Key
from sandbox.controllers.draining import drain
from sandbox.controllers.node_objects import (
    ecs_labels,
    ecs_node,
    instance_of,
    is_ready,
    is_virtual,
)
from sandbox.kube.client import Object

_STARTING_SECONDS = 0.1
_DRAINING_SECONDS = 0.3
_SCRIPT_SECONDS = 1.0
_SETTINGS = "ack-agent-config"
"""What the owner of a registered cluster tells ACK ("Create a custom script for a node pool", user
guide of ACK One, read 2026-11-22)."""


class Nodes:
    """Registers, labels, drains and removes the nodes of the node pools."""

    follows_cloud = True

    def __init__(self, context: Context) -> None:
        self._context = context

    def key(self, kind: str, obj: Object) -> Key | None:
        """Everything, after a change of an ECS node."""
        return EVERYTHING if kind == "Node" and not is_virtual(obj) else None

    def keys_at_start(self) -> list[Key]:
        """Everything."""
        return [EVERYTHING]

    def reconcile(self, key: Key) -> float | None:
        """Bring all nodes in line with the instances of the pools."""
        context = self._context
        cluster = context.backend.cluster(context.cluster_id)
        if cluster is None:
            return None
        there = {
            instance_id: node
            for node in context.objects("Node")
            if (instance_id := instance_of(node))
        }
        waits = [
            self._reconcile_node(cluster, record, there.pop(record.instance_id, None))
            for record in context.backend.nodes(context.cluster_id)
        ]
        for orphan in there.values():
            self._remove(orphan)
        return min((wait for wait in waits if wait is not None), default=None)

    def _reconcile_node(
        self, cluster: ClusterRecord, record: NodeRecord, node: Object | None
    ) -> float | None:
        instance = record.instance
        if instance is None or record.leaving:
            return self._let_go(record, node)
        if node is None:
            if instance["Status"] != "Running":
                return _STARTING_SECONDS
            if cluster.registered and not self._can_join():
                return _SCRIPT_SECONDS
            self._context.client.create(ecs_node(cluster, record, instance))
            return None
        self._sync(cluster, record, instance, node)
        ready = is_ready(node)
        if ready != record.ready:
            name = node["metadata"]["name"]
            self._context.backend.node_state(record.instance_id, name, ready=ready)
        return None

    def _can_join(self) -> bool:
        """Whether a machine that has started becomes a node of a data centre's cluster.

        Clusters of kubeadm need no script of their own. Where one is named it is not run here, but
        without an address to get it from no machine would run it.
        """
        settings = self._context.client.find("ConfigMap", _SETTINGS, "kube-system")
        path: str = ((settings or {}).get("data") or {}).get("addNodeScriptPath", "")
        return path == "" or path.startswith(("http://", "https://"))

    def _sync(
        self, cluster: ClusterRecord, record: NodeRecord, instance: dict[str, Any], node: Object
    ) -> None:
        """Labels and taints of the pool, should they have changed; others' additions stay."""
        wanted = ecs_labels(cluster, record, instance)
        labels = node["metadata"]["labels"]
        change = {key: value for key, value in wanted.items() if labels.get(key) != value}
        if change:
            self._context.client.patch(node, {"metadata": {"labels": change}})
        known = {(one["key"], one["effect"]): one for one in node["spec"].get("taints") or []}
        missing = {(one["key"], one["effect"]): one for one in record.taints}
        if any(known.get(key) != taint for key, taint in missing.items()):
            taints = list({**known, **missing}.values())
            self._context.client.patch(node, {"spec": {"taints": taints}})

    def _let_go(self, record: NodeRecord, node: Object | None) -> float | None:
        if node is not None and record.instance is not None:
            name = node["metadata"]["name"]
            pods = [
                pod for pod in self._context.objects("Pod") if pod["spec"].get("nodeName") == name
            ]
            if not drain(self._context.client, node, pods):
                return _DRAINING_SECONDS
        self._context.backend.node_drained(record.instance_id)
        if node is not None:
            self._remove(node)
        return None

    def _remove(self, node: Object) -> None:
        """Remove a node without instance, and the pods that were left on it.

        The node first: DaemonSets would put new pods on a node that is still there.
        """
        name = node["metadata"]["name"]
        self._context.client.delete(node)
        for pod in self._context.objects("Pod"):
            if pod["spec"].get("nodeName") == name:
                self._context.client.delete(pod, at_once=True)
