"""The VPC service."""

from __future__ import annotations

from typing import ClassVar

from sandbox.cloud.service import Kind
from sandbox.cloud.vpc.eips import Eips
from sandbox.cloud.vpc.networks import EIP, NAT_GATEWAY, SNAT_ENTRY, VPC, VSWITCH


class Vpc(Eips):
    """VPC 2016-04-28."""

    taggable: ClassVar = {"VPC": VPC, "VSWITCH": VSWITCH, "NATGATEWAY": NAT_GATEWAY, "EIP": EIP}
    kinds = (
        Kind(VPC, "VpcId", "VpcName", "vpc", costs=False),
        Kind(VSWITCH, "VSwitchId", "VSwitchName", "vswitch", costs=False),
        Kind(NAT_GATEWAY, "NatGatewayId", "Name", "natgateway"),
        Kind(SNAT_ENTRY, "SnatEntryId", "SnatEntryName", costs=False),
        Kind(EIP, "AllocationId", "Name", "eip"),
    )
