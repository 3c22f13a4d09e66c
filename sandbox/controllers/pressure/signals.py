"""What a kubelet measures: memory left on the node, and memory left for pods."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from ackb.domain.quantity import parse
from sandbox.cloud.catalogue import load
from sandbox.kube.client import Object
from sandbox.metrics.pressure import capacity


@dataclass(frozen=True)
class Signal:
    """One of the two; both have the same threshold."""

    name: str
    available: float
    """Bytes."""
    threshold: float
    """Bytes below which pods are evicted."""

    @property
    def is_met(self) -> bool:
        """Whether pods must go."""
        return self.available < self.threshold


@cache
def threshold() -> float:
    """Bytes that ACK's kubelets keep free (`--eviction-hard`)."""
    nodes = load(Path(__file__).parents[1] / "data" / "nodes.json")
    return float(nodes["eviction_memory_mib"] * 1024 * 1024)


def worst(node: Object, pods: float, system: float) -> Signal:
    """The signal that is closest to its threshold, or the furthest beyond it.

    `memory.available` is what nobody uses. `allocatableMemory.available` is what pods may still
    use: the allocatable memory, which leaves the threshold out, with the threshold put back.

    `pods` and `system` are bytes that the pods and the node's own daemons use.
    """
    allocatable = float(parse(node["status"]["allocatable"]["memory"]))
    kept = threshold()
    signals = (
        Signal("memory.available", capacity(node) - pods - system, kept),
        Signal("allocatableMemory.available", allocatable + kept - pods, kept),
    )
    found = min(signals, key=lambda one: one.available)
    # Demand jumps here; a real node would be looked at before nothing is left.
    return replace(found, available=max(0.0, found.available))
