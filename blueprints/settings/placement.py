"""Settings of where the pods go: one of the known ways, or the needs from which one is chosen."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ackb.domain.placement import split
from blueprints.settings.base import Settings, rule
from blueprints.settings.codes import Code
from blueprints.settings.forms import physical_name
from blueprints.settings.scaling import MarketplaceChart


class NumberOnEcs(Settings):
    """A number of pods on ECS nodes."""

    type: Literal["number"]
    ecs: Annotated[int, rule(Code.SPLIT, split.check_number)] = Field(
        examples=[22], description="Pods on ECS nodes; the rest runs on ECI."
    )


class RatioOnEcs(Settings):
    """A share of the pods on ECS nodes, which grows with their number."""

    type: Literal["ratio"]
    ecs: Annotated[float, rule(Code.SPLIT, split.check_ratio)] = Field(
        examples=[0.7],
        description="Share of the pods on ECS nodes, from 0 to 1 in whole percents; the rest runs "
        "on ECI.",
    )


Split = Annotated[NumberOnEcs | RatioOnEcs, Field(discriminator="type")]


class EcsFirst(Settings):
    """Fill ECS nodes up to a number of pods, then ECI; scale-in takes ECI pods first."""

    type: Literal["ecs_first"]
    max_on_ecs: Annotated[int, rule(Code.SPLIT, split.check_number)] | None = Field(
        default=22,
        description="Most pods on ECS nodes; the rest runs on ECI. `null` for as many as the nodes "
        "hold. Default: 22.",
    )


class MostPods(Settings):
    """A number of pods."""

    type: Literal["number"]
    pods: Annotated[int, rule(Code.SPLIT, split.check_number)] = Field(
        examples=[20], description="Most pods here."
    )


class MostShare(Settings):
    """A share of all pods."""

    type: Literal["ratio"]
    share: Annotated[float, rule(Code.SPLIT, split.check_ratio)] = Field(
        examples=[0.3], description="Largest share of all pods here, from 0 to 1 in whole percents."
    )


class Subset(Settings):
    """Some of the pods, in one place; subsets fill up in their order and empty in reverse."""

    name: Annotated[str, physical_name("dns_label")] = Field(
        examples=["spot"], description="Name, unique in the workload."
    )
    place: Literal["ecs", "eci"] = Field(description="Side.")
    most: Annotated[MostPods | MostShare, Field(discriminator="type")] | None = Field(
        default=None,
        description="Limit; all subsets use numbers or all use ratios, and the last one "
        "has none. Default: no limit.",
    )
    node_labels: dict[str, str] = Field(
        default={},
        description="Labels the nodes must have, such as those of a node pool. Default: any node.",
    )
    spot: bool = Field(
        default=False, description="Spot instances, for a subset on ECI. Default: false."
    )


class WorkloadSpread(Settings):
    """ECS nodes up to a number or share, then ECI, by the add-on ack-kruise."""

    type: Literal["workload_spread"]
    split: Split | None = Field(
        default=None, description="Pods on ECS nodes. Default: until the nodes are full."
    )
    subsets: tuple[Subset, ...] = Field(
        default=(),
        description="Subsets in order, instead of a split, for more than one on a side. Default: "
        "ECS, then ECI.",
    )
    spill: bool = Field(
        default=True,
        description="Give a pod that finds no room on its side the other one; with false it waits, "
        "for example for node autoscaling. Default: true.",
    )


class UnitedDeployment(Settings):
    """A Deployment for each side, by the add-on ack-kruise; the workload is a UnitedDeployment."""

    type: Literal["united_deployment"]
    split: Split | None = Field(
        default=None, description="Pods on ECS nodes. Default: until the nodes are full."
    )
    subsets: tuple[Subset, ...] = Field(
        default=(),
        description="Subsets in order, instead of a split, for more than one on a side. Default: "
        "ECS, then ECI.",
    )
    spill: bool = Field(
        default=True,
        description="Give a pod that finds no room on its side the other one; with false it waits, "
        "for example for node autoscaling. Default: true.",
    )


class EciLabel(Settings):
    """Every pod of the workload on ECI, by a label of the pods."""

    type: Literal["eci_label"]


class NamespaceLabel(Settings):
    """Every pod of the namespace on ECI, by a label of the namespace."""

    type: Literal["namespace_label"]


class EciProfile(Settings):
    """Every pod of the workload on ECI, by a selector in the eci-profile of the cluster."""

    type: Literal["eci_profile"]


class NodeAffinity(Settings):
    """One side by plain node affinity."""

    type: Literal["node_affinity"]
    side: Literal["ecs", "eci"] = Field(
        default="ecs", description="Side of the affinity. Default: ecs."
    )
    required: bool = Field(
        default=False, description="Never on the other side. Default: false, a preference."
    )


class ElasticWorkload(Settings):
    """Legacy: a Deployment up to its own most, and copies of it on ECI."""

    type: Literal["elastic_workload"]
    source_max: int = Field(
        default=22, ge=0, description="Most pods of the Deployment itself. Default: 22."
    )
    burst_resource: bool = Field(
        default=False,
        description="Let its pods run on ECI too where no ECS node has room. Default: false.",
    )
    chart: MarketplaceChart | None = Field(
        default=None,
        description="Chart of the controller to install. Default: the cluster has it.",
    )


class BurstResource(Settings):
    """Legacy: ECI where ECS nodes are short, by an annotation."""

    type: Literal["burst_resource"]
    eci_only: bool = Field(default=False, description="Every pod on ECI. Default: false.")


class AffinityInjection(Settings):
    """Legacy: every pod of the namespace on virtual nodes, by the old label."""

    type: Literal["affinity_injection"]


class Auto(Settings):
    """The way that suits these needs best; `ackb placement explain` shows which and why."""

    type: Literal["auto"]
    split: Split | None = Field(
        default=None, description="Pods on ECS nodes. Default: until the nodes are full."
    )
    all_on_eci: bool = Field(default=False, description="No pod on ECS nodes. Default: false.")
    whole_namespace: bool = Field(
        default=False, description="The same for every pod of the namespace. Default: false."
    )
    workload_unchanged: bool = Field(
        default=False, description="The workload itself stays as it is. Default: false."
    )
    strict_order: bool = Field(
        default=True, description="ECS nodes fill up first, surely. Default: true."
    )
    eci_first_out: bool = Field(
        default=True, description="Scale-in takes ECI pods first. Default: true."
    )


Chosen = (
    EcsFirst
    | WorkloadSpread
    | UnitedDeployment
    | EciLabel
    | NamespaceLabel
    | EciProfile
    | NodeAffinity
    | ElasticWorkload
    | BurstResource
    | AffinityInjection
)
"""A way by its name."""

Placement = Annotated[Chosen | Auto, Field(discriminator="type")]
