"""ElasticWorkload of ACK: copies of a Deployment as units; legacy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ackb.domain.placement import StrategyName
from ackb.domain.placement.strategies import BURST_RESOURCE, ECI_LABEL
from ackb.domain.problems import ArgumentProblem
from components.placement.strategy import Manifest, Strategy, Target

API_VERSION = "autoscaling.alibabacloud.com/v1beta1"


@dataclass(frozen=True, kw_only=True)
class ElasticWorkload(Strategy):
    """Legacy (S4-27): the Deployment up to its own most, then a copy of it on ECI.

    Inactive since June 2024; its own page advises UnitedDeployment. Kept for clusters that have it.
    Whatever scales the pods scales the ElasticWorkload, never the Deployment (S4-37).
    """

    source_max: int
    """Most pods of the Deployment itself; more are units on ECI."""
    source_min: int = 0
    """Least pods of the Deployment itself. Default: 0."""
    unit_max: int | None = None
    """Most pods of the unit on ECI. Default: no limit."""
    burst_resource: bool = False
    """Let pods of the Deployment run on ECI too where no ECS node has room, by the annotation
    `alibabacloud.com/burst-resource: eci` (S4-35). Default: false."""

    name = StrategyName.ELASTIC_WORKLOAD

    def problems(self, target: Target) -> Iterator[ArgumentProblem]:
        """Yield what is wrong with the strategy for this workload."""
        yield from super().problems(target)
        if not 0 <= self.source_min <= self.source_max:
            yield ArgumentProblem(
                "source_min",
                f"be from 0 to source_max, {self.source_max}",
                self.source_min,
                "leave it out for 0",
            )
        if self.unit_max is not None and self.unit_max < 1:
            yield ArgumentProblem(
                "unit_max", "be 1 or more", self.unit_max, "leave it out for no limit"
            )

    def pod_annotations(self) -> dict[str, str]:
        """Return the annotation of the older mechanism, where it is wanted."""
        return {BURST_RESOURCE: "eci"} if self.burst_resource else {}

    def after(self, target: Target, replicas: int | None) -> Sequence[Manifest]:
        """Return the ElasticWorkload, which copies the Deployment and so comes after it."""
        unit = {"name": "eci", "labels": dict([ECI_LABEL]), "min": 0}
        if self.unit_max is not None:
            unit["max"] = self.unit_max
        source = {**target.reference, "min": self.source_min, "max": self.source_max}
        spec: dict[str, object] = {"sourceTarget": source, "elasticUnit": [unit]}
        if replicas is not None:
            spec["replicas"] = replicas
        return [
            Manifest(role="elastic", api_version=API_VERSION, kind="ElasticWorkload", spec=spec)
        ]

    def owns_replicas(self) -> bool:
        """Tell that it sets the number of the Deployment."""
        return True

    def scale_reference(self, target: Target) -> dict[str, str]:
        """Return the ElasticWorkload."""
        return {"apiVersion": API_VERSION, "kind": "ElasticWorkload", "name": target.app}
