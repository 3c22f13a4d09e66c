"""Which pod a kubelet evicts first when memory is short.

Follows `rankMemoryPressure` of pkg/kubelet/eviction/helpers.go in github.com/kubernetes/kubernetes
(1.36) and https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/: pods
that use more than they request, then by priority, then by how much more they use. The QoS class
itself is not asked for: it shows through the requests.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from ackb.domain.pod_resources import of_pod
from ackb.domain.quantity import parse
from sandbox.kube.client import Object
from sandbox.metrics.load import Usage

_UNITS: Final = ("Ki", "Mi", "Gi", "Ti")
_STATIC: Final = "kubernetes.io/config.mirror"


@dataclass(frozen=True)
class Candidate:
    """A pod as the ranking sees it."""

    pod: Object
    containers: Mapping[str, Usage]
    requested: float
    """Bytes."""
    priority: int

    @classmethod
    def of(cls, pod: Object, containers: Mapping[str, Usage]) -> Candidate:
        """Read a pod and what its containers use."""
        requested = float(of_pod(pod["spec"]).memory)
        return cls(pod, containers, requested, pod["spec"].get("priority") or 0)

    @property
    def used(self) -> float:
        """Bytes."""
        return sum(one.memory for one in self.containers.values())

    @property
    def name(self) -> str:
        """Name of the pod with its namespace."""
        metadata = self.pod["metadata"]
        return f"{metadata['namespace']}/{metadata['name']}"


def ranked(candidates: Iterable[Candidate]) -> list[Candidate]:
    """All of them, the first to go first; the name decides between equals."""
    return sorted(candidates, key=_order)


def is_critical(pod: Object, threshold: int) -> bool:
    """Whether a kubelet evicts the pod in no case: a static one, or of a system's priority."""
    annotations = pod["metadata"].get("annotations") or {}
    return _STATIC in annotations or (pod["spec"].get("priority") or 0) >= threshold


def message(candidate: Candidate, threshold: float, available: float) -> str:
    """What the kubelet writes into the pod and its event (evictionMessage of the same file)."""
    text = "The node was low on resource: memory. "
    text += f"Threshold quantity: {quantity(threshold)}, available: {quantity(available)}. "
    for container in candidate.pod["spec"]["containers"]:
        given = container.get("resources") or {}
        request = (given.get("requests") or given.get("limits") or {}).get("memory", "0")
        used = candidate.containers.get(container["name"])
        if used is not None and used.memory > _bytes(request):
            text += (
                f"Container {container['name']} was using {quantity(used.memory)}, "
                f"request is {request}, has larger consumption of memory. "
            )
    return text


def quantity(value: float) -> str:
    """Bytes in the largest unit in which they are a whole number, from KiB on, as kubelet does."""
    amount, unit = int(value) // 1024, _UNITS[0]
    for larger in _UNITS[1:]:
        if not amount or amount % 1024:
            break
        amount, unit = amount // 1024, larger
    return f"{amount}{unit}" if amount else "0"


def _order(one: Candidate) -> tuple[bool, int, float, str]:
    over = one.used - one.requested
    return (over <= 0, one.priority, -over, one.name)


def _bytes(text: str) -> float:
    return float(parse(text))
