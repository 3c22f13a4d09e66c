"""Which nodes are not needed: the scale-in decision, without any cluster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sandbox.controllers.node_autoscaler.fitting import (
    CPU,
    GPU,
    MEMORY,
    Bin,
    holds,
    is_live,
    placed,
    quantities,
    requests,
)
from sandbox.kube.client import Object

_SYSTEM = "kube-system"
_EVICTABLE = "cluster-autoscaler.kubernetes.io/safe-to-evict"
_NEVER = "cluster-autoscaler.kubernetes.io/scale-down-disabled"


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Settings of scale-in."""

    threshold: float
    gpu_threshold: float
    skip_system_pods: bool
    skip_local_storage: bool
    min_replicas: int = 0
    """Pods of a controller with fewer of them stay."""


def utilization(node: Object, pods: Sequence[Object]) -> Fraction:
    """Share of the node that is requested: the larger of CPU and memory, or that of its GPUs."""
    allocatable = quantities(node["status"]["allocatable"])
    names = (GPU,) if allocatable.get(GPU) else (CPU, MEMORY)
    totals = dict.fromkeys(names, Fraction(0))
    for pod in filter(is_live, pods):
        for name, amount in requests(pod).items():
            if name in totals:
                totals[name] += amount
    return max(totals[name] / allocatable[name] for name in names)


def is_below_threshold(node: Object, pods: Sequence[Object], rules: Rules) -> bool:
    """Whether so little of the node is requested that it may go."""
    has_gpus = bool(quantities(node["status"]["allocatable"]).get(GPU))
    limit = rules.gpu_threshold if has_gpus else rules.threshold
    return utilization(node, pods) < Fraction(str(limit))


def blocker(
    node: Object,
    pods: Sequence[Object],
    budgets: Sequence[Object],
    replicas: Mapping[str, int],
    rules: Rules,
) -> str:
    """What keeps the node, in the words of the autoscaler's log; empty when nothing does.

    `replicas` is how many pods each controller has, by its uid.
    """
    if _annotation(node, _NEVER) == "true":
        return "node has the scale-down-disabled annotation"
    for pod in movable(pods):
        why = _pod_blocker(pod, budgets, replicas, rules)
        if why:
            return f"{pod['metadata']['namespace']}/{pod['metadata']['name']}: {why}"
    return ""


def movable(pods: Sequence[Object]) -> list[Object]:
    """The pods that a drain must move: neither a DaemonSet's nor the node's own, nor done."""
    return [
        pod
        for pod in filter(is_live, pods)
        if _owner_kind(pod) not in ("DaemonSet", "Node")
        and "deletionTimestamp" not in pod["metadata"]
    ]


def can_move(pods: Sequence[Object], others: Sequence[Bin]) -> bool:
    """Whether all pods fit the other nodes; if so, `others` have less room afterwards."""
    trial = [Bin(one.name, one.labels, one.taints, dict(one.free)) for one in others]
    if len(placed(pods, trial)) < len(pods):
        return False
    for one, tried in zip(others, trial, strict=True):
        one.free = tried.free
    return True


def owner(pod: Object) -> Object:
    """Reference to the controller of a pod; empty for a bare pod."""
    owners = pod["metadata"].get("ownerReferences") or ()
    return next((one for one in owners if one.get("controller")), {})


def _pod_blocker(
    pod: Object, budgets: Sequence[Object], replicas: Mapping[str, int], rules: Rules
) -> str:
    if _annotation(pod, _EVICTABLE) == "true":
        return ""
    if _annotation(pod, _EVICTABLE) == "false":
        return "pod annotated as not safe to evict present"
    if _owner_kind(pod) == "":
        return "pod without controller present"
    if replicas.get(owner(pod)["uid"], 0) < rules.min_replicas:
        return f"replica controller with fewer than {rules.min_replicas} replicas"
    if rules.skip_system_pods and pod["metadata"]["namespace"] == _SYSTEM:
        return "non-daemonset, non-mirrored, non-pdb-assigned kube-system pod present"
    if rules.skip_local_storage and _has_local_storage(pod):
        return "pod with local storage present"
    for budget in budgets:
        if _covers(budget, pod) and not budget.get("status", {}).get("disruptionsAllowed"):
            return "not enough pod disruption budget"
    return ""


def _has_local_storage(pod: Object) -> bool:
    volumes = pod["spec"].get("volumes") or ()
    return any("emptyDir" in volume or "hostPath" in volume for volume in volumes)


def _covers(budget: Object, pod: Object) -> bool:
    labels = pod["metadata"].get("labels") or {}
    selector = budget["spec"].get("selector") or {}
    if budget["metadata"]["namespace"] != pod["metadata"]["namespace"]:
        return False
    if not selector.get("matchLabels") and not selector.get("matchExpressions"):
        return "selector" in budget["spec"]
    wanted = selector.get("matchLabels") or {}
    return all(labels.get(key) == value for key, value in wanted.items()) and all(
        holds(one, labels) for one in selector.get("matchExpressions") or ()
    )


def _owner_kind(pod: Object) -> str:
    return str(owner(pod).get("kind", ""))


def _annotation(obj: Object, name: str) -> str:
    return str((obj["metadata"].get("annotations") or {}).get(name, ""))
