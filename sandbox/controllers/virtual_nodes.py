"""The add-on ack-virtual-node: one virtual node for each zone of its vSwitches."""

from __future__ import annotations

from sandbox.cloud.cs.addon_records import VIRTUAL_NODE
from sandbox.cloud.cs.backend import AddonRecord, ClusterRecord
from sandbox.controllers import eci_profile
from sandbox.controllers.controller import EVERYTHING, Context, Key
from sandbox.controllers.node_objects import is_ready, is_virtual, on_virtual_node, virtual_node
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
            node["metadata"]["name"]: node for node in context.objects("Node") if is_virtual(node)
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
            eci_profile.write(context.client, cluster, addon.config)
        profile = eci_profile.read(context.client)
        zones = [context.cloud.vpc.vswitch(one)["ZoneId"] for one in profile.vswitch_ids]
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
        pods = [pod for pod in context.objects("Pod") if on_virtual_node(pod)]
        for pod in pods:
            context.client.delete(pod, at_once=True)
        if there or pods or context.backend.container_groups(context.cluster_id):
            return _EMPTYING_SECONDS
        context.backend.addon_gone(context.cluster_id, VIRTUAL_NODE)
        return None
