"""The VPC service."""

from __future__ import annotations

from typing import ClassVar

from sandbox.cloud.service import Kind
from sandbox.cloud.vpc.networks import VPC, VSWITCH
from sandbox.cloud.vpc.vswitches import VSwitches


class Vpc(VSwitches):
    """VPC 2016-04-28."""

    taggable: ClassVar = {"VPC": VPC, "VSWITCH": VSWITCH}

    kinds = (
        Kind(VPC, "VpcId", "VpcName", "vpc", costs=False),
        Kind(VSWITCH, "VSwitchId", "VSwitchName", "vswitch", costs=False),
    )
