"""Composition of the blueprint `elastic-platform`."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from ackb.domain import tiers
from blueprints.account import account_id
from blueprints.addons.deploying import deploy_addons
from blueprints.console import console_links
from blueprints.elastic_platform.jobs import deploy_job
from blueprints.elastic_platform.services import deploy_service
from blueprints.foundation import Foundation, foundation
from blueprints.settings import ElasticPlatformSettings
from blueprints.settings.inheriting import complete, namespace_of
from blueprints.watching import raise_alarms
from components.namespace import Namespace, NamespaceArgs
from components.providers import alicloud_provider
from components.tagging import register_stack_tags


def build(
    settings: ElasticPlatformSettings,
    secrets: Mapping[str, pulumi.Output[str]],  # noqa: ARG001
) -> None:
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
        # The credential helper takes several, separated by commas.
        namespace=",".join(namespaces(settings).values()),
        virtual_nodes=settings.virtual_nodes,
    )
    addresses = _teams(settings, base)
    raise_alarms(settings.alarms, account, base)
    deploy_addons(settings, base, after=base.capacity)
    _export(settings, base, addresses)


def namespaces(settings: ElasticPlatformSettings) -> dict[str, str]:
    """Return the namespace of each team."""
    return {name: namespace_of(name, team) for name, team in settings.teams.items()}


def _teams(
    settings: ElasticPlatformSettings, base: Foundation
) -> dict[str, pulumi.Output[str | None]]:
    """Declare what every team has, and return the addresses of what is reached from outside."""
    addresses: dict[str, pulumi.Output[str | None]] = {}
    for team, namespace in namespaces(settings).items():
        wanted = settings.teams[team]
        made = Namespace(
            team,
            NamespaceArgs(
                namespace=namespace,
                tier=tiers.Tier.ONLINE,
                labels={tiers.OWNER: team},
                annotations={tiers.CONTACT: wanted.contact},
            ),
            pulumi.ResourceOptions(providers=[base.cluster.provider]),
        ).namespace
        for name, service in wanted.services.items():
            whole = complete(service, settings.defaults.service)
            address = deploy_service(settings, base, made, team, name, whole)
            if address is not None:
                addresses[f"{team}.{name}"] = address
        for name, job in wanted.jobs.items():
            whole_job = complete(job, settings.defaults.job)
            deploy_job(settings, base, made, team, name, whole_job)
    return addresses


def _export(
    settings: ElasticPlatformSettings,
    base: Foundation,
    addresses: dict[str, pulumi.Output[str | None]],
) -> None:
    outputs: dict[str, pulumi.Input[object]] = {
        "target": settings.target,
        "region": settings.region,
        "namespaces": namespaces(settings),
        "vpc_id": base.network.vpc_id,
        "egress_address": base.network.egress_address,
        "cluster_id": base.cluster.cluster_id,
        "kubeconfig": base.cluster.kubeconfig,
        "addresses": addresses or None,
        "console_links": console_links(
            settings.region,
            {
                "cs": base.cluster.cluster_id,
                "vpc": base.network.vpc_id,
                "slb": "",
                "eci": "",
            },
        ),
    }
    for name, value in outputs.items():
        if value is not None:
            pulumi.export(name, value)
