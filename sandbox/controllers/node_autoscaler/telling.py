"""The events by which the node autoscaler says what it does and why it does nothing.

Reasons and texts are those of the upstream cluster-autoscaler (core/scaleup/orchestrator,
core/scaledown/actuation and processors/status of github.com/kubernetes/autoscaler).
"""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.cloud.cs.elastic import ElasticPool
from sandbox.cloud.errors import CloudError
from sandbox.controllers import events
from sandbox.controllers.node_autoscaler.scale_out import Decision, Option
from sandbox.kube.client import Client, Object

_SOURCE = "cluster-autoscaler"
_STATUS = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "cluster-autoscaler-status", "namespace": "kube-system"},
}


class Telling:
    """Records events; what was told of a pod is not told again while nothing changes."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._told: dict[str, str] = {}

    def ordered(self, option: Option) -> None:
        """Nodes are on their way for these pods."""
        group = option.group
        size, more = group.size, option.count
        change = f"{group.scaling_group_id} {size}->{size + more} (max: {group.most})"
        for pod in option.pods:
            self._told.pop(pod["metadata"]["uid"], None)
            self._on(pod, "TriggeredScaleUp", f"pod triggered scale-up: [{{{change}}}]")
        self._on(
            self._client.apply(_STATUS),
            "ScaledUpGroup",
            f"Scale-up: setting group {group.scaling_group_id} size to {size + more} instead of"
            f" {size} (max: {group.most})",
        )

    def refused(self, pods: Iterable[Object], decision: Decision) -> None:
        """No pool would help these pods."""
        waiting = {pod["metadata"]["uid"]: pod for pod in pods}
        self._told = {uid: text for uid, text in self._told.items() if uid in waiting}
        for uid, reasons in decision.refusals.items():
            listed = ", ".join(f"{count} {why}" for why, count in sorted(reasons.items()))
            message = f"pod didn't trigger scale-up: {listed}"
            if self._told.get(uid) != message:
                self._told[uid] = message
                self._on(waiting[uid], "NotTriggerScaleUp", message)

    def failed(self, pool: ElasticPool, error: CloudError) -> None:
        """The cloud delivers nothing."""
        events.warn(
            self._client,
            self._client.apply(_STATUS),
            _SOURCE,
            "FailedToScaleUpGroup",
            f"Scale-up failed for group {pool.scaling_group_id}: {error.code}: {error.message}",
        )

    def released(self, node: Object, pods: Iterable[Object]) -> None:
        """The node goes, and its pods with it."""
        self._on(node, "ScaleDown", "marked the node as toBeDeleted/unschedulable")
        for pod in pods:
            self._on(pod, "ScaleDown", "deleting pod for node scale down")

    def _on(self, obj: Object, reason: str, message: str) -> None:
        events.record(self._client, obj, _SOURCE, reason, message)
