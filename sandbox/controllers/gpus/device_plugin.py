"""The add-on ack-nvidia-device-plugin: a DaemonSet on the GPU nodes of a managed cluster.

Source: user guide, "Configure and manage the ack-nvidia-device-plugin component" (page
gpu-device-plugin-related-operations, read 2026-11-22): nodes are chosen by the label
`ack.node.gpu.schedule=default`, which the script that adds a GPU node sets.
"""

from __future__ import annotations

from ackb.domain.gpu import COUNT_LABEL, SCHEDULE_LABEL, Schedule
from sandbox.cloud.cs.addon_records import DEVICE_PLUGIN
from sandbox.controllers.controller import EVERYTHING, Context, Key
from sandbox.kube.client import Object

_NAMESPACE = "kube-system"


class DevicePlugin:
    """Keeps the DaemonSet while the add-on is installed, from the first GPU node on."""

    follows_cloud = True

    def __init__(self, context: Context) -> None:
        self._context = context
        self._there: bool | None = None

    def key(self, kind: str, obj: Object) -> Key | None:
        """Everything, after a change of a GPU node."""
        return EVERYTHING if kind == "Node" and _has_gpu(obj) else None

    def keys_at_start(self) -> list[Key]:
        """Everything."""
        return [EVERYTHING]

    def reconcile(self, key: Key) -> float | None:
        """Bring the DaemonSet in line with the add-on."""
        context = self._context
        if self._there is None:
            self._there = context.client.find("DaemonSet", DEVICE_PLUGIN, _NAMESPACE) is not None
        addon = context.backend.addon(context.cluster_id, DEVICE_PLUGIN)
        needed = self._there or any(_has_gpu(node) for node in context.objects("Node"))
        wanted = addon is not None and addon.status != "deleting" and needed
        if wanted and not self._there:
            context.client.apply(_daemon_set(context.cloud.region))
        elif self._there and not wanted:
            context.client.delete(_daemon_set(context.cloud.region))
        self._there = wanted
        return None


def _has_gpu(node: Object) -> bool:
    return COUNT_LABEL in (node["metadata"].get("labels") or {})


def _daemon_set(region: str) -> Object:
    labels = {"name": DEVICE_PLUGIN}
    image = f"registry-{region}-vpc.ack.aliyuncs.com/acs/k8s-device-plugin"
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": DEVICE_PLUGIN, "namespace": _NAMESPACE, "labels": labels},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {
                    "nodeSelector": {SCHEDULE_LABEL: Schedule.DEFAULT.value},
                    "tolerations": [{"operator": "Exists"}],
                    "hostNetwork": True,
                    "priorityClassName": "system-node-critical",
                    "containers": [
                        {"name": "nvidia-device-plugin-ctr", "image": image},
                    ],
                },
            },
        },
    }
