"""Internet NAT gateways and their SNAT entries."""

from __future__ import annotations

import ipaddress

from sandbox.cloud import forms
from sandbox.cloud.service import Response, public, verb
from sandbox.cloud.store import Data
from sandbox.cloud.vpc import errors
from sandbox.cloud.vpc.networks import EIP, NAT_GATEWAY, SNAT_ENTRY
from sandbox.cloud.vpc.vswitches import VSwitches


class NatGateways(VSwitches):
    """NAT gateway and SNAT actions."""

    @verb()
    def create_nat_gateway(
        self,
        *,
        region_id: str,
        vpc_id: str,
        vswitch_id: str,
        name: str = "",
        description: str = "",
        nat_type: str = "Enhanced",
        network_type: str = "internet",
        instance_charge_type: str = "PostPaid",
        internet_charge_type: str = "PayByLcu",
        tags: dict[str, str] | None = None,
        client_token: str | None = None,
    ) -> Response:
        """CreateNatGateway: asynchronous, Creating and then Available; takes a vSwitch address."""
        self.cloud.check_region(region_id)
        self.available_vpc(vpc_id)
        vswitch = self.available_vswitch(vswitch_id)
        if vswitch["VpcId"] != vpc_id:
            raise errors.VSWITCH_NOT_IN_VPC()
        if not forms.valid_name(name):
            raise errors.INVALID_NAT_GATEWAY_NAME()
        gateway_id, forward_id, snat_id = (self.new_id(prefix) for prefix in ("ngw", "ftb", "stb"))
        gateway: Data = {
            "NatGatewayId": gateway_id,
            "Name": name,
            "Description": description,
            "VpcId": vpc_id,
            "RegionId": region_id,
            "NatType": nat_type,
            "NetworkType": network_type,
            "InstanceChargeType": instance_charge_type,
            "InternetChargeType": internet_charge_type,
            "DeletionProtection": False,
            "NatGatewayPrivateInfo": {
                "VswitchId": vswitch_id,
                "IzNo": vswitch["ZoneId"],
                "PrivateIpAddress": self.allocate_ip(vswitch_id, gateway_id),
            },
            "ForwardTableIds": {"ForwardTableId": [forward_id]},
            "SnatTableIds": {"SnatTableId": [snat_id]},
            "CreationTime": self.timestamp(),
            "Status": "Creating",
            "tags": tags or {},
        }
        self.add(NAT_GATEWAY, gateway_id, self.later(gateway, "vpc.nat.create", Status="Available"))
        return {
            "NatGatewayId": gateway_id,
            "ForwardTableIds": gateway["ForwardTableIds"],
            "SnatTableIds": gateway["SnatTableIds"],
        }

    @verb(reads=True)
    def describe_nat_gateways(
        self,
        *,
        region_id: str | None = None,
        nat_gateway_id: str | None = None,
        vpc_id: str | None = None,
        name: str | None = None,
        tags: dict[str, str] | None = None,
    ) -> Response:
        """DescribeNatGateways, one page with all of them."""
        found = self.find(
            NAT_GATEWAY,
            tags,
            RegionId=region_id,
            NatGatewayId=nat_gateway_id,
            VpcId=vpc_id,
            Name=name,
        )
        shown = [self._shown_gateway(gateway) for gateway in found]
        return {"NatGateways": {"NatGateway": shown}, "TotalCount": len(shown)}

    @verb()
    def modify_nat_gateway_attribute(
        self,
        *,
        nat_gateway_id: str,
        name: str | None = None,
        description: str | None = None,
        region_id: str | None = None,
    ) -> Response:
        """ModifyNatGatewayAttribute."""
        gateway = self.available_nat_gateway(nat_gateway_id)
        if name is not None:
            if not forms.valid_name(name):
                raise errors.INVALID_NAT_GATEWAY_NAME()
            gateway["Name"] = name
        if description is not None:
            gateway["Description"] = description
        self.save(NAT_GATEWAY, nat_gateway_id, gateway)
        return {}

    @verb()
    def delete_nat_gateway(
        self, *, nat_gateway_id: str, force: bool = False, region_id: str | None = None
    ) -> Response:
        """DeleteNatGateway: refused while an EIP is bound; `force` takes the SNAT entries along."""
        gateway = self.available_nat_gateway(nat_gateway_id)
        if gateway["InstanceChargeType"] == "PrePaid":
            raise errors.NAT_GATEWAY_PREPAID()
        if gateway["DeletionProtection"]:
            raise errors.DELETION_PROTECTED()
        if self.eips_of(nat_gateway_id):
            raise errors.NAT_GATEWAY_HAS_EIP()
        entries = self.find(SNAT_ENTRY, SnatTableId=gateway["SnatTableIds"]["SnatTableId"][0])
        if entries and not force:
            raise errors.NAT_GATEWAY_HAS_SNAT()
        for entry in entries:
            self.remove(SNAT_ENTRY, entry["SnatEntryId"])
        self.release_ip(gateway["NatGatewayPrivateInfo"]["VswitchId"], nat_gateway_id)
        self.remove(NAT_GATEWAY, nat_gateway_id)
        return {}

    @verb()
    def create_snat_entry(
        self,
        *,
        snat_table_id: str,
        snat_ip: str,
        source_vswitch_id: str | None = None,
        source_cidr: str | None = None,
        snat_entry_name: str = "",
        region_id: str | None = None,
        client_token: str | None = None,
    ) -> Response:
        """CreateSnatEntry: Pending and then Available; the EIPs must be bound to the gateway."""
        gateway = self._gateway_of_table(snat_table_id)
        if gateway["Status"] != "Available":
            raise errors.NAT_GATEWAY_NOT_READY()
        if source_vswitch_id:
            vswitch = self.vswitch(source_vswitch_id)
            if vswitch["VpcId"] != gateway["VpcId"]:
                raise errors.VSWITCH_NOT_FOUND()
            source_cidr = vswitch["CidrBlock"]
        source = _source_network(source_cidr)
        bound = {eip["IpAddress"] for eip in self.eips_of(gateway["NatGatewayId"])}
        if not set(snat_ip.split(",")) <= bound:
            raise errors.EIP_NOT_IN_GATEWAY()
        for other in self.find(SNAT_ENTRY, SnatTableId=snat_table_id):
            if source_vswitch_id and other["SourceVSwitchId"] == source_vswitch_id:
                raise errors.SNAT_SOURCE_VSWITCH_TAKEN()
            if ipaddress.ip_network(other["SourceCIDR"]) == source:
                raise errors.SNAT_SOURCE_CIDR_TAKEN()
        entry_id = self.new_id("snat")
        entry: Data = {
            "SnatEntryId": entry_id,
            "SnatTableId": snat_table_id,
            "SnatEntryName": snat_entry_name,
            "SourceVSwitchId": source_vswitch_id or "",
            "SourceCIDR": str(source),
            "SnatIp": snat_ip,
            "Status": "Pending",
        }
        self.add(SNAT_ENTRY, entry_id, self.later(entry, "vpc.snat.create", Status="Available"))
        return {"SnatEntryId": entry_id}

    @verb(reads=True)
    def describe_snat_table_entries(
        self,
        *,
        snat_table_id: str,
        snat_entry_id: str | None = None,
        region_id: str | None = None,
    ) -> Response:
        """DescribeSnatTableEntries, one page with all of them."""
        self._gateway_of_table(snat_table_id)
        found = [
            public(entry)
            for entry in self.find(SNAT_ENTRY, SnatTableId=snat_table_id)
            if snat_entry_id in (None, entry["SnatEntryId"])
        ]
        return {"SnatTableEntries": {"SnatTableEntry": found}, "TotalCount": len(found)}

    @verb()
    def modify_snat_entry(
        self,
        *,
        snat_table_id: str,
        snat_entry_id: str,
        snat_ip: str | None = None,
        snat_entry_name: str | None = None,
        region_id: str | None = None,
    ) -> Response:
        """ModifySnatEntry."""
        gateway = self._gateway_of_table(snat_table_id)
        entry = self._stable_entry(snat_table_id, snat_entry_id)
        if snat_ip is not None:
            bound = {eip["IpAddress"] for eip in self.eips_of(gateway["NatGatewayId"])}
            if not set(snat_ip.split(",")) <= bound:
                raise errors.EIP_NOT_IN_GATEWAY()
            entry["SnatIp"] = snat_ip
        if snat_entry_name is not None:
            entry["SnatEntryName"] = snat_entry_name
        self.save(SNAT_ENTRY, snat_entry_id, entry)
        return {}

    @verb()
    def delete_snat_entry(
        self, *, snat_table_id: str, snat_entry_id: str, region_id: str | None = None
    ) -> Response:
        """DeleteSnatEntry."""
        self._gateway_of_table(snat_table_id)
        self._stable_entry(snat_table_id, snat_entry_id)
        self.remove(SNAT_ENTRY, snat_entry_id)
        return {}

    def eips_of(self, instance_id: str) -> list[Data]:
        """Addresses that are bound to an instance."""
        # Not by find(InstanceId=…): unbinding changes it later, and find sees what is stored.
        return [eip for eip in self.find(EIP) if eip["InstanceId"] == instance_id]

    def nat_gateway(self, nat_gateway_id: str) -> Data:
        """The NAT gateway. Raises InvalidNatGatewayId.NotFound."""
        gateway = self.get(NAT_GATEWAY, nat_gateway_id)
        if gateway is None:
            raise errors.NAT_GATEWAY_NOT_FOUND()
        return gateway

    def available_nat_gateway(self, nat_gateway_id: str) -> Data:
        """The NAT gateway in a state that allows a change. Raises TaskConflict."""
        gateway = self.nat_gateway(nat_gateway_id)
        if gateway["Status"] != "Available":
            raise errors.TASK_CONFLICT()
        return gateway

    def _gateway_of_table(self, snat_table_id: str) -> Data:
        for gateway in self.find(NAT_GATEWAY):
            if snat_table_id in gateway["SnatTableIds"]["SnatTableId"]:
                return gateway
        raise errors.SNAT_TABLE_NOT_FOUND()

    def _stable_entry(self, snat_table_id: str, snat_entry_id: str) -> Data:
        entry = self.get(SNAT_ENTRY, snat_entry_id)
        if entry is None or entry["SnatTableId"] != snat_table_id:
            raise errors.SNAT_ENTRY_NOT_FOUND()
        if entry["Status"] != "Available":
            raise errors.SNAT_ENTRY_BUSY()
        return entry

    def _shown_gateway(self, gateway: Data) -> Response:
        bound = [
            {"AllocationId": eip["AllocationId"], "IpAddress": eip["IpAddress"]}
            for eip in self.eips_of(gateway["NatGatewayId"])
        ]
        return {**public(gateway), "IpLists": {"IpList": bound}}


def _source_network(cidr: str | None) -> ipaddress.IPv4Network:
    try:
        return ipaddress.IPv4Network(cidr or "")
    except ValueError as error:
        raise errors.INVALID_SOURCE_CIDR() from error
