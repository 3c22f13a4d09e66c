"""Composition of the blueprint `burst`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pulumi

from ackb.domain import images
from ackb.domain.tiers import Tier
from blueprints import pulling, sizing
from blueprints.account import account_id
from blueprints.addons.deploying import deploy_addons
from blueprints.burst.nodes import self_managed
from blueprints.console import console_links
from blueprints.foundation import Foundation, foundation
from blueprints.settings import BurstSettings
from blueprints.settings.virtual_nodes import ManagedVirtualNodes
from components.namespace import Namespace, NamespaceArgs
from components.placement import NamespaceLabel, Target, place
from components.providers import alicloud_provider
from components.tagging import register_stack_tags
from components.workload import Probe, Workload, WorkloadArgs
from components.workload.component import selector

_APP: Final = "nginx"


def build(settings: BurstSettings, secrets: Mapping[str, pulumi.Output[str]]) -> None:  # noqa: ARG001
    """Declare the whole architecture and export what a person needs of it.

    Raises:
        InvalidInput: the credentials belong to another account than the stack expects.
    """
    provider = alicloud_provider("alicloud", region=settings.region, target=settings.target)
    account = account_id(provider, settings)
    register_stack_tags(settings.tags, settings.resource_group_id)
    nodes = settings.virtual_nodes
    base = foundation(
        settings,
        provider,
        account,
        namespace=settings.namespace,
        virtual_nodes=nodes if isinstance(nodes, ManagedVirtualNodes) else None,
    )
    capacity = [*base.capacity, *self_managed(settings, base)]
    _workload(settings, base, capacity)
    deploy_addons(settings, base, after=capacity)
    _export(settings, base)


def _workload(
    settings: BurstSettings, base: Foundation, capacity: list[pulumi.Resource]
) -> Workload:
    inside = pulumi.ResourceOptions(providers=[base.cluster.provider])
    in_namespace = NamespaceLabel()
    namespace = Namespace(
        "apps",
        NamespaceArgs(
            namespace=settings.namespace,
            tier=Tier.ONLINE,
            labels=in_namespace.namespace_labels(),
        ),
        inside,
    ).namespace
    return Workload(
        "class",
        WorkloadArgs(
            namespace=namespace,
            app=_APP,
            image=images.rewrite(settings.image, pulling.source(settings.registry)),
            port=settings.container_port,
            resources=sizing.resources(settings.resources),
            probe=Probe(path="/"),
            tier=Tier.ONLINE,
            user_id=settings.user_id,
            replicas=settings.replicas,
            scratch_paths=["/tmp"],
            pull_secret=pulling.pull_secret(settings.registry),
            placement=place(
                "class-placement",
                in_namespace,
                Target(namespace=namespace, app=_APP, selector=selector(_APP)),
                inside,
            ),
        ),
        pulumi.ResourceOptions(
            providers=[base.cluster.provider],
            # Virtual nodes must be there before the pods, and stay until the last one is gone.
            depends_on=capacity,
        ),
    )


def _export(settings: BurstSettings, base: Foundation) -> None:
    outputs: dict[str, pulumi.Input[object]] = {
        "target": settings.target,
        "region": settings.region,
        "namespace": settings.namespace,
        "vpc_id": base.network.vpc_id,
        "egress_address": base.network.egress_address,
        "cluster_id": base.cluster.cluster_id,
        "kubeconfig": base.cluster.kubeconfig,
        "console_links": console_links(
            settings.region,
            {"cs": base.cluster.cluster_id, "vpc": base.network.vpc_id, "eci": ""},
        ),
    }
    for name, value in outputs.items():
        if value is not None:
            pulumi.export(name, value)
