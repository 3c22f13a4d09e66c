"""Which add-ons of ACK a stack needs, as its settings tell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ackb.domain.placement import StrategyName, WorkloadKind, facts
from blueprints.settings.chosen import chosen
from blueprints.settings.cluster import VirtualNodes
from blueprints.settings.elastic_platform import ElasticPlatformSettings
from blueprints.settings.existing import AddonName, ExistingCluster
from blueprints.settings.inheriting import placement_of, services
from blueprints.settings.platform import PlatformSettings
from blueprints.settings.scaling import Hpa, Keda

KRUISE: Final[AddonName] = "ack-kruise"
VIRTUAL_NODE: Final[AddonName] = "ack-virtual-node"
CRON_HPA: Final[AddonName] = "ack-kubernetes-cronhpa-controller"
KEDA: Final[AddonName] = "ack-keda"
VPA: Final[AddonName] = "ack-vertical-pod-autoscaler"
ELASTIC_WORKLOAD: Final[AddonName] = "ack-kubernetes-elastic-workload"
CHARTS: Final = frozenset({KEDA, VPA, ELASTIC_WORKLOAD})
"""Charts of the marketplace: ACK does not list them among the add-ons of a cluster."""
PROMETHEUS: Final[AddonName] = "arms-prometheus"
GPU_SHARING: Final[AddonName] = "ack-ai-installer"
CREDENTIAL_HELPER: Final[AddonName] = "managed-aliyun-acr-credential-helper"

_KRUISE_KINDS: Final = {WorkloadKind.CLONE_SET, WorkloadKind.UNITED_DEPLOYMENT}


def needed_addons(s: PlatformSettings) -> frozenset[AddonName]:
    """Return the add-ons of ACK, beyond those of every cluster, that the stack needs."""
    return frozenset(_needed(s))


def left_to_others(cluster: Any, addon: AddonName) -> bool:
    """Return whether this add-on is in an existing cluster that the stack does not add it to."""
    return isinstance(cluster, ExistingCluster) and addon not in cluster.install


def needs_kruise(wanted: Any, kind: str, cluster: Any) -> bool:
    """Return whether a workload of this kind, placed in this way, stands on OpenKruise."""
    way = StrategyName(chosen(wanted, kind, cluster).type)
    return kind in _KRUISE_KINDS or KRUISE in facts(way).add_ons


def _needed(s: Any) -> Iterator[AddonName]:
    # Only some blueprints have these settings.
    fields = type(s).model_fields
    if "virtual_nodes" in fields and isinstance(s.virtual_nodes, VirtualNodes):
        yield VIRTUAL_NODE
    for scaling, sizing in _scaled(s):
        if isinstance(scaling, Hpa) and scaling.cron is not None and scaling.cron.jobs:
            yield CRON_HPA
        if isinstance(scaling, Keda):
            yield KEDA
        if sizing is not None:
            yield VPA
    if any(
        chosen(wanted, kind, s.cluster).type == "elastic_workload" for _, wanted, kind in placed(s)
    ):
        yield ELASTIC_WORKLOAD
    if any(needs_kruise(wanted, kind, s.cluster) for _, wanted, kind in placed(s)):
        yield KRUISE
    if any(pool.gpu is not None and pool.gpu.schedule != "default" for pool in s.node_pools):
        yield GPU_SHARING
    if getattr(s, "prometheus", False):
        yield PROMETHEUS
    pull = s.registry.pull if s.registry is not None else None
    if pull is not None and pull.type == "credential_free":
        yield CREDENTIAL_HELPER


def placed(s: Any) -> Iterator[tuple[str, Any, str]]:
    """Yield where the pods of each workload go: path, value of the setting, kind of workload."""
    if {"placement", "workload"} <= set(type(s).model_fields):
        yield "placement", s.placement, s.workload
    if isinstance(s, ElasticPlatformSettings):
        for team, name, one in services(s):
            yield f"teams.{team}.services.{name}.placement", placement_of(one), one.kind


def _scaled(s: Any) -> Iterator[tuple[Any, Any]]:
    """Yield how many pods each workload has, and of which size."""
    if {"scaling", "right_sizing"} <= set(type(s).model_fields):
        yield s.scaling, s.right_sizing
    if isinstance(s, ElasticPlatformSettings):
        yield from ((one.scaling, one.right_sizing) for _, _, one in services(s))
