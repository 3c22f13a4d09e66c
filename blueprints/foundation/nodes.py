"""Node pools: from their settings to the components."""

from __future__ import annotations

import pulumi

from ackb.domain import gpu
from blueprints.foundation.network import AnyNetwork
from blueprints.settings.cluster import NodePool as PoolSettings
from components.gpu_pool import GpuPool, GpuPoolArgs
from components.node_pool import (
    Bounds,
    NodePool,
    NodePoolArgs,
    PrivatePool,
    Spot,
    Subscription,
    Taint,
)

AnyPool = NodePool | GpuPool


def node_pool(
    pool: PoolSettings,
    network: AnyNetwork,
    cluster_id: pulumi.Input[str],
    cloud: pulumi.ResourceOptions,
    *,
    managed: bool = True,
) -> AnyPool:
    """Declare a pool of ECS nodes, with GPUs where the settings say so.

    Args:
        pool: its settings.
        network: where its vSwitches are.
        cluster_id: cluster that the nodes join.
        cloud: options with the provider of the cloud.
        managed: the cluster is a managed one, whose nodes the cloud can repair.
    """
    bounds = pool.autoscaling
    nodes = NodePoolArgs(
        cluster_id=cluster_id,
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
        managed=managed,
    )
    if pool.gpu is None:
        return NodePool(f"pool-{pool.name}", nodes, cloud)
    return GpuPool(
        f"pool-{pool.name}",
        GpuPoolArgs(
            nodes=nodes,
            schedule=gpu.Schedule(pool.gpu.schedule),
            placement=gpu.Placement(pool.gpu.placement) if pool.gpu.placement else None,
            driver_version=pool.gpu.driver_version,
            reserved=pool.gpu.reserved,
        ),
        cloud,
    )


def _subscription(pool: PoolSettings) -> Subscription | None:
    wanted = pool.subscription
    return Subscription(months=wanted.months, auto_renew=wanted.auto_renew) if wanted else None


def _private_pool(pool: PoolSettings) -> PrivatePool | None:
    wanted = pool.private_pool
    return PrivatePool(match=wanted.match, pool_id=wanted.pool_id) if wanted else None
