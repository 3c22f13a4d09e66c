"""The VPC service."""

from __future__ import annotations

from sandbox.cloud.service import Kind
from sandbox.cloud.vpc.networks import VPC
from sandbox.cloud.vpc.vswitches import VSWITCH, VSwitches


class Vpc(VSwitches):
    """VPC 2016-04-28."""

    kinds = (
        Kind(VPC, "VpcId", "VpcName", "vpc", costs=False),
        Kind(VSWITCH, "VSwitchId", "VSwitchName", "vswitch", costs=False),
    )
