"""The way of placing pods that settings mean, also where they only tell the needs."""

from __future__ import annotations

from typing import Final

from ackb.domain.placement import (
    ByNumber,
    ByRatio,
    Choice,
    Needs,
    Split,
    StrategyName,
    WorkloadKind,
    choose_placement,
)
from blueprints.settings import placement
from blueprints.settings.existing import AnyCluster
from blueprints.settings.placement import Auto, Chosen, MostPods, MostShare, NumberOnEcs, RatioOnEcs

_PRO: Final = "ack.pro."


def needs_of(wanted: Chosen | Auto, kind: str, cluster: AnyCluster) -> Needs:
    """Return what the settings say of a workload of this kind in this cluster."""
    known = Needs(
        kind=WorkloadKind(kind),
        kubernetes=cluster.version,
        pro=cluster.spec.startswith(_PRO),
    )
    if not isinstance(wanted, Auto):
        return known
    return Needs(
        kind=known.kind,
        kubernetes=known.kubernetes,
        pro=known.pro,
        all_on_eci=wanted.all_on_eci,
        whole_namespace=wanted.whole_namespace,
        workload_unchanged=wanted.workload_unchanged,
        strict_order=wanted.strict_order,
        eci_first_out=wanted.eci_first_out,
        split=split_of(wanted.split),
    )


def choice_of(wanted: Auto, kind: str, cluster: AnyCluster) -> Choice:
    """Return what suits the needs, with its reasons."""
    return choose_placement(needs_of(wanted, kind, cluster))


def chosen(wanted: Chosen | Auto, kind: str, cluster: AnyCluster) -> Chosen:
    """Return the way itself.

    Raises:
        ValueError: nothing suits the needs; `blueprints.settings.load` refuses such settings.
    """
    if not isinstance(wanted, Auto):
        return wanted
    name = choice_of(wanted, kind, cluster).strategy
    if name is None:
        raise ValueError("nothing suits these needs")
    if name is StrategyName.ECS_FIRST:
        most = wanted.split.ecs if isinstance(wanted.split, NumberOnEcs) else None
        return placement.EcsFirst(type="ecs_first", max_on_ecs=most)
    if name is StrategyName.WORKLOAD_SPREAD:
        return placement.WorkloadSpread(type="workload_spread", split=wanted.split)
    if name is StrategyName.UNITED_DEPLOYMENT:
        return placement.UnitedDeployment(type="united_deployment", split=wanted.split)
    if name is StrategyName.NODE_AFFINITY:
        return placement.NodeAffinity(type="node_affinity")
    if name is StrategyName.NAMESPACE_LABEL:
        return placement.NamespaceLabel(type="namespace_label")
    if name is StrategyName.ECI_PROFILE:
        return placement.EciProfile(type="eci_profile")
    if name is StrategyName.ECI_LABEL:
        return placement.EciLabel(type="eci_label")
    raise ValueError(f"{name} is never the best on a supported cluster")


def split_of(wanted: NumberOnEcs | RatioOnEcs | None) -> Split | None:
    """Return a split as the rules of placement take it."""
    if wanted is None:
        return None
    return (
        ByNumber(pods=wanted.ecs) if isinstance(wanted, NumberOnEcs) else ByRatio(share=wanted.ecs)
    )


def limit_of(wanted: MostPods | MostShare | None) -> Split | None:
    """Return the limit of a subset as the rules of placement take it."""
    if wanted is None:
        return None
    if isinstance(wanted, MostPods):
        return ByNumber(pods=wanted.pods)
    return ByRatio(share=wanted.share)
