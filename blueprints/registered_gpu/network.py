"""Who reaches the cloud nodes of a cluster elsewhere."""

from __future__ import annotations

import pulumi

from ackb.domain.security_rules import SecurityRule
from blueprints.foundation.network import AnyNetwork, AnySecurityGroup
from blueprints.settings import RegisteredGpuSettings
from blueprints.settings.existing import ExistingNetwork
from components.existing import ExistingSecurityGroup, ExistingSecurityGroupArgs
from components.security_group import SecurityGroup, SecurityGroupArgs


def security_group(
    settings: RegisteredGpuSettings, net: AnyNetwork, cloud: pulumi.ResourceOptions
) -> AnySecurityGroup:
    """Declare the security group of the cloud nodes, or name the one that is there."""
    wanted = settings.network
    if isinstance(wanted, ExistingNetwork) and wanted.security_group_id is not None:
        return ExistingSecurityGroup(
            "sg", ExistingSecurityGroupArgs(security_group_id=wanted.security_group_id), cloud
        )
    ranges = {"from-vpc": wanted.vpc_cidr}
    for index, text in enumerate(settings.data_centre.cidrs):
        ranges[f"from-data-centre-{index}"] = text
    rules = {
        name: SecurityRule(direction="ingress", protocol="all", cidr=text)
        for name, text in ranges.items()
    }
    return SecurityGroup(
        "sg",
        SecurityGroupArgs(vpc_id=net.vpc_id, kind=wanted.security_group, rules=rules),
        cloud,
    )
