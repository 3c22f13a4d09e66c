"""What sets the two tiers apart: priorities, namespaces, guard rails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pulumi

from ackb.domain import naming
from ackb.domain.tiers import Tier
from blueprints.settings import ColocationSettings
from blueprints.settings.existing import ExistingCluster
from components.namespace import Namespace, NamespaceArgs
from components.pod_quota import PodQuota, PodQuotaArgs
from components.priority_class import PriorityClass, PriorityClassArgs

_ONLINE_PRIORITY: Final = 100_000
"""Above 0, which pods without a class have; far below Kubernetes' own, which begin at 2 billion."""

_OFFLINE_PRIORITY: Final = -100_000
"""Below everything that says nothing."""


@dataclass(frozen=True, kw_only=True)
class TierPlace:
    """Where the pods of a tier are, and how much they matter."""

    namespace: pulumi.Output[str]
    priority_class: pulumi.Output[str]


def online_place(settings: ColocationSettings, inside: pulumi.ResourceOptions) -> TierPlace:
    """Declare namespace and priority of the online side: it may push others out."""
    return TierPlace(
        namespace=Namespace(
            "online",
            NamespaceArgs(namespace=settings.online.namespace, tier=Tier.ONLINE),
            inside,
        ).namespace,
        priority_class=PriorityClass(
            "online-priority",
            PriorityClassArgs(
                class_name=_class_name(settings, "online"),
                value=_ONLINE_PRIORITY,
                preempts=True,
                description="Services that people wait for",
            ),
            inside,
        ).class_name,
    )


def offline_place(settings: ColocationSettings, inside: pulumi.ResourceOptions) -> TierPlace:
    """Declare namespace, priority and bounds of the offline side: it pushes nobody out."""
    namespace = Namespace(
        "offline",
        NamespaceArgs(namespace=settings.offline.namespace, tier=Tier.OFFLINE),
        inside,
    ).namespace
    PodQuota(
        "offline-quota",
        PodQuotaArgs(namespace=namespace, quota_name="offline", max_pods=settings.offline.max_pods),
        inside,
    )
    return TierPlace(
        namespace=namespace,
        priority_class=PriorityClass(
            "offline-priority",
            PriorityClassArgs(
                class_name=_class_name(settings, "offline"),
                value=_OFFLINE_PRIORITY,
                preempts=False,
                description="Work that can wait and gives way to everything else",
            ),
            inside,
        ).class_name,
    )


def _class_name(settings: ColocationSettings, tier: str) -> str:
    """Return the name of a PriorityClass; in a cluster that others use too, one of the stack."""
    if isinstance(settings.cluster, ExistingCluster):
        return naming.physical("dns_label", pulumi.get_stack(), tier)
    return f"ackb-{tier}"
