"""Add-ons of ACK below the workload: those the stack needs, or the ones it adds to a cluster."""

from __future__ import annotations

import pulumi

from blueprints.foundation.cluster import AnyCluster
from blueprints.foundation.network import AnyNetwork, AnySecurityGroup, eci_vswitch_ids
from blueprints.settings.cluster import VirtualNodes as VirtualNodesSettings
from blueprints.settings.existing import is_serverless
from blueprints.settings.needed import (
    CREDENTIAL_HELPER,
    GPU_SHARING,
    VIRTUAL_NODE,
    left_to_others,
    needed_addons,
)
from blueprints.settings.platform import PlatformSettings
from components.addon import Addon, AddonArgs
from components.virtual_nodes import VirtualNodes, VirtualNodesArgs


def addons(
    settings: PlatformSettings,
    network: AnyNetwork,
    group: AnySecurityGroup,
    cluster: AnyCluster,
    cloud: pulumi.ResourceOptions,
    namespace: str,
    virtual_nodes: VirtualNodesSettings | None,
) -> list[pulumi.Resource]:
    """Declare the add-ons; in an existing cluster only those the settings say to install."""
    made: list[pulumi.Resource] = []
    # A serverless cluster has virtual nodes and nothing else.
    there = is_serverless(settings.cluster) or left_to_others(settings.cluster, VIRTUAL_NODE)
    if virtual_nodes is not None and not there:
        made.append(_virtual_nodes(virtual_nodes, network, group, cluster, cloud))
    needed = needed_addons(settings)
    if GPU_SHARING in needed and not left_to_others(settings.cluster, GPU_SHARING):
        sharing = AddonArgs(cluster_id=cluster.cluster_id, addon_name=GPU_SHARING)
        made.append(Addon("gpu-sharing", sharing, cloud))
    if CREDENTIAL_HELPER in needed and not left_to_others(settings.cluster, CREDENTIAL_HELPER):
        made.append(_credential_helper(settings, namespace, cluster, cloud))
    return made


def _virtual_nodes(
    wanted: VirtualNodesSettings,
    network: AnyNetwork,
    group: AnySecurityGroup,
    cluster: AnyCluster,
    cloud: pulumi.ResourceOptions,
) -> VirtualNodes:
    return VirtualNodes(
        "eci",
        VirtualNodesArgs(
            cluster_id=cluster.cluster_id,
            vswitch_ids=eci_vswitch_ids(network),
            security_group_id=group.security_group_id,
            cluster_ip=wanted.cluster_ip,
            private_zone=wanted.private_zone,
        ),
        cloud,
    )


def _credential_helper(
    settings: PlatformSettings, namespace: str, cluster: AnyCluster, cloud: pulumi.ResourceOptions
) -> Addon:
    """Declare the add-on that logs in to ACR at each pull."""
    pull = settings.registry.pull if settings.registry else None
    instance_id = pull.instance_id if pull is not None and pull.type == "credential_free" else None
    return Addon(
        "acr",
        AddonArgs(
            cluster_id=cluster.cluster_id,
            addon_name=CREDENTIAL_HELPER,
            config={
                "AcrInstanceInfo": [{"instanceId": instance_id or "", "regionId": settings.region}],
                "watchNamespace": namespace,
                "serviceAccount": "default",
            },
        ),
        cloud,
    )
