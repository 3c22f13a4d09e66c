"""ECI by a label of the namespace: strict, for all of its pods."""

from __future__ import annotations

from dataclasses import dataclass

from ackb.domain.placement import StrategyName
from ackb.domain.placement.strategies import ECI_LABEL
from components.placement.strategy import Strategy


@dataclass(frozen=True, kw_only=True)
class NamespaceLabel(Strategy):
    """Every pod of the namespace runs on ECI, whoever makes it (S4-22)."""

    name = StrategyName.NAMESPACE_LABEL

    def namespace_labels(self) -> dict[str, str]:
        """Return the label, which `NamespaceArgs.labels` takes."""
        return dict([ECI_LABEL])
