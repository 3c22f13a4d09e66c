"""UnitedDeployment of OpenKruise: a Deployment for each subset, under one number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ackb.domain.placement import Split, StrategyName
from ackb.domain.problems import ArgumentProblem
from components.placement.strategy import Strategy, Target
from components.placement.subsets import Subset, schedule_strategy, subset_problems, two_sides


@dataclass(frozen=True, kw_only=True)
class UnitedDeployment(Strategy):
    """ECS up to a number or share, then ECI, each a Deployment; scale-in in reverse (S2-08).

    The workload itself is of the kind UnitedDeployment and holds the subsets. Node labels and
    tolerations of a subset cannot change: a new subset takes its place.
    """

    split: Split | None = None
    """Pods on ECS, by number or ratio, where `subsets` is empty. Default: until the nodes are
    full."""
    subsets: Sequence[Subset] = ()
    """Subsets in order, for more than ECS and ECI. Default: those two."""
    spill: bool = True
    """Give a pod that finds no room the next subset. Default: true; with false it waits, for
    example for node autoscaling."""
    wait_seconds: int = 30
    """Seconds after which a pod counts as one that finds no room. Default: 30."""

    name = StrategyName.UNITED_DEPLOYMENT

    def ordered(self) -> Sequence[Subset]:
        """Return the subsets, in order."""
        return self.subsets or two_sides(self.split)

    def problems(self, target: Target) -> Iterator[ArgumentProblem]:
        """Yield what is wrong with the strategy for this workload."""
        yield from super().problems(target)
        if self.subsets and self.split is not None:
            yield ArgumentProblem(
                "split", "be left out beside 'subsets'", str(self.split), "use 'most' of subsets"
            )
        yield from subset_problems(self.ordered(), spill=self.spill, wait_seconds=self.wait_seconds)

    def topology(self) -> dict[str, Any]:
        """Return `spec.topology` of the workload."""
        return {
            "subsets": [_subset(one) for one in self.ordered()],
            "scheduleStrategy": schedule_strategy(spill=self.spill, wait_seconds=self.wait_seconds),
        }


def _subset(one: Subset) -> dict[str, Any]:
    made = {**one.common(), "nodeSelectorTerm": one.node_term()}
    patch = one.patch()
    # Here a patch is one of the subset's workload, and its pods are inside.
    return {**made, "patch": {"spec": {"template": patch}}} if patch else made
