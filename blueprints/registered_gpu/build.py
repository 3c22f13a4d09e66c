"""Composition of the blueprint `registered-gpu`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_alicloud as alicloud

from blueprints.account import account_id
from blueprints.addons.deploying import deploy_addons
from blueprints.console import console_links
from blueprints.existing import look_at_network
from blueprints.foundation.network import AnyNetwork, AnySecurityGroup, network
from blueprints.registered_gpu.connected import Capacity, capacity
from blueprints.registered_gpu.network import security_group
from blueprints.registered_gpu.next_step import next_step
from blueprints.registered_gpu.smoke_test import smoke_test
from blueprints.settings import RegisteredGpuSettings
from components.providers import alicloud_provider
from components.registered_cluster import RegisteredCluster, RegisteredClusterArgs, Registration
from components.tagging import register_stack_tags


@dataclass(frozen=True, kw_only=True)
class _Ground:
    """What add-ons stand on."""

    provider: alicloud.Provider
    network: AnyNetwork
    security_group: AnySecurityGroup
    cluster: RegisteredCluster


def build(settings: RegisteredGpuSettings, secrets: Mapping[str, pulumi.Output[str]]) -> None:  # noqa: ARG001
    """Declare the registration and, in a connected cluster, the rest; export what a person needs.

    Raises:
        InvalidInput: the credentials belong to another account than the stack expects, or a network
            that is said to exist is not there as described.
    """
    provider = alicloud_provider("alicloud", region=settings.region, target=settings.target)
    account_id(provider, settings)
    register_stack_tags(settings.tags, settings.resource_group_id)
    look_at_network(settings.network, provider)
    cloud = pulumi.ResourceOptions(providers=[provider])
    net = network(settings.network, cloud)
    group = security_group(settings, net, cloud)
    cluster = RegisteredCluster(
        "idc",
        RegisteredClusterArgs(
            target=settings.target,
            region=settings.region,
            registration=_registration(settings, net, group),
            connected=settings.cluster.connected,
        ),
        # The connection of the agent ends in the network, from its first moment to its last.
        pulumi.ResourceOptions(providers=[provider], depends_on=[net, group]),
    )
    grown: Capacity | None = None
    if settings.cluster.connected:
        grown = capacity(settings, net, cluster, provider)
        smoke_test(settings, cluster, grown)
        ground = _Ground(provider=provider, network=net, security_group=group, cluster=cluster)
        deploy_addons(settings, ground, after=grown.resources)
    _export(settings, net, cluster, grown)


def _registration(
    settings: RegisteredGpuSettings, net: AnyNetwork, group: AnySecurityGroup
) -> Registration | str:
    wanted = settings.cluster
    if wanted.cluster_id is not None:
        return wanted.cluster_id
    return Registration(
        vpc_id=net.vpc_id,
        vswitch_ids=list(net.node_vswitch_ids.values()),
        security_group_id=group.security_group_id,
        cluster_name=wanted.name,
        public_endpoint=wanted.access == "public",
        deletion_protection=wanted.deletion_protection,
    )


def _export(
    settings: RegisteredGpuSettings,
    net: AnyNetwork,
    cluster: RegisteredCluster,
    grown: Capacity | None,
) -> None:
    outputs: dict[str, pulumi.Input[object] | None] = {
        "target": settings.target,
        "region": settings.region,
        "vpc_id": net.vpc_id,
        "cluster_id": cluster.cluster_id,
        "kubeconfig": cluster.kubeconfig,
        "node_pools": grown.pool_ids() if grown else None,
        "next_step": next_step(settings),
        "console_links": console_links(
            settings.region, {"cs": cluster.cluster_id, "vpc": net.vpc_id}
        ),
    }
    for name, value in outputs.items():
        if value is not None:
            pulumi.export(name, value)
