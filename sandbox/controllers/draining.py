"""Emptying a node before it goes."""

from __future__ import annotations

from sandbox.kube.client import ApiError, Client, Object

_TOO_MANY_REQUESTS = 429


def drain(client: Client, node: Object, pods: list[Object]) -> bool:
    """Cordon the node and evict its pods, of which `pods` are all; whether it is empty.

    Evictions respect PodDisruptionBudgets: a pod that may not go now stays for the next call.
    """
    if not node["spec"].get("unschedulable"):
        client.patch(node, {"spec": {"unschedulable": True}})
    movable = [pod for pod in pods if not _stays(pod)]
    for pod in movable:
        if "deletionTimestamp" not in pod["metadata"]:
            _evict(client, pod)
    return not movable


def _evict(client: Client, pod: Object) -> None:
    metadata = {key: pod["metadata"][key] for key in ("name", "namespace")}
    eviction = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": metadata}
    try:
        client.create_for(pod, "eviction", eviction)
    except ApiError as error:
        if error.status not in (404, _TOO_MANY_REQUESTS):
            raise


def _stays(pod: Object) -> bool:
    owners = pod["metadata"].get("ownerReferences") or []
    return any(owner["kind"] == "DaemonSet" for owner in owners)
