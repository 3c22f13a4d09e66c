"""Network and security group: created, or there already."""

from __future__ import annotations

from typing import Final

import pulumi

from ackb.domain.security_rules import SecurityRule
from blueprints.existing import Found
from blueprints.settings.existing import AnyNetwork as NetworkForm
from blueprints.settings.existing import ExistingNetwork as ExistingSettings
from blueprints.settings.network import Network as NetworkSettings
from blueprints.settings.platform import PlatformSettings
from components.existing import (
    ExistingNetwork,
    ExistingNetworkArgs,
    ExistingSecurityGroup,
    ExistingSecurityGroupArgs,
    ExistingZone,
)
from components.network import Nat, Network, NetworkArgs, Zone
from components.security_group import SecurityGroup, SecurityGroupArgs

AnyNetwork = Network | ExistingNetwork
AnySecurityGroup = SecurityGroup | ExistingSecurityGroup

_LOAD_BALANCERS: Final = "100.64.0.0/10"
"""Where health checks and layer 7 listeners of CLB come from:
https://www.alibabacloud.com/help/en/slb/classic-load-balancer/user-guide/clb-health-checks"""


def network(wanted: NetworkForm, cloud: pulumi.ResourceOptions) -> AnyNetwork:
    """Declare the VPC with its vSwitches and its way out, or name those that are there."""
    if isinstance(wanted, ExistingSettings):
        return _existing(wanted, cloud)
    return _new(wanted, cloud)


def security_group(
    settings: PlatformSettings, found: Found, base: AnyNetwork, cloud: pulumi.ResourceOptions
) -> AnySecurityGroup:
    """Declare the security group of nodes and pods, or name the one that is there."""
    wanted = settings.network
    given = wanted.security_group_id if isinstance(wanted, ExistingSettings) else None
    if given is None and found.cluster is not None:
        given = found.cluster.security_group_id
    if given is not None:
        return ExistingSecurityGroup(
            "sg", ExistingSecurityGroupArgs(security_group_id=given), cloud
        )
    return SecurityGroup(
        "sg",
        SecurityGroupArgs(vpc_id=base.vpc_id, kind=wanted.security_group, rules=_rules(settings)),
        cloud,
    )


def eci_vswitch_ids(network: AnyNetwork) -> list[pulumi.Output[str]]:
    """Return the vSwitches that give ECI pods their addresses."""
    return list((network.node_vswitch_ids | network.pod_vswitch_ids).values())


def _existing(wanted: ExistingSettings, cloud: pulumi.ResourceOptions) -> ExistingNetwork:
    zones = [
        ExistingZone(
            zone_id=zone.zone_id,
            node_vswitch_id=zone.node_vswitch_id,
            pod_vswitch_id=zone.pod_vswitch_id,
        )
        for zone in wanted.zones
    ]
    return ExistingNetwork("net", ExistingNetworkArgs(vpc_id=wanted.vpc_id, zones=zones), cloud)


def _new(wanted: NetworkSettings, cloud: pulumi.ResourceOptions) -> Network:
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
