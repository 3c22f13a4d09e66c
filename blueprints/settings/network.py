"""Settings of the network: VPC, zones with their vSwitches, way out, security group."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ackb.domain import cidr
from blueprints.settings.base import Settings, rule
from blueprints.settings.codes import Code

Range = Annotated[str, rule(Code.RANGE_FORM, cidr.check_form)]
"""An IPv4 range, without bits behind its prefix."""


class Zone(Settings):
    """One zone of the network and the ranges of its vSwitches."""

    zone_id: str = Field(
        examples=["cn-hangzhou-h"], description="Zone id, such as `cn-hangzhou-h`."
    )
    node_cidr: Range = Field(
        examples=["10.1.0.0/20"],
        description="Range of the vSwitch for nodes, databases and load balancers; /16 to /29, "
        "inside `vpc_cidr`.",
    )
    pod_cidr: Range | None = Field(
        default=None,
        description="Range of the vSwitch for pods with an address of their own: Terway pods and "
        "every ECI pod; /16 to /29, inside `vpc_cidr`. Required with Terway. Default: with "
        "Flannel, ECI pods take addresses of `node_cidr`.",
    )


class Nat(Settings):
    """An Internet NAT gateway with one elastic IP address, the way out for nodes and pods."""

    eip_bandwidth_mbps: int = Field(
        default=100,
        ge=1,
        le=200,
        description="Peak bandwidth of the elastic IP address in Mbit/s, paid by traffic. "
        "Default: 100.",
    )


class Network(Settings):
    """A VPC over one or more zones, made by this stack."""

    type: Literal["new"] = Field(
        default="new", description="Who makes it; see also `existing`. Default: new."
    )
    vpc_cidr: Annotated[Range, rule(Code.VPC_RANGE, cidr.check_vpc_text)] = Field(
        examples=["10.0.0.0/8"],
        description="Range of the VPC, /8 to /24. It cannot be changed later.",
    )
    zones: tuple[Zone, ...] = Field(
        min_length=1,
        description="Zones in use, the first one preferred; two or more survive a zone's failure.",
    )
    nat: Nat | None = Field(
        default=Nat(),
        description="Way out to the internet. `null`: none, every image then comes from ACR over "
        "the VPC. Default: a NAT gateway.",
    )
    security_group: Literal["basic", "enterprise"] = Field(
        default="enterprise",
        description="Kind of the security group of nodes and pods: `basic` holds 6,000 addresses, "
        "`enterprise` 65,536. It cannot be changed later. Default: enterprise.",
    )
