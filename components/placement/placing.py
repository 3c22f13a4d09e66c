"""Placing the pods of a workload: the closed choice, and what is made before the workload."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components.checks import refuse
from components.placement.affinity_injection import AffinityInjection
from components.placement.burst_resource import BurstResource
from components.placement.eci_label import EciLabel
from components.placement.eci_profile import EciProfile
from components.placement.elastic_workload import ElasticWorkload
from components.placement.namespace_label import NamespaceLabel
from components.placement.node_affinity import NodeAffinity
from components.placement.resource_policy import ResourcePolicy
from components.placement.strategy import Target
from components.placement.united_deployment import UnitedDeployment
from components.placement.workload_spread import WorkloadSpread

Placement = (
    EciLabel
    | NamespaceLabel
    | EciProfile
    | ResourcePolicy
    | WorkloadSpread
    | UnitedDeployment
    | NodeAffinity
    | ElasticWorkload
    | BurstResource
    | AffinityInjection
)
"""Every way of placing pods; a workload has one."""


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A workload's placement, with what was made for it before the workload."""

    strategy: Placement
    """The way that was chosen."""
    target: Target
    """The workload."""
    before: Sequence[pulumi.Resource]
    """What the workload waits for."""


def place(
    name: str,
    strategy: Placement,
    target: Target,
    opts: pulumi.ResourceOptions | None = None,
) -> Placed:
    """Create what a strategy needs before the workload, and return what `WorkloadArgs` takes.

    The workload waits for it by itself. The labels of the namespace are no part of it: they go to
    `NamespaceArgs.labels`.

    Raises:
        InvalidArguments: the strategy does not suit the workload.
    """
    refuse(type(strategy).__name__, name, strategy.problems(target))
    return Placed(strategy=strategy, target=target, before=strategy.before(name, target, opts))
