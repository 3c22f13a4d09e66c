"""vSwitches and the private addresses taken from them."""

from __future__ import annotations

import ipaddress

from sandbox.cloud import forms
from sandbox.cloud.service import Response, public, verb
from sandbox.cloud.store import Data
from sandbox.cloud.vpc import errors
from sandbox.cloud.vpc.networks import ADDRESS, SNAT_ENTRY, VSWITCH, Networks

_KEPT_FIRST, _KEPT_LAST = 1, 3
"""Addresses that Alibaba Cloud keeps in every vSwitch (reference page of CreateVSwitch)."""

_VSWITCH_PREFIXES = range(16, 30)
"""Allowed mask lengths of a vSwitch: 16 to 29 (same page)."""


class VSwitches(Networks):
    """vSwitch actions."""

    @verb()
    def create_vswitch(
        self,
        *,
        vpc_id: str,
        cidr_block: str,
        zone_id: str,
        region_id: str | None = None,
        vswitch_name: str = "",
        description: str = "",
        tags: dict[str, str] | None = None,
        client_token: str | None = None,
    ) -> Response:
        """CreateVSwitch: asynchronous, Pending and then Available."""
        vpc = self.available_vpc(vpc_id)
        region_id = region_id or vpc["RegionId"]
        if zone_id not in self.cloud.zones(region_id):
            raise errors.ZONE_NOT_AVAILABLE()
        if not forms.valid_name(vswitch_name):
            raise errors.INVALID_VSWITCH_NAME()
        network = _vswitch_network(cidr_block, vpc)
        neighbours = self.find(VSWITCH, VpcId=vpc_id)
        if any(network.overlaps(ipaddress.ip_network(other["CidrBlock"])) for other in neighbours):
            raise errors.CIDR_OVERLAPPED()
        if len(neighbours) >= self.cloud.quota("vpc.vswitches_per_vpc"):
            raise errors.QUOTA_VSWITCH()
        vswitch_id = self.new_id("vsw")
        vswitch: Data = {
            "VSwitchId": vswitch_id,
            "VSwitchName": vswitch_name,
            "VpcId": vpc_id,
            "RegionId": region_id,
            "ZoneId": zone_id,
            "CidrBlock": cidr_block,
            "Description": description,
            "ResourceGroupId": vpc["ResourceGroupId"],
            "IsDefault": False,
            "RouteTable": {"RouteTableId": vpc["RouteTableId"], "RouteTableType": "System"},
            "CreationTime": self.timestamp(),
            "Status": "Pending",
            "tags": tags or {},
        }
        self.add(VSWITCH, vswitch_id, self.later(vswitch, "vpc.vswitch.create", Status="Available"))
        return {"VSwitchId": vswitch_id}

    @verb(reads=True)
    def describe_vswitch_attributes(
        self,
        *,
        vswitch_id: str,
        region_id: str | None = None,
    ) -> Response:
        """DescribeVSwitchAttributes."""
        return self._shown(self.vswitch(vswitch_id))

    @verb(reads=True)
    def describe_vswitches(
        self,
        *,
        region_id: str | None = None,
        vpc_id: str | None = None,
        vswitch_id: str | None = None,
        vswitch_name: str | None = None,
        zone_id: str | None = None,
        tags: dict[str, str] | None = None,
    ) -> Response:
        """DescribeVSwitches, one page with all of them."""
        found = self.find(
            VSWITCH,
            tags,
            RegionId=region_id,
            VpcId=vpc_id,
            VSwitchId=vswitch_id,
            VSwitchName=vswitch_name,
            ZoneId=zone_id,
        )
        return {
            "VSwitches": {"VSwitch": [self._shown(vswitch) for vswitch in found]},
            "TotalCount": len(found),
        }

    @verb()
    def modify_vswitch_attribute(
        self,
        *,
        vswitch_id: str,
        vswitch_name: str | None = None,
        description: str | None = None,
        region_id: str | None = None,
    ) -> Response:
        """ModifyVSwitchAttribute."""
        vswitch = self.available_vswitch(vswitch_id)
        if vswitch_name is not None:
            if not forms.valid_name(vswitch_name):
                raise errors.INVALID_VSWITCH_NAME()
            vswitch["VSwitchName"] = vswitch_name
        if description is not None:
            vswitch["Description"] = description
        self.save(VSWITCH, vswitch_id, vswitch)
        return {}

    @verb()
    def delete_vswitch(self, *, vswitch_id: str, region_id: str | None = None) -> Response:
        """DeleteVSwitch: refused while an address of it is in use."""
        self.available_vswitch(vswitch_id)
        if self.nat_gateways_in(vswitch_id):
            raise errors.VSWITCH_HAS_NAT_GATEWAY()
        if self.store.find(SNAT_ENTRY, SourceVSwitchId=vswitch_id):
            raise errors.VSWITCH_HAS_SNAT()
        if self.store.count(ADDRESS, VSwitchId=vswitch_id):
            raise errors.VSWITCH_IN_USE()
        self.remove(VSWITCH, vswitch_id)
        return {}

    # Addresses: for the other services, not API actions. Called inside their verbs' transactions.

    def allocate_ip(self, vswitch_id: str, owner: str) -> str:
        """Give the owner a free address of the vSwitch.

        Raises InvalidVSwitchId.NotFound, or InvalidVSwitchId.IpNotEnough with the numbers.
        """
        vswitch = self.vswitch(vswitch_id)
        first, last = _usable(vswitch["CidrBlock"])
        size = last - first + 1
        with self.store.transaction():
            while True:  # onwards from the last one given, so that 10,000 pods are not searched
                turn = self.store.next_number(f"address/{vswitch_id}")
                ip = str(ipaddress.IPv4Address(first + (turn - 1) % size))
                if self.store.get(ADDRESS, f"{vswitch_id}/{ip}") is None:
                    break
                if self.store.count(ADDRESS, VSwitchId=vswitch_id) >= size:
                    raise errors.NO_FREE_ADDRESS(vswitch=vswitch_id, free=0, needed=1)
            address = {"VSwitchId": vswitch_id, "Owner": owner, "Address": ip}
            self.store.insert(ADDRESS, f"{vswitch_id}/{ip}", address)
        return ip

    def release_ip(self, vswitch_id: str, owner: str) -> None:
        """Free the owner's addresses in the vSwitch; none is fine."""
        for address in self.store.find(ADDRESS, Owner=owner, VSwitchId=vswitch_id):
            self.store.delete(ADDRESS, f"{vswitch_id}/{address['Address']}")

    def addresses(self, vswitch_id: str) -> list[Data]:
        """Addresses in use: Owner, Address."""
        return self.store.find(ADDRESS, VSwitchId=vswitch_id)

    def free_addresses(self, vswitch_id: str) -> int:
        """How many instances still fit."""
        first, last = _usable(self.vswitch(vswitch_id)["CidrBlock"])
        return last - first + 1 - self.store.count(ADDRESS, VSwitchId=vswitch_id)

    def vswitch(self, vswitch_id: str) -> Data:
        """The vSwitch. Raises InvalidVSwitchId.NotFound."""
        vswitch = self.get(VSWITCH, vswitch_id)
        if vswitch is None:
            raise errors.VSWITCH_NOT_FOUND()
        return vswitch

    def available_vswitch(self, vswitch_id: str) -> Data:
        """The vSwitch in a state that allows a change. Raises IncorrectVSwitchStatus."""
        vswitch = self.vswitch(vswitch_id)
        if vswitch["Status"] != "Available":
            raise errors.INCORRECT_VSWITCH_STATUS()
        return vswitch

    def _shown(self, vswitch: Data) -> Response:
        free = self.free_addresses(vswitch["VSwitchId"])
        return {**public(vswitch), "AvailableIpAddressCount": free}


def _vswitch_network(cidr_block: str, vpc: Data) -> ipaddress.IPv4Network:
    try:
        network = ipaddress.IPv4Network(cidr_block)
    except ValueError as error:  # malformed, or host bits set
        raise errors.INVALID_CIDR_IN_VPC() from error
    inside = network.subnet_of(ipaddress.IPv4Network(vpc["CidrBlock"]))
    if not inside or network.prefixlen not in _VSWITCH_PREFIXES:
        raise errors.INVALID_CIDR_IN_VPC()
    return network


def _usable(cidr_block: str) -> tuple[int, int]:
    network = ipaddress.IPv4Network(cidr_block)
    first = int(network.network_address) + _KEPT_FIRST
    return first, int(network.broadcast_address) - _KEPT_LAST
