"""WorkloadSpread of OpenKruise: a webhook gives each new pod its subset."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pulumi

from ackb.domain.placement import ByRatio, Split, StrategyName, WorkloadKind
from ackb.domain.problems import ArgumentProblem
from components.placement.objects import PlacementObjects, PlacementObjectsArgs
from components.placement.strategy import Manifest, Strategy, Target
from components.placement.subsets import Subset, schedule_strategy, subset_problems, two_sides


@dataclass(frozen=True, kw_only=True)
class WorkloadSpread(Strategy):
    """ECS up to a number or share, then ECI; scale-in takes later subsets first (S4-29, S4-38).

    It writes pod-deletion-cost, so nothing else may.
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

    name = StrategyName.WORKLOAD_SPREAD

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
        ratios = [one.most for one in self.ordered() if isinstance(one.most, ByRatio)]
        if ratios and target.kind is WorkloadKind.STATEFUL_SET:
            yield ArgumentProblem(
                "split", "be a number for a StatefulSet", ratios[0].limit, "give a number of pods"
            )

    def manifest(self, target: Target) -> Manifest:
        """Return the WorkloadSpread."""
        return Manifest(
            role="spread",
            api_version="apps.kruise.io/v1alpha1",
            kind="WorkloadSpread",
            spec={
                "targetRef": target.reference,
                "subsets": [_subset(one) for one in self.ordered()],
                "scheduleStrategy": schedule_strategy(
                    spill=self.spill, wait_seconds=self.wait_seconds
                ),
            },
        )

    def before(
        self, name: str, target: Target, opts: pulumi.ResourceOptions | None
    ) -> Sequence[pulumi.Resource]:
        """Create it before the workload: pods made earlier are in no subset (S4-38)."""
        args = PlacementObjectsArgs(
            namespace=target.namespace, object_name=target.app, manifests=[self.manifest(target)]
        )
        return [PlacementObjects(name, args, opts)]


def _subset(one: Subset) -> dict[str, object]:
    made = {**one.common(), "requiredNodeSelectorTerm": one.node_term()}
    patch = one.patch()
    return {**made, "patch": patch} if patch else made
