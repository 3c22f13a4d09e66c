"""The annotation alibabacloud.com/burst-resource; legacy."""

from __future__ import annotations

from dataclasses import dataclass

from ackb.domain.placement import StrategyName
from ackb.domain.placement.strategies import BURST_RESOURCE
from components.placement.strategy import Strategy


@dataclass(frozen=True, kw_only=True)
class BurstResource(Strategy):
    """Legacy (S4-23): ECI where ECS nodes are short, or ECI only; nothing brings pods back.

    Maintenance for Kubernetes 1.24 and later stopped in May 2023. Kept for older clusters.
    """

    eci_only: bool = False
    """Run every pod on ECI. Default: false, only those that find no ECS node."""

    name = StrategyName.BURST_RESOURCE

    def pod_annotations(self) -> dict[str, str]:
        """Return the annotation."""
        return {BURST_RESOURCE: "eci_only" if self.eci_only else "eci"}
