"""Whether an alarm rule's conditions hold, from the use of a cluster's machines."""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sandbox.metrics.load import Usage

_COMPARE: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
    "NotEqualToThreshold": operator.ne,
    "EqualToThreshold": operator.eq,
}
"""Comparisons with a former time are not judged: the model has no past."""


@dataclass(frozen=True, kw_only=True)
class Machine:
    """One ECS node."""

    name: str
    instance_id: str
    capacity: Usage
    used: Usage


def values(
    namespace: str, metric: str, resources: str, cluster_id: str, machines: Iterable[Machine]
) -> list[float]:
    """Percents that a rule is about, as far as they are known of this cluster.

    Metrics of acs_k8s (https://www.alibabacloud.com/help/en/cms/user-guide/ack): cluster.cpu.…,
    cluster.memory.…, node.cpu.… and node.memory.utilization, with the dimensions `cluster` and
    `node`. Of acs_ecs_dashboard: cpu_total and memory_usedutilization by `instanceId`.
    """
    known = list(machines)
    found: list[float] = []
    for dimensions in json.loads(resources):
        chosen = _chosen(namespace, dimensions, cluster_id, known)
        if not chosen:
            continue
        scope, _, rest = metric.partition(".")
        if namespace == "acs_k8s" and rest in _SHARES:
            groups = [chosen] if scope == "cluster" else [[one] for one in chosen]
            found += [_SHARES[rest](group) for group in groups if scope in ("cluster", "node")]
        elif namespace == "acs_ecs_dashboard" and metric in _ECS:
            found += [_SHARES[_ECS[metric]]([one]) for one in chosen]
    return found


def is_met(condition: Mapping[str, Any], found: Iterable[float]) -> bool | None:
    """Whether any of the values meets the condition of a level; None when it is not judged."""
    compare = _COMPARE.get(condition["ComparisonOperator"])
    if compare is None:
        return None
    return any(compare(value, float(condition["Threshold"])) for value in found)


def _chosen(
    namespace: str, dimensions: Mapping[str, str], cluster_id: str, machines: list[Machine]
) -> list[Machine]:
    if namespace == "acs_k8s":
        if dimensions.get("cluster") != cluster_id:
            return []
        node = dimensions.get("node")
        return [one for one in machines if node in (None, one.name)]
    wanted = dimensions.get("instanceId")
    return [one for one in machines if one.instance_id == wanted]


def _cpu(machines: list[Machine]) -> float:
    return _percent(
        sum(one.used.cores for one in machines), sum(one.capacity.cores for one in machines)
    )


def _memory(machines: list[Machine]) -> float:
    return _percent(
        sum(one.used.memory for one in machines), sum(one.capacity.memory for one in machines)
    )


def _percent(part: float, whole: float) -> float:
    return 100 * part / whole if whole else 0.0


_SHARES: Final[Mapping[str, Callable[[list[Machine]], float]]] = {
    "cpu.utilization": _cpu,
    "memory.utilization": _memory,
}
_ECS: Final = {"cpu_total": "cpu.utilization", "memory_usedutilization": "memory.utilization"}
