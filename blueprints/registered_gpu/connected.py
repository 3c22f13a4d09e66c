"""What a connected cluster gets from the cloud: add-ons, node pools, their autoscaler."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_alicloud as alicloud

from ackb.domain import images
from blueprints import pulling
from blueprints.foundation.network import AnyNetwork
from blueprints.foundation.nodes import AnyPool, node_pool
from blueprints.node_scaling import scale_nodes
from blueprints.settings import RegisteredGpuSettings
from components.addon import Addon, AddonArgs
from components.agent_config import AgentConfig, AgentConfigArgs
from components.device_plugin import DevicePlugin, DevicePluginArgs
from components.registered_cluster import RegisteredCluster

_NODES: Final = "cloud-node-controller"
"""Add-on that gives nodes of the cloud their labels and takes them out of the cluster again."""


@dataclass(frozen=True, kw_only=True)
class Capacity:
    """What pods on cloud nodes stand on."""

    pools: Mapping[str, AnyPool]
    """Node pools by name."""
    resources: Sequence[pulumi.Resource]
    """Whatever must be there before such pods are, and must outlive them."""

    def pool_ids(self) -> dict[str, pulumi.Output[str]]:
        """Return the id of each pool."""
        return {name: pool.node_pool_id for name, pool in self.pools.items()}


def capacity(
    settings: RegisteredGpuSettings,
    net: AnyNetwork,
    cluster: RegisteredCluster,
    provider: alicloud.Provider,
) -> Capacity:
    """Declare everything between the registration and the workload.

    Pools are made last and go first: an add-on that went before them would leave nodes of the cloud
    in the cluster that nobody takes out.
    """
    before: list[pulumi.Resource] = [
        _addon("nodes", _NODES, cluster, provider),
        *_observability(settings, cluster, provider),
        *_agent(settings, cluster),
        *_device_plugin(settings, cluster),
    ]
    cloud = pulumi.ResourceOptions(providers=[provider])
    after = pulumi.ResourceOptions(providers=[provider], depends_on=before)
    pools = [
        (pool, node_pool(pool, net, cluster.cluster_id, after, managed=False))
        for pool in settings.node_pools
    ]
    scaler = scale_nodes(settings.cluster.node_autoscaling, pools, cluster.cluster_id, cloud)
    return Capacity(
        pools={pool.name: made for pool, made in pools},
        resources=[*before, *(made for _, made in pools), *scaler],
    )


def _observability(
    settings: RegisteredGpuSettings, cluster: RegisteredCluster, provider: alicloud.Provider
) -> list[pulumi.Resource]:
    """S0-02: one view of operations; names of the add-ons as of November 2026."""
    wanted = settings.observability
    chosen = {
        "logs": ("loongcollector", wanted.logs),
        "events": ("ack-node-problem-detector", wanted.events),
        "metrics": ("arms-prometheus", wanted.metrics),
    }
    return [
        _addon(name, addon, cluster, provider)
        for name, (addon, is_wanted) in chosen.items()
        if is_wanted
    ]


def _addon(name: str, addon: str, cluster: RegisteredCluster, provider: alicloud.Provider) -> Addon:
    # What an add-on runs in the cluster is reached through the agent.
    after = pulumi.ResourceOptions(providers=[provider], depends_on=[cluster])
    return Addon(name, AddonArgs(cluster_id=cluster.cluster_id, addon_name=addon), after)


def _agent(settings: RegisteredGpuSettings, cluster: RegisteredCluster) -> list[pulumi.Resource]:
    url = settings.cluster.node_script_url
    if url is None:
        return []
    inside = pulumi.ResourceOptions(providers=[cluster.provider])
    return [AgentConfig("agent", AgentConfigArgs(node_script_url=url), inside)]


def _device_plugin(
    settings: RegisteredGpuSettings, cluster: RegisteredCluster
) -> list[pulumi.Resource]:
    wanted = settings.device_plugin
    if wanted is None or not any(pool.gpu for pool in settings.node_pools):
        return []
    image = images.rewrite(wanted.image, pulling.source(settings.registry))
    inside = pulumi.ResourceOptions(providers=[cluster.provider])
    args = DevicePluginArgs(image=image, pull_secret=pulling.pull_secret(settings.registry))
    return [DevicePlugin("gpus", args, inside)]
