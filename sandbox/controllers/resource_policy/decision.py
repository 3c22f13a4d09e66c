"""Which units a pod may use: the counting part of a ResourcePolicy, without any cluster."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sandbox.controllers.resource_policy.policy import EXCEED_MAX, NO_TERMINATING, Policy
from sandbox.kube.client import Object

GATE = "scheduling.alibabacloud.com/resource-policy"
"""Scheduling gate that the admission policy puts on new pods."""

UNITS = "scheduling.alibabacloud.com/resource-policy-units"
"""Annotation of a pod that was let go and is not bound yet: the units it may use."""

_DONE = ("Succeeded", "Failed")


@dataclass(frozen=True)
class Release:
    """A gated pod that may be scheduled now."""

    pod: Object
    units: tuple[int, ...]
    """Indices of the units it may use, in order of preference."""


def is_gated(pod: Object) -> bool:
    """Whether the pod waits for a decision."""
    return any(gate["name"] == GATE for gate in pod["spec"].get("schedulingGates") or [])


def releases(policy: Policy, pods: Sequence[Object], nodes: Mapping[str, Object]) -> list[Release]:
    """The gated pods that may go, oldest first.

    A pod that is let go but not bound counts in every unit it may use, so that no `max` is ever
    exceeded; it is counted exactly when it is bound, and pods that wait are then looked at again.
    """
    counts: dict[tuple[str | None, ...], Counter[int]] = defaultdict(Counter)
    leaving: set[int] = set()
    for pod in pods:
        if pod["status"].get("phase") in _DONE:
            continue
        used = _units_in_use(policy, pod, nodes)
        if "deletionTimestamp" in pod["metadata"]:
            leaving |= used
            if policy.ignore_terminating:
                continue
        counts[_group(policy, pod)].update(used)
    found = []
    for pod in sorted(filter(_may_go, pods), key=_age):
        count = counts[_group(policy, pod)]
        units = _eligible(policy, count, leaving)
        if units and _has_keys(policy, pod):
            count.update(units)
            found.append(Release(pod, units))
    return found


def _eligible(policy: Policy, count: Counter[int], leaving: set[int]) -> tuple[int, ...]:
    units: list[int] = []
    for at, unit in enumerate(policy.units):
        if unit.max is not None and count[at] >= unit.max:
            continue
        if policy.try_next == NO_TERMINATING and at in leaving:
            return ()  # wait for those that end: their place may become free
        units.append(at)
        if policy.try_next == EXCEED_MAX and unit.max is not None:
            break
    return tuple(units)


def _units_in_use(policy: Policy, pod: Object, nodes: Mapping[str, Object]) -> set[int]:
    node_name = pod["spec"].get("nodeName")
    if node_name:
        unit = policy.unit_of(nodes.get(node_name))
        return set() if unit is None else {unit}
    given = (pod["metadata"].get("annotations") or {}).get(UNITS, "")
    return {int(unit) for unit in given.split(",") if unit}


def _may_go(pod: Object) -> bool:
    return is_gated(pod) and "deletionTimestamp" not in pod["metadata"]


def _age(pod: Object) -> tuple[str, str]:
    return pod["metadata"]["creationTimestamp"], pod["metadata"]["name"]


def _group(policy: Policy, pod: Object) -> tuple[str | None, ...]:
    labels = pod["metadata"].get("labels") or {}
    return tuple(labels.get(key) for key in policy.match_label_keys)


def _has_keys(policy: Policy, pod: Object) -> bool:
    """Pods without one of the matchLabelKeys are refused by the scheduler."""
    return None not in _group(policy, pod)
