"""The add-on ack-virtual-node: one virtual node for each zone of its vSwitches."""

from __future__ import annotations

from typing import Any

from sandbox.cloud.cs.addon_records import VIRTUAL_NODE
from sandbox.cloud.cs.backend import AddonRecord, ClusterRecord, virtual_node_of
from sandbox.controllers.controller import EVERYTHING, Context, Key
from sandbox.controllers.node_objects import (
    MANAGED_PREFIX,
    is_ready,
    is_virtual,
    on_managed_virtual_node,
    virtual_node,
)
from sandbox.controllers.virtual_kubelet import profile
from sandbox.kube.client import Object

_EMPTYING_SECONDS = 0.3


class VirtualNodes:
    """Registers the virtual nodes, and removes them together with their pods."""

    follows_cloud = True

    def __init__(self, context: Context) -> None:
        self._context = context

    def key(self, kind: str, obj: Object) -> Key | None:
        """Everything, after a change of a virtual node."""
        return EVERYTHING if kind == "Node" and is_virtual(obj) else None

    def keys_at_start(self) -> list[Key]:
        """Everything."""
        return [EVERYTHING]

    def reconcile(self, key: Key) -> float | None:
        """Bring the virtual nodes in line with the add-on."""
        context = self._context
        cluster = context.backend.cluster(context.cluster_id)
        addon = context.backend.addon(context.cluster_id, VIRTUAL_NODE)
        if cluster is None or addon is None:
            return None
        there = {
            name: node
            for node in context.objects("Node")
            # Those of self-managed virtual nodes have the label too, but belong to others.
            if is_virtual(node) and (name := node["metadata"]["name"]).startswith(MANAGED_PREFIX)
        }
        if addon.status == "deleting":
            return self._remove(there)
        self._provide(cluster, addon, there)
        return None

    def _provide(
        self, cluster: ClusterRecord, addon: AddonRecord, there: dict[str, Object]
    ) -> None:
        context = self._context
        if addon.status != "active":
            profile.write(context.client, cluster, addon.config)
        vswitch_ids = profile.read(context.client).vswitch_ids
        zones = [context.cloud.vpc.vswitch(one)["ZoneId"] for one in vswitch_ids]
        wanted = [virtual_node(cluster, zone) for zone in dict.fromkeys(zones)]
        for node in wanted:
            if node["metadata"]["name"] not in there:
                context.client.create(node)
        ready = all(
            is_ready(there[name]) if (name := node["metadata"]["name"]) in there else False
            for node in wanted
        )
        if ready and addon.status != "active":
            context.backend.addon_up(context.cluster_id, VIRTUAL_NODE)

    def _remove(self, there: dict[str, Object]) -> float | None:
        """The nodes go first, so that nothing new comes; then the pods, and with them their ECI."""
        context = self._context
        for node in there.values():
            context.client.delete(node)
        pods = [pod for pod in context.objects("Pod") if on_managed_virtual_node(pod)]
        for pod in pods:
            context.client.delete(pod, at_once=True)
        groups = context.backend.container_groups(context.cluster_id)
        if there or pods or any(map(_is_of_addon, groups)):
            return _EMPTYING_SECONDS
        context.backend.addon_gone(context.cluster_id, VIRTUAL_NODE)
        return None


def _is_of_addon(group: dict[str, Any]) -> bool:
    """Whether the instance is that of a pod on one of the add-on's virtual nodes.

    Before there were others, instances had no tag that says so.
    """
    node = virtual_node_of(group)
    return not node or node.startswith(MANAGED_PREFIX)
