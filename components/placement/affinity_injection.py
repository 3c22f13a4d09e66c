"""The namespace label virtual-node-affinity-injection; legacy."""

from __future__ import annotations

from dataclasses import dataclass

from ackb.domain.placement import StrategyName
from ackb.domain.placement.strategies import AFFINITY_INJECTION
from components.placement.strategy import Strategy


@dataclass(frozen=True, kw_only=True)
class AffinityInjection(Strategy):
    """Legacy (S1-15): every pod of the namespace runs on virtual nodes.

    Replaced by the namespace label `alibabacloud.com/eci: "true"`. Kept for older clusters.
    """

    name = StrategyName.AFFINITY_INJECTION

    def namespace_labels(self) -> dict[str, str]:
        """Return the label, which `NamespaceArgs.labels` takes."""
        return dict([AFFINITY_INJECTION])
