"""Node pools: from their settings to the components."""

from __future__ import annotations

import pulumi

from blueprints.foundation.cluster import AnyCluster
from blueprints.foundation.network import AnyNetwork
from blueprints.settings.cluster import NodePool as PoolSettings
from components.node_pool import (
    Bounds,
    NodePool,
    NodePoolArgs,
    PrivatePool,
    Spot,
    Subscription,
    Taint,
)


def node_pool(
    pool: PoolSettings, network: AnyNetwork, cluster: AnyCluster, cloud: pulumi.ResourceOptions
) -> NodePool:
    """Declare a pool of ECS nodes."""
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
