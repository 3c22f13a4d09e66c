"""What blueprints on a managed ACK cluster stand on: network, security group, cluster, nodes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_alicloud as alicloud

from ackb.domain import naming
from ackb.domain.security_rules import SecurityRule
from blueprints.node_scaling import scale_nodes
from blueprints.settings.cluster import NodePool as PoolSettings
from blueprints.settings.cluster import VirtualNodes as VirtualNodesSettings
from blueprints.settings.platform import PlatformSettings
from components.addon import Addon, AddonArgs
from components.cluster import Cluster, ClusterArgs, Flannel, Logs, Terway
from components.network import Nat, Network, NetworkArgs, Zone
from components.node_pool import (
    Bounds,
    NodePool,
    NodePoolArgs,
    PrivatePool,
    Spot,
    Subscription,
    Taint,
)
from components.security_group import SecurityGroup, SecurityGroupArgs
from components.virtual_nodes import VirtualNodes, VirtualNodesArgs

_LOAD_BALANCERS: Final = "100.64.0.0/10"
"""Where health checks and layer 7 listeners of CLB come from:
https://www.alibabacloud.com/help/en/slb/classic-load-balancer/user-guide/clb-health-checks"""


@dataclass(frozen=True, kw_only=True)
class Foundation:
    """What everything else stands on."""

    provider: alicloud.Provider
    network: Network
    security_group: SecurityGroup
    cluster: Cluster
    capacity: Sequence[pulumi.Resource]
    """Whatever must be there before pods are, and must outlive them."""


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
        namespace: where images are pulled.
        virtual_nodes: settings of the managed virtual node; None for a cluster without it.
    """
    cloud = pulumi.ResourceOptions(providers=[provider])
    network = _network(settings, cloud)
    group = SecurityGroup(
        "sg",
        SecurityGroupArgs(
            vpc_id=network.vpc_id,
            kind=settings.network.security_group,
            rules=_rules(settings),
        ),
        cloud,
    )
    cluster = _cluster(settings, network, group, provider, account_id)
    pools = [(pool, _node_pool(pool, network, cluster, cloud)) for pool in settings.node_pools]
    capacity: list[pulumi.Resource] = [pool for _, pool in pools]
    capacity += scale_nodes(settings.cluster.node_autoscaling, pools, cluster, cloud)
    if virtual_nodes is not None:
        capacity.append(_virtual_nodes(virtual_nodes, network, group, cluster, cloud))
    capacity += _credential_helper(settings, namespace, cluster, cloud)
    return Foundation(
        provider=provider,
        network=network,
        security_group=group,
        cluster=cluster,
        capacity=capacity,
    )


def eci_vswitch_ids(network: Network) -> list[pulumi.Output[str]]:
    """Return the vSwitches that give ECI pods their addresses."""
    return list((network.node_vswitch_ids | network.pod_vswitch_ids).values())


def _virtual_nodes(
    wanted: VirtualNodesSettings,
    network: Network,
    group: SecurityGroup,
    cluster: Cluster,
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


def _network(settings: PlatformSettings, cloud: pulumi.ResourceOptions) -> Network:
    wanted = settings.network
    zones = [
        Zone(zone_id=zone.zone_id, node_cidr=zone.node_cidr, pod_cidr=zone.pod_cidr)
        for zone in wanted.zones
    ]
    nat = Nat(eip_bandwidth_mbps=wanted.nat.eip_bandwidth_mbps) if wanted.nat else None
    return Network("net", NetworkArgs(vpc_cidr=wanted.vpc_cidr, zones=zones, nat=nat), cloud)


def _rules(settings: PlatformSettings) -> dict[str, SecurityRule]:
    rules = {
        "from-vpc": SecurityRule(
            direction="ingress", protocol="all", cidr=settings.network.vpc_cidr
        ),
        "from-load-balancers": SecurityRule(
            direction="ingress", protocol="tcp", port_range="1/65535", cidr=_LOAD_BALANCERS
        ),
    }
    plugin = settings.cluster.network_plugin
    if plugin.type == "flannel":
        # Addresses of Flannel pods lie outside the VPC.
        rules["from-pods"] = SecurityRule(direction="ingress", protocol="all", cidr=plugin.pod_cidr)
    return rules


def _cluster(
    settings: PlatformSettings,
    network: Network,
    group: SecurityGroup,
    provider: alicloud.Provider,
    account_id: str,
) -> Cluster:
    wanted = settings.cluster
    return Cluster(
        "ack",
        ClusterArgs(
            target=settings.target,
            region=settings.region,
            vswitch_ids=list(network.node_vswitch_ids.values()),
            security_group_id=group.security_group_id,
            network_plugin=_plugin(settings, network),
            service_cidr=wanted.service_cidr,
            cluster_name=wanted.name,
            version=wanted.version,
            spec=wanted.spec,
            api_access=wanted.api_access,
            deletion_protection=wanted.deletion_protection,
            rrsa=wanted.rrsa,
            logs=_logs(settings, account_id),
        ),
        # Nodes need the way out from their first moment (images, add-ons) to their last.
        pulumi.ResourceOptions(providers=[provider], depends_on=[network, group]),
    )


def _plugin(settings: PlatformSettings, network: Network) -> Terway | Flannel:
    wanted = settings.cluster.network_plugin
    if wanted.type == "flannel":
        return Flannel(pod_cidr=wanted.pod_cidr, node_cidr_mask=wanted.node_cidr_mask)
    return Terway(
        pod_vswitch_ids=list(network.pod_vswitch_ids.values()),
        network_policy=wanted.network_policy,
    )


def _logs(settings: PlatformSettings, account_id: str) -> Logs | None:
    wanted = settings.cluster.logs
    if wanted is None:
        return None
    return Logs(
        # Names of log projects are unique among all users, hence the account in it.
        project_name=naming.physical("log_project", pulumi.get_stack(), account_id),
        components=wanted.control_plane,
        audit=wanted.audit,
        retention_days=wanted.retention_days,
    )


def _node_pool(
    pool: PoolSettings, network: Network, cluster: Cluster, cloud: pulumi.ResourceOptions
) -> NodePool:
    bounds = pool.autoscaling
    return NodePool(
        f"pool-{pool.name}",
        NodePoolArgs(
            cluster_id=cluster.cluster_id,
            pool_name=pool.name,
            vswitch_ids=[
                vswitch_id
                for zone, vswitch_id in network.node_vswitch_ids.items()
                if pool.zones is None or zone in pool.zones
            ],
            instance_types=pool.instance_types,
            size=Bounds(min=bounds.min, max=bounds.max) if bounds else pool.nodes,
            labels=pool.labels,
            taints=[Taint(key=one.key, value=one.value, effect=one.effect) for one in pool.taints],
            spot=Spot(max_hourly_price=pool.spot.max_hourly_price) if pool.spot else None,
            subscription=_subscription(pool),
            private_pool=_private_pool(pool),
            max_pods=pool.max_pods,
            system_disk_gib=pool.system_disk_gib,
            cloud_monitor=pool.cloud_monitor,
        ),
        cloud,
    )


def _subscription(pool: PoolSettings) -> Subscription | None:
    wanted = pool.subscription
    return Subscription(months=wanted.months, auto_renew=wanted.auto_renew) if wanted else None


def _private_pool(pool: PoolSettings) -> PrivatePool | None:
    wanted = pool.private_pool
    return PrivatePool(match=wanted.match, pool_id=wanted.pool_id) if wanted else None


def _credential_helper(
    settings: PlatformSettings, namespace: str, cluster: Cluster, cloud: pulumi.ResourceOptions
) -> list[pulumi.Resource]:
    """The add-on that logs in to ACR at each pull, where images come from there."""
    registry = settings.registry
    if registry is None or registry.pull is None or registry.pull.type != "credential_free":
        return []
    instance = {"instanceId": registry.pull.instance_id or "", "regionId": settings.region}
    return [
        Addon(
            "acr",
            AddonArgs(
                cluster_id=cluster.cluster_id,
                addon_name="managed-aliyun-acr-credential-helper",
                config={
                    "AcrInstanceInfo": [instance],
                    "watchNamespace": namespace,
                    "serviceAccount": "default",
                },
            ),
            cloud,
        )
    ]
