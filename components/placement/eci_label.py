"""ECI by a label of the pods: strict, and above everything else."""

from __future__ import annotations

from dataclasses import dataclass

from ackb.domain.placement import StrategyName
from ackb.domain.placement.strategies import ECI_LABEL
from components.placement.strategy import Strategy


@dataclass(frozen=True, kw_only=True)
class EciLabel(Strategy):
    """Every pod of the workload runs on ECI (S4-21)."""

    name = StrategyName.ECI_LABEL

    def pod_labels(self) -> dict[str, str]:
        """Return the label; it is no part of the selector, which cannot change."""
        return dict([ECI_LABEL])
