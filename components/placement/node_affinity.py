"""ECI by what plain Kubernetes has: node affinity and a toleration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi_kubernetes as kubernetes

from ackb.domain.placement import StrategyName
from ackb.domain.problems import ArgumentProblem
from components.placement.strategy import Strategy, Target, on_virtual_nodes, toleration

core = kubernetes.core.v1


@dataclass(frozen=True, kw_only=True)
class NodeAffinity(Strategy):
    """Pods tolerate virtual nodes, and must or would rather run on one side (S2-09)."""

    side: Literal["ecs", "eci"] = "ecs"
    """Which side. Default: ecs."""
    required: bool = False
    """Never on the other side. Default: false, a preference."""
    weight: int = 100
    """Weight of a preference among the scheduler's other scores, 1 to 100. Default: 100."""

    name = StrategyName.NODE_AFFINITY

    def problems(self, target: Target) -> Iterator[ArgumentProblem]:
        """Yield what is wrong with the strategy for this workload."""
        yield from super().problems(target)
        if not 1 <= self.weight <= 100:
            yield ArgumentProblem("weight", "be from 1 to 100", self.weight, "leave it out for 100")

    def affinity(self) -> core.AffinityArgs:
        """Return the affinity to one side."""
        term = core.NodeSelectorTermArgs(
            match_expressions=[
                core.NodeSelectorRequirementArgs(**on_virtual_nodes(wanted=self.side == "eci"))
            ]
        )
        if self.required:
            selector = core.NodeSelectorArgs(node_selector_terms=[term])
            return core.AffinityArgs(
                node_affinity=core.NodeAffinityArgs(
                    required_during_scheduling_ignored_during_execution=selector
                )
            )
        preference = core.PreferredSchedulingTermArgs(weight=self.weight, preference=term)
        return core.AffinityArgs(
            node_affinity=core.NodeAffinityArgs(
                preferred_during_scheduling_ignored_during_execution=[preference]
            )
        )

    def tolerations(self) -> Sequence[core.TolerationArgs]:
        """Return the toleration, unless no pod may go to a virtual node."""
        if self.required and self.side == "ecs":
            return ()
        wanted = toleration()
        return [
            core.TolerationArgs(
                key=wanted["key"],
                operator=wanted["operator"],
                value=wanted["value"],
                effect=wanted["effect"],
            )
        ]
