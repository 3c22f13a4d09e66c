"""Composition of the blueprint `wordpress`."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from blueprints.settings import WordpressSettings
from components.network import Nat, Network, NetworkArgs, Zone
from components.providers import alicloud_provider
from components.tagging import register_stack_tags


def build(settings: WordpressSettings, secrets: Mapping[str, pulumi.Output[str]]) -> None:
    """Declare the whole architecture."""
    del secrets
    provider = alicloud_provider("alicloud", region=settings.region, target=settings.target)
    register_stack_tags(settings.tags, settings.resource_group_id)
    wanted = settings.network
    network = Network(
        "net",
        NetworkArgs(
            vpc_cidr=wanted.vpc_cidr,
            zones=[
                Zone(zone_id=zone.zone_id, node_cidr=zone.node_cidr, pod_cidr=zone.pod_cidr)
                for zone in wanted.zones
            ],
            nat=Nat(eip_bandwidth_mbps=wanted.nat.eip_bandwidth_mbps) if wanted.nat else None,
        ),
        pulumi.ResourceOptions(providers=[provider]),
    )
    pulumi.export("vpc_id", network.vpc_id)
