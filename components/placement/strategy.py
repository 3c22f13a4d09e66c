"""What every way of placing pods has in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import pulumi
import pulumi_kubernetes as kubernetes

from ackb.domain.placement import StrategyFacts, StrategyName, WorkloadKind, facts
from ackb.domain.placement.strategies import VIRTUAL_NODE_LABEL, VIRTUAL_NODE_TAINT
from ackb.domain.problems import ArgumentProblem

core = kubernetes.core.v1

API_VERSIONS: Final[Mapping[WorkloadKind, str]] = {
    WorkloadKind.DEPLOYMENT: "apps/v1",
    WorkloadKind.STATEFUL_SET: "apps/v1",
    WorkloadKind.JOB: "batch/v1",
    WorkloadKind.CRON_JOB: "batch/v1",
    WorkloadKind.CLONE_SET: "apps.kruise.io/v1alpha1",
    WorkloadKind.UNITED_DEPLOYMENT: "apps.kruise.io/v1alpha1",
}
"""API version of each kind of workload; OpenKruise 1.8.0 serves no other of its own."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """The workload whose pods are placed."""

    namespace: pulumi.Input[str]
    """Namespace of the workload and of everything made for it."""
    app: str
    """Name of the workload; objects made for it have the same."""
    selector: Mapping[str, str]
    """Labels that select its pods."""
    kind: WorkloadKind = WorkloadKind.DEPLOYMENT
    """Kind of the workload. Default: Deployment."""

    @property
    def reference(self) -> dict[str, str]:
        """API version, kind and name, as other objects refer to it."""
        return {"apiVersion": API_VERSIONS[self.kind], "kind": self.kind.value, "name": self.app}


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """A custom object that a strategy asks for."""

    role: str
    """What it is to the workload; ends its logical name."""
    api_version: str
    """API version."""
    kind: str
    """Kind."""
    spec: Mapping[str, Any]
    """Its spec."""


class Strategy:
    """One way of placing pods: what it changes, what it creates, and when.

    A strategy is data; what it does not need it leaves as it is here.
    """

    name: ClassVar[StrategyName]

    @property
    def facts(self) -> StrategyFacts:
        """Standing, requirements and sources."""
        return facts(self.name)

    def problems(self, target: Target) -> Iterator[ArgumentProblem]:
        """Yield what is wrong with the strategy for this workload."""
        if target.kind not in self.facts.kinds:
            kinds = ", ".join(sorted(self.facts.kinds))
            why = f"; {self.facts.kinds_reason}" if self.facts.kinds_reason else ""
            yield ArgumentProblem(
                "target.kind",
                f"be one of {kinds}{why}",
                target.kind.value,
                "choose another strategy, or another kind",
            )

    def namespace_labels(self) -> dict[str, str]:
        """Return the labels that the namespace needs."""
        return {}

    def pod_labels(self) -> dict[str, str]:
        """Return labels of the pods."""
        return {}

    def pod_annotations(self) -> dict[str, str]:
        """Return annotations of the pods."""
        return {}

    def affinity(self) -> core.AffinityArgs | None:
        """Return the affinity of the pods."""
        return None

    def tolerations(self) -> Sequence[core.TolerationArgs]:
        """Return what the pods tolerate."""
        return ()

    def before(
        self, name: str, target: Target, opts: pulumi.ResourceOptions | None
    ) -> Sequence[pulumi.Resource]:
        """Create what must be there before the workload."""
        return ()

    def after(self, target: Target, replicas: int | None) -> Sequence[Manifest]:
        """Return what is created once the workload is there."""
        return ()

    def owns_replicas(self) -> bool:
        """Tell whether the number of pods is no longer the workload's."""
        return False

    def scale_reference(self, target: Target) -> dict[str, str]:
        """Return what an autoscaler scales."""
        return target.reference


def on_virtual_nodes(*, wanted: bool) -> dict[str, Any]:
    """Return the match expression for virtual nodes, or for all other nodes."""
    key, value = VIRTUAL_NODE_LABEL
    return {"key": key, "operator": "In" if wanted else "NotIn", "values": [value]}


def toleration() -> dict[str, str]:
    """Return the toleration of the virtual nodes' taint."""
    key, value, effect = VIRTUAL_NODE_TAINT
    return {"key": key, "operator": "Equal", "value": value, "effect": effect}
