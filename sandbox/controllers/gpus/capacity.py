"""What a kubelet tells of the cards of its machine: nothing, until a device plug-in runs there."""

from __future__ import annotations

from ackb.domain.gpu import COUNT_LABEL, RESOURCE
from sandbox.controllers.controller import EVERYTHING, Context, Key
from sandbox.kube.client import Object

_IMAGE = "k8s-device-plugin"
"""Part of the image's name: NVIDIA's own (nvcr.io/nvidia/k8s-device-plugin) and ACK's."""


class Gpus:
    """Puts `nvidia.com/gpu` on nodes with a card and a plug-in; 0 once the plug-in is gone."""

    follows_cloud = False

    def __init__(self, context: Context) -> None:
        self._context = context

    def key(self, kind: str, obj: Object) -> Key | None:
        """Everything, after a change of a GPU node or of a plug-in."""
        concerns = (kind == "Node" and _cards(obj)) or (kind == "Pod" and _is_plugin(obj))
        return EVERYTHING if concerns else None

    def keys_at_start(self) -> list[Key]:
        """Everything."""
        return [EVERYTHING]

    def reconcile(self, key: Key) -> float | None:
        """Compare each GPU node with the plug-ins that run."""
        serving = {
            pod["spec"].get("nodeName")
            for pod in self._context.objects("Pod")
            if _is_plugin(pod) and pod.get("status", {}).get("phase") == "Running"
        }
        for node in self._context.objects("Node"):
            cards, told = _cards(node), node["status"].get("allocatable", {}).get(RESOURCE)
            is_served = node["metadata"]["name"] in serving
            wanted = cards if is_served else "0"
            if cards and told != wanted and (is_served or told is not None):
                amount = {RESOURCE: wanted}
                change = {"status": {"capacity": amount, "allocatable": amount}}
                self._context.client.patch(node, change, "status")
        return None


def _cards(node: Object) -> str:
    labels: dict[str, str] = node["metadata"].get("labels") or {}
    return labels.get(COUNT_LABEL, "")


def _is_plugin(pod: Object) -> bool:
    return any(_IMAGE in container["image"] for container in pod["spec"]["containers"])
