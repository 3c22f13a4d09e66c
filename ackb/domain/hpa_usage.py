"""From what each pod uses to the number of replicas that one metric proposes.

The formula ceil(current x usage / target) counts the pods that have metrics. Pods that are not
ready yet, or have no metrics, are left out at first; when there are any, the formula is applied
again with them, assumed to use what speaks least for a change.

Source: pkg/controller/podautoscaler/replica_calculator.go and metrics/utilization.go of Kubernetes
1.36, whose arithmetic is kept, so that its decisions can be compared one by one: a utilisation is a
whole percentage, cut off, and so is an average (in thousandths); ratios are floating point numbers,
which makes some results one pod larger than exact ones (`hpa.proposal`) would be.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from ackb.domain.hpa import Tolerance

State = Literal["ready", "unready", "missing"]
"""`ready` counts, `unready` is pending or has no figure to go by yet, `missing` has no metrics."""

_TEN_PERCENT: Final = Tolerance()
_WHOLE: Final = 100
"""Percent of its request that a pod without metrics counts with when pods are to go."""


@dataclass(frozen=True)
class Pod:
    """A pod as an autoscaler sees it; pods that are going or have failed are not among them.

    Attributes:
        state: what it counts as.
        used: what it uses, in thousandths of the unit (millicores).
        requested: what it requests, in the same unit; 0 where the metric is no resource.
    """

    state: State
    used: int = 0
    requested: int = 0


@dataclass(frozen=True)
class Proposal:
    """What one metric proposes.

    Attributes:
        replicas: the number.
        usage: what it was found from: percent of the request, or thousandths for each pod.
    """

    replicas: int
    usage: int


def from_utilisation(
    pods: Sequence[Pod], current: int, target: int, tolerance: Tolerance = _TEN_PERCENT
) -> Proposal | None:
    """Return what a target in percent of the request proposes.

    Args:
        pods: all pods of the workload.
        current: replicas now.
        target: percent of the request to aim at.
        tolerance: shares that count as "on target".

    Returns:
        None where it cannot be told: no pod has metrics, or one requests nothing.
    """
    if any(pod.requested == 0 for pod in pods):
        return None

    def percent(counted: Sequence[Pod]) -> int:
        requested = sum(pod.requested for pod in counted)
        return sum(pod.used for pod in counted) * _WHOLE // requested

    def assumed(pod: Pod) -> int:
        return pod.requested * max(_WHOLE, target) // _WHOLE

    return _proposal(pods, current, target, tolerance, percent, assumed)


def from_average(
    pods: Sequence[Pod], current: int, target: int, tolerance: Tolerance = _TEN_PERCENT
) -> Proposal | None:
    """Return what a target as an amount for each pod proposes; as `from_utilisation`.

    Args:
        pods: all pods of the workload.
        current: replicas now.
        target: amount to aim at, in thousandths.
        tolerance: shares that count as "on target".
    """

    def average(counted: Sequence[Pod]) -> int:
        return sum(pod.used for pod in counted) // len(counted)

    return _proposal(pods, current, target, tolerance, average, lambda _: target)


def _proposal(
    pods: Sequence[Pod],
    current: int,
    target: int,
    tolerance: Tolerance,
    measured: Callable[[Sequence[Pod]], int],
    assumed: Callable[[Pod], int],
) -> Proposal | None:
    """`assumed` is what a pod without metrics is taken to use when pods would go."""
    counted = [pod for pod in pods if pod.state == "ready"]
    if not counted:
        return None
    usage = measured(counted)
    ratio = usage / target
    more = ratio > 1
    missing = [pod for pod in pods if pod.state == "missing"]
    unready = [pod for pod in pods if pod.state == "unready" and more]
    if not missing and not unready:
        wanted = current if _covers(tolerance, ratio) else math.ceil(ratio * len(counted))
        return Proposal(wanted, usage)
    if ratio != 1:
        counted += [Pod("ready", 0 if more else assumed(pod), pod.requested) for pod in missing]
    counted += [Pod("ready", 0, pod.requested) for pod in unready]
    again = measured(counted) / target
    wanted = math.ceil(again * len(counted))
    on_target = _covers(tolerance, again) or ratio < 1 < again or again < 1 < ratio
    turned = (again < 1 and wanted > current) or (again > 1 and wanted < current)
    return Proposal(current if on_target or turned else wanted, usage)


def _covers(tolerance: Tolerance, ratio: float) -> bool:
    return 1.0 - float(tolerance.down) <= ratio <= 1.0 + float(tolerance.up)
