"""Composition of the blueprint `colocation`."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from blueprints.account import account_id
from blueprints.addons.deploying import deploy_addons
from blueprints.colocation.mysql import mysql, way_in
from blueprints.colocation.offline import training
from blueprints.colocation.tiers import offline_place, online_place
from blueprints.console import console_links
from blueprints.foundation import Foundation, foundation
from blueprints.settings import ColocationSettings
from blueprints.settings.needed import PROMETHEUS
from blueprints.watching import raise_alarms
from components.addon import Addon, AddonArgs
from components.load_balancer import LoadBalancer
from components.providers import alicloud_provider
from components.stateful_service import StatefulService
from components.tagging import register_stack_tags
from components.training import DistributedTraining


def build(settings: ColocationSettings, secrets: Mapping[str, pulumi.Output[str]]) -> None:
    """Declare the whole architecture and export what a person needs of it.

    Raises:
        InvalidInput: the credentials belong to another account than the stack expects.
    """
    provider = alicloud_provider("alicloud", region=settings.region, target=settings.target)
    account = account_id(provider, settings)
    register_stack_tags(settings.tags, settings.resource_group_id)
    base = foundation(
        settings,
        provider,
        account,
        # The credential helper takes a list.
        namespace=f"{settings.online.namespace},{settings.offline.namespace}",
        virtual_nodes=None,
    )
    inside = pulumi.ResourceOptions(providers=[base.cluster.provider])
    online, offline = online_place(settings, inside), offline_place(settings, inside)
    server = mysql(settings, secrets, online, base)
    front = way_in(settings, server, online, base)
    job = training(settings, offline, base)
    _watch(settings, account, base)
    deploy_addons(settings, base, after=list(base.capacity))
    _export(settings, base, server, front, job)


def _watch(settings: ColocationSettings, account: str, base: Foundation) -> None:
    if settings.prometheus and PROMETHEUS not in base.leaves:
        Addon(
            "prometheus",
            AddonArgs(cluster_id=base.cluster.cluster_id, addon_name=PROMETHEUS),
            pulumi.ResourceOptions(providers=[base.provider]),
        )
    raise_alarms(settings.alarms, account, base)


def _export(
    settings: ColocationSettings,
    base: Foundation,
    server: StatefulService,
    front: LoadBalancer | None,
    job: DistributedTraining,
) -> None:
    outputs: dict[str, pulumi.Input[object] | None] = {
        "target": settings.target,
        "region": settings.region,
        "namespace": settings.online.namespace,
        "offline_namespace": settings.offline.namespace,
        "vpc_id": base.network.vpc_id,
        "egress_address": base.network.egress_address,
        "cluster_id": base.cluster.cluster_id,
        "kubeconfig": base.cluster.kubeconfig,
        "mysql_host": server.host,
        "mysql_address": front.address if front else None,
        "training_job": job.job_name,
        "console_links": console_links(
            settings.region,
            {"cs": base.cluster.cluster_id, "vpc": base.network.vpc_id, "slb": ""},
        ),
    }
    for name, value in outputs.items():
        if value is not None:
            pulumi.export(name, value)
