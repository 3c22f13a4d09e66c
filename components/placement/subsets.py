"""Subsets of the pods of one workload, as OpenKruise knows them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from ackb.domain import naming
from ackb.domain.placement import ByNumber, ByRatio, Split
from ackb.domain.placement.split import check_number, check_ratio
from ackb.domain.problems import ArgumentProblem
from components.checks import problem
from components.placement.strategy import on_virtual_nodes, toleration

LONGEST_WAIT_SECONDS: Final = 295
"""Longest that a pod may wait in its subset, for two subsets; with more of them they share it
(kruise 1.8.0, workloadspread_validation.go: 300 s, less what deciding takes)."""


@dataclass(frozen=True, kw_only=True)
class Subset:
    """Some of the pods, in one place."""

    name: str
    """Name, unique in the workload; it ends up in the names of Deployments of a
    UnitedDeployment."""
    place: Literal["ecs", "eci"]
    """Which side."""
    most: Split | None = None
    """Most pods here, by number or ratio; all subsets use one of the two. Default: no limit."""
    node_labels: Mapping[str, str] = field(default_factory=dict)
    """Labels the nodes must have, such as `alibabacloud.com/nodepool-id`. Default: any node."""
    pod_labels: Mapping[str, str] = field(default_factory=dict)
    """Labels that pods get here. Default: none."""
    pod_annotations: Mapping[str, str] = field(default_factory=dict)
    """Annotations that pods get here, such as those of spot instances. Default: none."""

    def node_term(self) -> dict[str, Any]:
        """Return the node selector term."""
        labels = [
            {"key": key, "operator": "In", "values": [value]}
            for key, value in sorted(self.node_labels.items())
        ]
        return {"matchExpressions": [on_virtual_nodes(wanted=self.place == "eci"), *labels]}

    def common(self) -> dict[str, Any]:
        """Return what WorkloadSpread and UnitedDeployment call by the same names."""
        made: dict[str, Any] = {"name": self.name}
        if self.place == "eci":
            made["tolerations"] = [toleration()]
        if self.most is not None:
            made["maxReplicas"] = self.most.limit
        return made

    def patch(self) -> dict[str, Any]:
        """Return what differs on the pods of this subset, as a patch of a pod."""
        metadata: dict[str, Any] = {}
        if self.pod_labels:
            metadata["labels"] = dict(self.pod_labels)
        if self.pod_annotations:
            metadata["annotations"] = dict(self.pod_annotations)
        return {"metadata": metadata} if metadata else {}


def two_sides(split: Split | None) -> tuple[Subset, Subset]:
    """Return ECS first, up to the split, then ECI."""
    return Subset(name="ecs", place="ecs", most=split), Subset(name="eci", place="eci")


def schedule_strategy(*, spill: bool, wait_seconds: int) -> dict[str, Any]:
    """Return what happens to a pod that finds no room in its subset."""
    if not spill:
        return {"type": "Fixed"}
    return {"type": "Adaptive", "adaptive": {"rescheduleCriticalSeconds": wait_seconds}}


def subset_problems(
    subsets: Sequence[Subset], *, spill: bool, wait_seconds: int
) -> Iterator[ArgumentProblem]:
    """Yield what the webhooks of OpenKruise would refuse, and what could never work."""
    if len(subsets) < 2:
        yield ArgumentProblem(
            "subsets", "be two or more", len(subsets), "add one, or leave them out for ECS and ECI"
        )
    names = [one.name for one in subsets]
    for name, count in Counter(names).items():
        yield from problem("subsets[].name", name, naming.check("dns_label", name))
        if count > 1:
            yield ArgumentProblem("subsets[].name", "be given once", name, "choose another name")
    limits = [one.most for one in subsets if one.most is not None]
    for most in limits:
        if isinstance(most, ByNumber):
            yield from problem("split", most.pods, check_number(most.pods))
        else:
            yield from problem("split", most.share, check_ratio(most.share))
    if len({type(most) for most in limits}) > 1:
        yield ArgumentProblem(
            "subsets[].most",
            "be all numbers or all ratios",
            [most.limit for most in limits],
            "choose one of the two forms",
        )
    total = sum(most.percent for most in limits if isinstance(most, ByRatio))
    if total > 100 and len(limits) > 1:
        yield ArgumentProblem(
            "subsets[].most", "make 100 % or less together", f"{total}%", "lower one of them"
        )
    if subsets and subsets[-1].most is not None:
        yield ArgumentProblem(
            "subsets",
            "end with a subset without a limit, or pods above all limits run nowhere",
            subsets[-1].name,
            "leave out 'most' of the last subset",
        )
    unlimited = [one.name for one in subsets[:-1] if one.most is None]
    if unlimited and not spill:
        yield ArgumentProblem(
            "subsets",
            "have a limit before the last one, or pods wait in the first for ever",
            unlimited,
            "give them 'most', or let pods spill over",
        )
    longest = LONGEST_WAIT_SECONDS // max(1, len(subsets) - 1)
    if spill and not 1 <= wait_seconds <= longest:
        yield ArgumentProblem(
            "wait_seconds",
            f"be from 1 to {longest} with {len(subsets)} subsets",
            wait_seconds,
            "leave it out for 30",
        )
