"""How the pods are reached, also without ClusterIP."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from blueprints.foundation import Foundation
from blueprints.settings import BurstSettings
from blueprints.settings.burst import APP
from blueprints.settings.front import PrivateName
from components.load_balancer import LoadBalancer, LoadBalancerArgs
from components.private_dns import PrivateDns, PrivateDnsArgs
from components.workload.component import selector


@dataclass(frozen=True, kw_only=True)
class Front:
    """What clients use."""

    address: pulumi.Output[str]
    url: pulumi.Output[str]
    private_name: pulumi.Output[str] | None
    parts: Sequence[pulumi.Resource]
    """What must be there before anybody calls."""


def front(settings: BurstSettings, base: Foundation, namespace: pulumi.Output[str]) -> Front | None:
    """Declare the Service with its load balancer and its name; nothing where none is asked for."""
    wanted = settings.service
    if wanted is None:
        return None
    balancer = LoadBalancer(
        "class-front",
        LoadBalancerArgs(
            namespace=namespace,
            service_name=wanted.name,
            selector=selector(APP),
            target_port=settings.container_port,
            port=wanted.port,
            external_traffic_policy=wanted.external_traffic_policy,
            access=wanted.access,
            vswitch_id=next(iter(base.network.node_vswitch_ids.values())),
            tags=settings.tags,
            resource_group_id=settings.resource_group_id,
        ),
        pulumi.ResourceOptions(
            providers=[base.cluster.provider],
            # The controller that makes the load balancer, and removes it, needs nodes.
            depends_on=[*base.capacity],
        ),
    )
    names = _names(wanted.private_name, balancer, base) if wanted.private_name else None
    return Front(
        address=balancer.address,
        url=balancer.url,
        private_name=names.names[wanted.private_name.host]
        if names is not None and wanted.private_name is not None
        else None,
        parts=[balancer, *([names] if names else ())],
    )


def _names(wanted: PrivateName, balancer: LoadBalancer, base: Foundation) -> PrivateDns:
    return PrivateDns(
        "names",
        PrivateDnsArgs(
            zone_name=wanted.zone,
            vpc_id=base.network.vpc_id,
            addresses={wanted.host: balancer.address},
            ttl_seconds=wanted.ttl_seconds,
        ),
        pulumi.ResourceOptions(providers=[base.provider]),
    )
