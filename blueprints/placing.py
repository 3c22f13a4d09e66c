"""Where the pods of a blueprint go: from its settings to the components."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import pulumi

from ackb.domain.eci_annotations import EciOptions, Spot, pod_annotations
from ackb.domain.placement import WorkloadKind
from blueprints.foundation import Foundation
from blueprints.once import once
from blueprints.settings import placement as settings_of
from blueprints.settings.chosen import chosen, limit_of, split_of
from blueprints.settings.existing import AnyCluster
from blueprints.settings.needed import ELASTIC_WORKLOAD, KRUISE, needs_kruise
from blueprints.settings.placement import Auto, Chosen
from components import placement as ways
from components.addon import Addon, AddonArgs
from components.autoscaling import marketplace_chart
from components.workload.component import selector


class Placeable(Protocol):
    """What settings say of a workload and where it is."""

    @property
    def workload(self) -> str:
        """Kind of the workload."""
        ...

    @property
    def placement(self) -> Chosen | Auto:
        """Where its pods go."""
        ...

    @property
    def namespace(self) -> str:
        """Its namespace."""
        ...

    @property
    def cluster(self) -> AnyCluster:
        """Its cluster."""
        ...


def strategy(settings: Placeable) -> ways.Placement:
    """Return the way of placing pods that the settings mean."""
    wanted = chosen(settings.placement, settings.workload, settings.cluster)
    match wanted:
        case settings_of.EcsFirst():
            return ways.ResourcePolicy(max_on_ecs=wanted.max_on_ecs)
        case settings_of.WorkloadSpread():
            return ways.WorkloadSpread(
                split=split_of(wanted.split), subsets=_subsets(wanted.subsets), spill=wanted.spill
            )
        case settings_of.UnitedDeployment():
            return ways.UnitedDeployment(
                split=split_of(wanted.split), subsets=_subsets(wanted.subsets), spill=wanted.spill
            )
        case settings_of.EciLabel():
            return ways.EciLabel()
        case settings_of.NamespaceLabel():
            return ways.NamespaceLabel()
        case settings_of.EciProfile():
            return ways.EciProfile(namespace=settings.namespace)
        case settings_of.NodeAffinity():
            return ways.NodeAffinity(side=wanted.side, required=wanted.required)
        case settings_of.ElasticWorkload():
            return ways.ElasticWorkload(
                source_max=wanted.source_max, burst_resource=wanted.burst_resource
            )
        case settings_of.BurstResource():
            return ways.BurstResource(eci_only=wanted.eci_only)
        case settings_of.AffinityInjection():
            return ways.AffinityInjection()


def placed(
    name: str, settings: Placeable, namespace: pulumi.Output[str], app: str, base: Foundation
) -> ways.Placed:
    """Create what the placement needs before the workload, with the add-on it stands on."""
    way = strategy(settings)
    target = ways.Target(
        namespace=namespace,
        app=app,
        selector=selector(app),
        kind=WorkloadKind(settings.workload),
    )
    needed = list(_needed(settings, way, base))
    inside = pulumi.ResourceOptions(
        providers=[base.cluster.provider],
        depends_on=needed or None,
    )
    made = ways.place(name, way, target, inside)
    # A CloneSet or UnitedDeployment needs the add-on as well.
    return ways.Placed(strategy=way, target=target, before=[*made.before, *needed])


def _subsets(wanted: Sequence[settings_of.Subset]) -> list[ways.Subset]:
    spot = pod_annotations(EciOptions(spot=Spot(fall_back=True)))
    return [
        ways.Subset(
            name=one.name,
            place=one.place,
            most=limit_of(one.most),
            node_labels=one.node_labels,
            pod_annotations=spot if one.spot else {},
        )
        for one in wanted
    ]


def _needed(
    settings: Placeable, way: ways.Placement, base: Foundation
) -> Sequence[pulumi.Resource]:
    """Return what must be in the cluster first; most of it serves nothing else."""
    cloud = pulumi.ResourceOptions(providers=[base.provider], depends_on=[*base.capacity])
    if needs_kruise(settings.placement, settings.workload, settings.cluster):
        if KRUISE in base.leaves:
            return []
        args = AddonArgs(cluster_id=base.cluster.cluster_id, addon_name=KRUISE)
        # Its webhooks answer from pods of their own, which need nodes.
        return [once(base.cluster.provider, "kruise", lambda: Addon("kruise", args, cloud))]
    wanted = chosen(settings.placement, settings.workload, settings.cluster)
    if isinstance(wanted, settings_of.ElasticWorkload) and wanted.chart is not None:
        if ELASTIC_WORKLOAD in base.leaves:
            return []
        source = wanted.chart
        inside = pulumi.ResourceOptions(
            providers=[base.cluster.provider], depends_on=[*base.capacity]
        )
        chart = once(
            base.cluster.provider,
            "elastic-workload",
            lambda: marketplace_chart(
                "elastic-workload",
                chart=ELASTIC_WORKLOAD,
                repository=source.repository,
                version=source.version,
                opts=inside,
            ),
        )
        return [chart]
    if isinstance(way, ways.EciProfile):
        # The add-on of the virtual nodes makes the ConfigMap.
        return base.capacity
    return []
