"""VPCs."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from sandbox.cloud import forms
from sandbox.cloud.service import Response, public, verb
from sandbox.cloud.store import Data
from sandbox.cloud.tagging import Tagging
from sandbox.cloud.vpc import errors

VPC = "vpc.Vpc"
VSWITCH = "vpc.VSwitch"
ADDRESS = "vpc.Address"
NAT_GATEWAY = "vpc.NatGateway"
SNAT_ENTRY = "vpc.SnatEntry"
EIP = "vpc.Eip"

DEFAULT_CIDR = "172.16.0.0/12"
"""The CIDR block when none is given (reference page of CreateVpc, read 2026-11-22)."""

_VPC_PREFIXES = range(8, 25)
"""Allowed mask lengths of a VPC: 8 to 24 (same page)."""


class Networks(Tagging):
    """VPC actions."""

    service = "vpc"

    @verb()
    def create_vpc(
        self,
        *,
        region_id: str,
        cidr_block: str = DEFAULT_CIDR,
        vpc_name: str = "",
        description: str = "",
        resource_group_id: str = "",
        tags: dict[str, str] | None = None,
        client_token: str | None = None,
    ) -> Response:
        """CreateVpc: asynchronous, Pending and then Available; comes with a system route table."""
        self.cloud.check_region(region_id)
        _check_vpc_cidr(cidr_block)
        if not forms.valid_name(vpc_name):
            raise errors.INVALID_VPC_NAME()
        if self.store.count(VPC, RegionId=region_id) >= self.cloud.quota("vpc.vpcs"):
            raise errors.QUOTA_VPC()
        vpc_id, router_id, table_id = (self.new_id(prefix) for prefix in ("vpc", "vrt", "vtb"))
        vpc: Data = {
            "VpcId": vpc_id,
            "VpcName": vpc_name,
            "RegionId": region_id,
            "CidrBlock": cidr_block,
            "Description": description,
            "ResourceGroupId": resource_group_id or self.cloud.default_resource_group,
            "VRouterId": router_id,
            "RouteTableId": table_id,
            "SecondaryCidrBlocks": {"SecondaryCidrBlock": []},
            "UserCidrs": {"UserCidr": []},
            "IsDefault": False,
            "CreationTime": self.timestamp(),
            "Status": "Pending",
            "tags": tags or {},
        }
        self.add(VPC, vpc_id, self.later(vpc, "vpc.vpc.create", Status="Available"))
        return {
            "VpcId": vpc_id,
            "VRouterId": router_id,
            "RouteTableId": table_id,
            "ResourceGroupId": vpc["ResourceGroupId"],
        }

    @verb(reads=True)
    def describe_vpc_attribute(self, *, vpc_id: str, region_id: str | None = None) -> Response:
        """DescribeVpcAttribute."""
        vpc = self.vpc(vpc_id)
        vswitches = [vswitch["VSwitchId"] for vswitch in self.find(VSWITCH, VpcId=vpc_id)]
        return {**public(vpc), "VSwitchIds": {"VSwitchId": vswitches}}

    @verb(reads=True)
    def describe_vpcs(
        self,
        *,
        region_id: str,
        vpc_id: str | None = None,
        vpc_name: str | None = None,
        tags: dict[str, str] | None = None,
    ) -> Response:
        """DescribeVpcs, one page with all of them."""
        found = self.find(VPC, tags, RegionId=region_id, VpcId=vpc_id, VpcName=vpc_name)
        return {"Vpcs": {"Vpc": [public(vpc) for vpc in found]}, "TotalCount": len(found)}

    @verb()
    def modify_vpc_attribute(
        self,
        *,
        vpc_id: str,
        vpc_name: str | None = None,
        description: str | None = None,
        cidr_block: str | None = None,
        region_id: str | None = None,
    ) -> Response:
        """ModifyVpcAttribute; a new CIDR block must hold all vSwitches."""
        vpc = self.available_vpc(vpc_id)
        if vpc_name is not None:
            if not forms.valid_name(vpc_name):
                raise errors.INVALID_VPC_NAME()
            vpc["VpcName"] = vpc_name
        if description is not None:
            vpc["Description"] = description
        if cidr_block not in (None, vpc["CidrBlock"]):
            _check_vpc_cidr(
                str(cidr_block), [v["CidrBlock"] for v in self.find(VSWITCH, VpcId=vpc_id)]
            )
            vpc["CidrBlock"] = cidr_block
        self.save(VPC, vpc_id, vpc)
        return {}

    @verb()
    def delete_vpc(self, *, vpc_id: str, region_id: str | None = None) -> Response:
        """DeleteVpc: refused while anything is in the VPC."""
        self.available_vpc(vpc_id)
        if self.find(VSWITCH, VpcId=vpc_id):
            raise errors.VPC_HAS_VSWITCH()
        if self.find(NAT_GATEWAY, VpcId=vpc_id):
            raise errors.VPC_HAS_NAT_GATEWAY()
        if self.cloud.ecs.security_groups_in(vpc_id):
            raise errors.VPC_HAS_SECURITY_GROUP()
        self.remove(VPC, vpc_id)
        return {}

    def vpc(self, vpc_id: str) -> Data:
        """The VPC. Raises InvalidVpcID.NotFound."""
        vpc = self.get(VPC, vpc_id)
        if vpc is None:
            raise errors.VPC_NOT_FOUND()
        return vpc

    def nat_gateways_in(self, vswitch_id: str) -> list[Data]:
        """NAT gateways that stand in the vSwitch."""
        return [
            gateway
            for gateway in self.find(NAT_GATEWAY)
            if gateway["NatGatewayPrivateInfo"]["VswitchId"] == vswitch_id
        ]

    def available_vpc(self, vpc_id: str) -> Data:
        """The VPC in a state that allows a change. Raises IncorrectVpcStatus."""
        vpc = self.vpc(vpc_id)
        if vpc["Status"] != "Available":
            raise errors.INCORRECT_VPC_STATUS()
        return vpc


def _check_vpc_cidr(cidr_block: str, inside: Sequence[str] = ()) -> None:
    try:
        network = ipaddress.IPv4Network(cidr_block)
    except ValueError as error:  # malformed, or host bits set
        raise errors.INVALID_VPC_CIDR() from error
    holds = all(ipaddress.IPv4Network(cidr).subnet_of(network) for cidr in inside)
    if network.prefixlen not in _VPC_PREFIXES or not holds:
        raise errors.INVALID_VPC_CIDR()
