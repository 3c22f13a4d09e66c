"""Where the pods of a virtual node go, and whether anything manages them at all."""

from __future__ import annotations

from ackb.domain import virtual_nodes
from sandbox.controllers.controller import Context
from sandbox.controllers.virtual_kubelet import profile
from sandbox.controllers.virtual_kubelet.profile import Profile
from sandbox.kube.client import Object

_VSWITCHES, _SECURITY_GROUP = "ECI_VSWITCH", "ECI_SECURITY_GROUP"


def is_controller(pod: Object) -> bool:
    """Whether the pod is the controller of a self-managed virtual node."""
    metadata = pod["metadata"]
    return (
        metadata.get("namespace") == virtual_nodes.NAMESPACE
        and virtual_nodes.number_of(metadata["name"]) is not None
    )


def is_managed(context: Context, node: str) -> bool:
    """Whether a virtual node has a controller at work.

    That of the add-on always is. A self-managed one is the pod with the node's name: without it
    nobody manages the node's pods, and their instances are orphans when the pods go (S1-25).
    """
    return virtual_nodes.number_of(node) is None or _controller(context, node) is not None


def of_node(context: Context, node: str) -> Profile:
    """vSwitches and security group for the pods of a managed node.

    The eci-profile, read anew each time; of a self-managed node the environment of its controller.

    Raises:
        ApiError: the profile cannot be read.
    """
    controller = _controller(context, node)
    if controller is None:
        return profile.read(context.client)
    given = {
        one["name"]: str(one.get("value", ""))
        for container in controller["spec"]["containers"]
        for one in container.get("env") or []
    }
    vswitches = [one.strip() for one in given.get(_VSWITCHES, "").split(",")]
    return Profile(tuple(one for one in vswitches if one), given.get(_SECURITY_GROUP, ""))


def _controller(context: Context, node: str) -> Object | None:
    if virtual_nodes.number_of(node) is None:
        return None
    pod = context.informers["Pod"].get(node, virtual_nodes.NAMESPACE)
    if pod is None or "deletionTimestamp" in pod["metadata"]:
        return None
    return pod if pod["status"].get("phase") == "Running" else None
