"""What the virtual kubelet writes into a pod, all in one change: fewer writes, faster bursts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.controllers.virtual_kubelet.request import INSTANCE_ID, PREFIX
from sandbox.kube.client import Object

_REFUSED = "ProviderFailed"
_ALWAYS = "Always"
_OWN_CONDITIONS = ("Initialized", "Ready", "ContainersReady")


def running(pod: Object, group: Mapping[str, Any], at: str) -> Object:
    """A pod whose instance runs: its address, its containers, and what was made for it."""
    spec, address = pod["spec"], group["IntranetIp"]
    inits = spec.get("initContainers") or []
    status: Object = {
        "phase": "Running",
        "hostIP": address,
        "hostIPs": [{"ip": address}],
        "podIP": address,
        "podIPs": [{"ip": address}],
        "startTime": at,
        "conditions": _conditions(pod, at),
        "containerStatuses": [_container(one, at) for one in spec["containers"]],
    }
    if inits:
        status["initContainerStatuses"] = [_init_container(one, at) for one in inits]
    annotations = {
        INSTANCE_ID: group["ContainerGroupId"],
        f"{PREFIX}eci-instance-spec": f"{group['Cpu']}-{group['Memory']}Gi",
        f"{PREFIX}eci-instance-cpu": str(group["Cpu"]),
        f"{PREFIX}eci-instance-mem": str(group["Memory"]),
        f"{PREFIX}eci-instance-zone": group["ZoneId"],
        f"{PREFIX}eci-vswitch": group["VSwitchId"],
        f"{PREFIX}eci-security-group": group["SecurityGroupId"],
        f"{PREFIX}eni-instance-id": group["EniInstanceId"],
    }
    if group.get("ImageCacheId"):
        annotations[f"{PREFIX}eci-matched-image-cache"] = group["ImageCacheId"]
    return {"metadata": _own(pod) | {"annotations": annotations}, "status": status}


def refused(pod: Object, message: str) -> Object:
    """A pod that is given up (`eci-fail-strategy: fail-fast`); who made it decides what is next."""
    failed = pod["spec"].get("restartPolicy", _ALWAYS) == "Never"
    status = {"reason": _REFUSED, "message": message}
    return {
        "metadata": _own(pod),
        "status": {**status, "phase": "Failed"} if failed else status,
    }


def is_refused(pod: Object) -> bool:
    """Whether the pod was given up."""
    return bool(pod["status"].get("reason") == _REFUSED)


def expired(pod: Object, message: str) -> Object:
    """A pod whose spot instance was taken back."""
    return {
        "metadata": _own(pod),
        "status": {"phase": "Failed", "reason": "Expired", "message": message},
    }


def _own(pod: Object) -> Object:
    """Names return: the change is refused when the pod is another one by now."""
    return {"uid": pod["metadata"]["uid"]}


def _conditions(pod: Object, at: str) -> list[Object]:
    gates = [one["conditionType"] for one in pod["spec"].get("readinessGates") or []]
    ours = (*_OWN_CONDITIONS, *gates)
    kept = [one for one in pod["status"].get("conditions") or [] if one["type"] not in ours]
    return [*kept, *({"type": one, "status": "True", "lastTransitionTime": at} for one in ours)]


def _container(container: Object, at: str) -> Object:
    return {
        "name": container["name"],
        "image": container["image"],
        "imageID": "",
        "ready": True,
        "started": True,
        "restartCount": 0,
        "state": {"running": {"startedAt": at}},
    }


def _init_container(container: Object, at: str) -> Object:
    if container.get("restartPolicy") == _ALWAYS:
        return _container(container, at)
    ended = {"exitCode": 0, "reason": "Completed", "startedAt": at, "finishedAt": at}
    return {**_container(container, at), "started": False, "state": {"terminated": ended}}
