"""Virtual nodes run by a controller in the cluster."""

from __future__ import annotations

import pulumi

from blueprints.foundation import Foundation, eci_vswitch_ids
from blueprints.settings import BurstSettings
from blueprints.settings.virtual_nodes import KeySecret, RamRole, SelfManagedVirtualNodes
from components import self_managed_virtual_nodes as component


def self_managed(settings: BurstSettings, base: Foundation) -> list[pulumi.Resource]:
    """Declare the self-managed virtual nodes; none where ACK runs them."""
    wanted = settings.virtual_nodes
    if not isinstance(wanted, SelfManagedVirtualNodes):
        return []
    nodes = component.SelfManagedVirtualNodes(
        "eci",
        component.SelfManagedVirtualNodesArgs(
            region=settings.region,
            cluster_id=base.cluster.cluster_id,
            vswitch_ids=eci_vswitch_ids(base.network),
            security_group_id=base.security_group.security_group_id,
            credentials=_credentials(wanted.credentials, base),
            replicas=wanted.replicas,
            cluster_ip=wanted.cluster_ip,
            image=wanted.image,
        ),
        pulumi.ResourceOptions(
            providers=[base.cluster.provider],
            # The controllers run on the ECS nodes.
            depends_on=list(base.capacity),
        ),
    )
    return [nodes]


def _credentials(
    wanted: RamRole | KeySecret, base: Foundation
) -> component.Rrsa | component.AccessKeySecret:
    if isinstance(wanted, KeySecret):
        return component.AccessKeySecret(secret_name=wanted.secret_name)
    provider = base.cluster.rrsa_provider_arn
    if provider is None:
        raise AssertionError("the settings refuse a RAM role without RRSA")
    return component.Rrsa(role_name=wanted.role_name, oidc_provider_arn=provider)
