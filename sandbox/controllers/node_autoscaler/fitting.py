"""Whether a pod fits a node: requests, node selector, required node affinity, taints.

What the autoscaler simulates and nothing more; inter-pod affinity, topology spread and volumes are
left to the scheduler (docs/simulated/node-autoscaler.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ackb.domain import pod_resources
from ackb.domain.quantity import parse
from sandbox.kube.client import Object

CPU, MEMORY, GPU, PODS = "cpu", "memory", "nvidia.com/gpu", "pods"

_KEEPS_OUT = ("NoSchedule", "NoExecute")
_DONE = ("Succeeded", "Failed")

Resources = dict[str, Fraction]


@dataclass
class Bin:
    """A node, or one that could be made: what it has left, and whom it admits."""

    name: str
    labels: Mapping[str, str]
    taints: Iterable[Mapping[str, str]]
    free: Resources

    def refusal(self, pod: Object, asked: Resources) -> str:
        """Why the pod, which asks for so much, does not fit; empty when it does.

        In the words of the scheduler.
        """
        spec = pod["spec"]
        for taint in self.taints:
            if taint["effect"] in _KEEPS_OUT and not _tolerated(spec, taint):
                return f"node(s) had untolerated taint {{{taint['key']}: {taint.get('value', '')}}}"
        if not _selected(spec, self.labels):
            return "node(s) didn't match Pod's node affinity/selector"
        for name, amount in asked.items():
            if amount > self.free.get(name, 0):
                return "Too many pods" if name == PODS else f"Insufficient {name}"
        return ""

    def take(self, asked: Resources) -> None:
        """Put a pod there that asks for so much."""
        for name, amount in asked.items():
            self.free[name] = self.free.get(name, Fraction(0)) - amount


def requests(pod: Object) -> Resources:
    """What a pod takes of a node, itself counted as one."""
    amounts = pod_resources.of_pod(pod["spec"])
    found = {CPU: amounts.cpu, MEMORY: amounts.memory, PODS: Fraction(1)}
    for container in pod["spec"].get("containers") or ():
        resources = container.get("resources") or {}
        asked = {**(resources.get("limits") or {}), **(resources.get("requests") or {})}
        if GPU in asked:
            found[GPU] = found.get(GPU, Fraction(0)) + parse(asked[GPU])
    return {name: amount for name, amount in found.items() if amount}


def quantities(values: Mapping[str, Any]) -> Resources:
    """Amounts such as a node's `allocatable`."""
    return {name: parse(amount) for name, amount in values.items()}


def bin_of(node: Object, pods: Iterable[Object]) -> Bin:
    """A node that is there, with the pods that are bound to it."""
    found = Bin(
        name=node["metadata"]["name"],
        labels=node["metadata"].get("labels") or {},
        taints=node["spec"].get("taints") or (),
        free=quantities(node.get("status", {}).get("allocatable") or {}),
    )
    for pod in pods:
        if is_live(pod):
            found.take(requests(pod))
    return found


def is_live(pod: Object) -> bool:
    """Whether the pod still takes something of its node."""
    return pod["status"].get("phase") not in _DONE


def placed(pods: Iterable[Object], bins: list[Bin]) -> list[Object]:
    """Put each pod into the first bin that it fits; the pods that were put somewhere."""
    found = []
    for pod in pods:
        asked = requests(pod)
        place = next((one for one in bins if not one.refusal(pod, asked)), None)
        if place is not None:
            place.take(asked)
            found.append(pod)
    return found


def _tolerated(spec: Object, taint: Mapping[str, str]) -> bool:
    return any(_tolerates(one, taint) for one in spec.get("tolerations") or ())


def _tolerates(toleration: Mapping[str, str], taint: Mapping[str, str]) -> bool:
    if toleration.get("effect") not in (None, "", taint["effect"]):
        return False
    if toleration.get("operator", "Equal") == "Exists":
        return toleration.get("key") in (None, "", taint["key"])
    same_key = toleration.get("key") == taint["key"]
    return same_key and toleration.get("value", "") == taint.get("value", "")


def _selected(spec: Object, labels: Mapping[str, str]) -> bool:
    selector = spec.get("nodeSelector") or {}
    if any(labels.get(key) != value for key, value in selector.items()):
        return False
    affinity = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
    if not required:
        return True
    return any(_met(term, labels) for term in required["nodeSelectorTerms"])


def _met(term: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    # Terms over fields name one node that is there: none that could be made.
    expressions = term.get("matchExpressions") or ()
    return not term.get("matchFields") and all(holds(one, labels) for one in expressions)


def holds(expression: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    """Whether labels meet one expression of a selector."""
    value = labels.get(expression["key"])
    values: Sequence[str] = expression.get("values") or ()
    match expression["operator"]:
        case "In":
            return value in values
        case "NotIn":
            return value not in values
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return value is None
        case "Gt":
            return value is not None and int(value) > int(values[0])
        case _:
            return value is not None and int(value) < int(values[0])
