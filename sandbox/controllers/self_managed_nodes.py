"""Self-managed virtual nodes: each replica of StatefulSet virtual-node-eci registers one node.

A replica registers its node, keeps it Ready, and manages the pods on it. When it goes, the node is
heard of no more; nobody removes it, nor the ECI instances of its pods.
"""

from __future__ import annotations

import time

from ackb.domain import virtual_nodes
from sandbox.cloud.errors import CloudError
from sandbox.controllers import events
from sandbox.controllers.controller import Context, Key
from sandbox.controllers.node_objects import can_take_pods, is_ready, self_managed_virtual_node
from sandbox.controllers.virtual_kubelet import placement
from sandbox.kube import times
from sandbox.kube.client import ApiError, Object

SILENT = "ackb/silent"
"""Annotation of a node without a controller, and of the pods that were left on it. kwok, which acts
for all kubelets, leaves both alone: see sandbox/kube/stages."""

_GRACE_SECONDS = 1.0
"""How long a node may be silent before it is NotReady: a replica that restarts is back by then. The
controller manager of a real cluster waits 50 s (node-monitor-grace-period)."""
_SOURCE = virtual_nodes.STATEFUL_SET
_GONE = 404
_READINESS = ("Ready", "ContainersReady")


class SelfManagedNodes:
    """Keeps the nodes in line with the replicas that run."""

    follows_cloud = False

    def __init__(self, context: Context) -> None:
        self._context = context
        self._silent_since: dict[str, float] = {}

    def key(self, kind: str, obj: Object) -> Key | None:
        """The node of a replica, after a change of either or of a pod on it."""
        if kind == "Node" and virtual_nodes.number_of(obj["metadata"]["name"]) is not None:
            return (obj["metadata"]["name"],)
        if kind == "Pod" and placement.is_controller(obj):
            return (obj["metadata"]["name"],)
        return None

    def keys_at_start(self) -> list[Key]:
        """The nodes that there are, and those of the replicas that run."""
        nodes = [self.key("Node", node) for node in self._context.objects("Node")]
        pods = [self.key("Pod", pod) for pod in self._context.objects("Pod")]
        return sorted({key for key in (*nodes, *pods) if key is not None})

    def reconcile(self, key: Key) -> float | None:
        """Register the node, let it speak again, or let it fall silent."""
        (name,) = key
        node = self._context.informers["Node"].get(name)
        if placement.is_managed(self._context, name):
            self._silent_since.pop(name, None)
            if node is None:
                self._register(name)
            elif _is_silent(node):
                self._speak_again(node)
            elif can_take_pods(node):
                self._report_ready(name)
            return None
        if node is None:
            self._silent_since.pop(name, None)
            self._set_controlled(name, controlled=False)
            return None
        since = self._silent_since.setdefault(name, time.monotonic())
        left = _GRACE_SECONDS - (time.monotonic() - since)
        if left > 0 and not _is_silent(node):
            return left
        self._fall_silent(node)
        return None

    def _register(self, name: str) -> None:
        context = self._context
        cluster = context.backend.cluster(context.cluster_id)
        if cluster is None:
            return
        try:
            zone = self._zone(name)
        except CloudError as error:
            controller = context.informers["Pod"].get(name, virtual_nodes.NAMESPACE)
            if controller is not None:
                events.warn(context.client, controller, _SOURCE, "NodeNotRegistered", str(error))
            raise
        context.client.create(self_managed_virtual_node(cluster, name, zone))
        self._set_controlled(name, controlled=True)

    def _zone(self, name: str) -> str:
        vswitch_ids = placement.of_node(self._context, name).vswitch_ids
        if not vswitch_ids:
            raise CloudError("MissingParameter", "ECI_VSWITCH names no vSwitch.")
        return str(self._context.cloud.vpc.vswitch(vswitch_ids[0])["ZoneId"])

    def _speak_again(self, node: Object) -> None:
        """The controller is back: the node and the pods that are still there are its own again."""
        for pod in self._pods_on(node):
            self._mark(pod, None)
        self._set_controlled(node["metadata"]["name"], controlled=True)
        self._mark(node, None)

    def _report_ready(self, name: str) -> None:
        """The replica is ready, so that whoever waits for it (helm does) waits for its node."""
        pod = self._context.informers["Pod"].get(name, virtual_nodes.NAMESPACE)
        if pod is None or is_ready(pod):
            return
        status = pod["status"]
        others = [one for one in status.get("conditions", []) if one["type"] not in _READINESS]
        ready = [
            {"type": kind, "status": "True", "lastTransitionTime": times.now()}
            for kind in _READINESS
        ]
        containers = [{**one, "ready": True} for one in status.get("containerStatuses", [])]
        change = {"conditions": [*others, *ready], "containerStatuses": containers}
        try:
            self._context.client.patch(pod, {"status": change}, "status")
        except ApiError as error:
            if error.status != _GONE:
                raise

    def _fall_silent(self, node: Object) -> None:
        """NotReady, and nobody ends the pods: those left are orphans of the cloud (S1-25)."""
        self._set_controlled(node["metadata"]["name"], controlled=False)
        if not _is_silent(node):
            self._mark(node, "true")
        if is_ready(node):
            self._context.client.patch(node, {"status": {"conditions": _unknown(node)}}, "status")
        for pod in self._pods_on(node):
            if not _is_silent(pod):
                self._mark(pod, "true")

    def _mark(self, obj: Object, value: str | None) -> None:
        try:
            self._context.client.patch(obj, {"metadata": {"annotations": {SILENT: value}}})
        except ApiError as error:
            if error.status != _GONE:
                raise

    def _pods_on(self, node: Object) -> list[Object]:
        name = node["metadata"]["name"]
        return [pod for pod in self._context.objects("Pod") if pod["spec"].get("nodeName") == name]

    def _set_controlled(self, name: str, *, controlled: bool) -> None:
        self._context.backend.set_controlled(self._context.cluster_id, name, controlled=controlled)


def _is_silent(obj: Object) -> bool:
    return SILENT in (obj["metadata"].get("annotations") or {})


def _unknown(node: Object) -> list[dict[str, str]]:
    """The conditions as the controller manager sets them after a node was heard of no more."""
    return [
        {
            **condition,
            "status": "Unknown",
            "reason": "NodeStatusUnknown",
            "message": "Kubelet stopped posting node status.",
            "lastTransitionTime": times.now(),
        }
        for condition in node["status"]["conditions"]
    ]
