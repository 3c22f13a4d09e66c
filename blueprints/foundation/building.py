"""Composition of what everything else stands on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_alicloud as alicloud

from blueprints.existing import Found, look
from blueprints.foundation.addons import addons
from blueprints.foundation.cluster import AnyCluster, cluster
from blueprints.foundation.network import AnyNetwork, AnySecurityGroup, network, security_group
from blueprints.foundation.nodes import node_pool
from blueprints.node_scaling import scale_nodes
from blueprints.settings.cluster import Cluster as ClusterSettings
from blueprints.settings.cluster import VirtualNodes as VirtualNodesSettings
from blueprints.settings.needed import left_to_others, needed_addons
from blueprints.settings.platform import PlatformSettings


@dataclass(frozen=True, kw_only=True)
class Foundation:
    """What everything else stands on."""

    provider: alicloud.Provider
    network: AnyNetwork
    security_group: AnySecurityGroup
    cluster: AnyCluster
    capacity: Sequence[pulumi.Resource]
    """Whatever must be there before pods are, and must outlive them."""
    found: Found
    """What the cloud says of things that are there already."""
    leaves: frozenset[str]
    """Add-ons and charts that an existing cluster has already: nobody installs them here."""


def foundation(
    settings: PlatformSettings,
    provider: alicloud.Provider,
    account_id: str,
    *,
    namespace: str,
    virtual_nodes: VirtualNodesSettings | None,
) -> Foundation:
    """Declare everything below the workload.

    Args:
        settings: of the stack.
        provider: of the cloud.
        account_id: the account that is written to.
        namespace: of the workloads, where images are pulled; several are separated by commas.
        virtual_nodes: settings of the managed virtual node; None for a cluster without it.

    Raises:
        InvalidInput: something that the settings say exists is not there, or is not as they say;
            nothing but the provider is declared then.
    """
    found = look(settings, provider, namespace.split(","))
    cloud = pulumi.ResourceOptions(providers=[provider])
    net = network(settings.network, cloud)
    group = security_group(settings, found, net, cloud)
    ack = cluster(settings, found, net, group, provider, account_id)
    pools = [(pool, node_pool(pool, net, ack.cluster_id, cloud)) for pool in settings.node_pools]
    capacity: list[pulumi.Resource] = [pool for _, pool in pools]
    if isinstance(settings.cluster, ClusterSettings):
        # How the nodes of an existing cluster scale is one object of that cluster, not ours.
        capacity += scale_nodes(settings.cluster.node_autoscaling, pools, ack.cluster_id, cloud)
    capacity += addons(settings, net, group, ack, cloud, namespace, virtual_nodes)
    return Foundation(
        provider=provider,
        network=net,
        security_group=group,
        cluster=ack,
        capacity=capacity,
        found=found,
        leaves=frozenset(
            one for one in needed_addons(settings) if left_to_others(settings.cluster, one)
        ),
    )
