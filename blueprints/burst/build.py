"""Composition of the blueprint `burst`."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from ackb.domain import images
from ackb.domain.tiers import Tier
from blueprints import pulling, sizing
from blueprints.account import account_id
from blueprints.addons.deploying import deploy_addons
from blueprints.burst.front import Front, front
from blueprints.burst.nodes import self_managed
from blueprints.burst.pods import dns_policy
from blueprints.burst.tasks import task_jobs
from blueprints.console import console_links
from blueprints.foundation import Foundation, foundation
from blueprints.settings import BurstSettings
from blueprints.settings.burst import APP
from blueprints.settings.virtual_nodes import ManagedVirtualNodes
from components.namespace import Namespace, NamespaceArgs
from components.placement import NamespaceLabel, Target, place
from components.providers import alicloud_provider
from components.tagging import register_stack_tags
from components.workload import Probe, Workload, WorkloadArgs
from components.workload.component import selector


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
    namespace = _namespace(settings, base)
    _workload(settings, base, namespace, capacity)
    reached = front(settings, base, namespace)
    task_jobs(settings, base, namespace, after=[*capacity, *(reached.parts if reached else ())])
    deploy_addons(settings, base, after=capacity)
    _export(settings, base, reached)


def _namespace(settings: BurstSettings, base: Foundation) -> pulumi.Output[str]:
    return Namespace(
        "apps",
        NamespaceArgs(
            namespace=settings.namespace,
            tier=Tier.ONLINE,
            labels=NamespaceLabel().namespace_labels(),
        ),
        pulumi.ResourceOptions(providers=[base.cluster.provider]),
    ).namespace


def _workload(
    settings: BurstSettings,
    base: Foundation,
    namespace: pulumi.Output[str],
    capacity: list[pulumi.Resource],
) -> Workload:
    return Workload(
        "class",
        WorkloadArgs(
            namespace=namespace,
            app=APP,
            image=images.rewrite(settings.image, pulling.source(settings.registry)),
            port=settings.container_port,
            resources=sizing.resources(settings.resources),
            probe=Probe(path="/"),
            tier=Tier.ONLINE,
            user_id=settings.user_id,
            replicas=settings.replicas,
            scratch_paths=["/tmp"],
            pull_secret=pulling.pull_secret(settings.registry),
            dns_policy=dns_policy(settings),
            placement=place(
                "class-placement",
                NamespaceLabel(),
                Target(namespace=namespace, app=APP, selector=selector(APP)),
                pulumi.ResourceOptions(providers=[base.cluster.provider]),
            ),
        ),
        pulumi.ResourceOptions(
            providers=[base.cluster.provider],
            # Virtual nodes must be there before the pods, and stay until the last one is gone.
            depends_on=capacity,
        ),
    )


def _export(settings: BurstSettings, base: Foundation, reached: Front | None) -> None:
    outputs: dict[str, pulumi.Input[object] | None] = {
        "target": settings.target,
        "region": settings.region,
        "namespace": settings.namespace,
        "vpc_id": base.network.vpc_id,
        "egress_address": base.network.egress_address,
        "cluster_id": base.cluster.cluster_id,
        "kubeconfig": base.cluster.kubeconfig,
        "service_address": reached.address if reached else None,
        "service_url": reached.url if reached else None,
        "private_name": reached.private_name if reached else None,
        "console_links": console_links(
            settings.region,
            {"cs": base.cluster.cluster_id, "vpc": base.network.vpc_id, "eci": ""},
        ),
    }
    for name, value in outputs.items():
        if value is not None:
            pulumi.export(name, value)
