"""How much batch-cpu and batch-memory a node has.

Follows `calculateBatchResourceByPolicy` of
pkg/slo-controller/noderesource/plugins/batchresource/util.go in
github.com/koordinator-sh/koordinator (1.6), read 2026-11-22:

    by use     = capacity - safety margin - max(system's use, kubelet's reserve) - online pods' use
    by request = capacity - safety margin - kubelet's reserve - online pods' requests

and never below 0. The safety margin is what the threshold leaves of the capacity.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from ackb.domain.pod_resources import amounts, of_pod
from sandbox.controllers.koordinator.config import Colocation
from sandbox.kube.client import Object
from sandbox.metrics.load import Usage

BATCH_CPU: Final = "kubernetes.io/batch-cpu"
BATCH_MEMORY: Final = "kubernetes.io/batch-memory"

_QOS_LABEL: Final = "koordinator.sh/qosClass"
_BEST_EFFORT: Final = "BE"
_ACTIVE: Final = ("Running", "Pending")


@dataclass(frozen=True)
class Batch:
    """What offline pods may request of a node."""

    millicores: int
    memory: int
    """Bytes."""

    def quantities(self) -> dict[str, str]:
        """As capacity and allocatable hold them: both whole numbers."""
        return {BATCH_CPU: str(self.millicores), BATCH_MEMORY: str(self.memory)}


def is_offline(pod: Object) -> bool:
    """Whether a pod lives on what others leave: by its label, or as it requests nothing."""
    label = (pod["metadata"].get("labels") or {}).get(_QOS_LABEL)
    if label is not None:
        return bool(label == _BEST_EFFORT)
    return (pod.get("status") or {}).get("qosClass") == "BestEffort"


def calculate(
    node: Object,
    pods: Iterable[Object],
    used: Mapping[str, Usage],
    system: Usage,
    config: Colocation,
) -> Batch:
    """The amounts of a node with these pods, of which some have been measured (use by uid)."""
    capacity = amounts(node["status"]["capacity"])
    allocatable = amounts(node["status"]["allocatable"])
    kept = capacity - allocatable
    cores, memory, requested = 0.0, 0.0, 0.0
    for pod in pods:
        if is_offline(pod) or pod["status"].get("phase") not in _ACTIVE:
            continue
        request = of_pod(pod["spec"])
        # A pod that has no figure yet counts with what it requests.
        use = used.get(pod["metadata"]["uid"], Usage(float(request.cpu), float(request.memory)))
        cores += use.cores
        memory += use.memory
        requested += float(request.memory)
    cpu = (
        float(capacity.cpu) * config.cpu_threshold / 100
        - max(system.cores, float(kept.cpu))
        - cores
    )
    whole = float(capacity.memory) * config.memory_threshold / 100
    if config.memory_policy == "request":
        left = whole - float(kept.memory) - requested
    else:
        left = whole - max(system.memory, float(kept.memory)) - memory
    return Batch(max(0, round(cpu * 1000)), max(0, round(left)))


def differs(old: Mapping[str, str], new: Batch, part: float) -> bool:
    """Whether the node's amounts must be written anew: absent, or off by more than the part."""
    for name, value in new.quantities().items():
        before, after = old.get(name), int(value)
        if before is None or abs(after - int(before)) > part * int(before):
            return True
    return False
