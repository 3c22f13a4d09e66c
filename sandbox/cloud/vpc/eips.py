"""Elastic IP addresses."""

from __future__ import annotations

import ipaddress

from sandbox.cloud import forms
from sandbox.cloud.service import Response, public, verb
from sandbox.cloud.store import Data, Store
from sandbox.cloud.vpc import errors
from sandbox.cloud.vpc.nat_gateways import NatGateways
from sandbox.cloud.vpc.networks import EIP, NAT_GATEWAY, SNAT_ENTRY

_PUBLIC = ipaddress.IPv4Network("198.18.0.0/15")
"""Where simulated public addresses come from: a range that is never routed (RFC 2544)."""


def public_address(store: Store) -> str:
    """The next simulated public address."""
    return str(_PUBLIC[store.next_number("public-address")])


class Eips(NatGateways):
    """EIP actions."""

    @verb()
    def allocate_eip_address(
        self,
        *,
        region_id: str,
        bandwidth: str = "5",
        name: str = "",
        description: str = "",
        instance_charge_type: str = "PostPaid",
        internet_charge_type: str = "PayByTraffic",
        isp: str = "BGP",
        resource_group_id: str = "",
        tags: dict[str, str] | None = None,
        client_token: str | None = None,
    ) -> Response:
        """AllocateEipAddress."""
        self.cloud.check_region(region_id)
        if not forms.valid_name(name):
            raise errors.INVALID_EIP_NAME()
        if self.store.count(EIP, RegionId=region_id) >= self.cloud.quota("vpc.eips"):
            raise errors.QUOTA_EIP()
        allocation_id = self.new_id("eip")
        eip: Data = {
            "AllocationId": allocation_id,
            "IpAddress": public_address(self.store),
            "Name": name,
            "Description": description,
            "RegionId": region_id,
            "Bandwidth": str(bandwidth),
            "ChargeType": instance_charge_type,
            "InternetChargeType": internet_charge_type,
            "ISP": isp,
            "ResourceGroupId": resource_group_id or self.cloud.default_resource_group,
            "InstanceId": "",
            "InstanceType": "",
            "DeletionProtection": False,
            "AllocationTime": self.timestamp(),
            "Status": "Available",
            "tags": tags or {},
        }
        self.add(EIP, allocation_id, eip)
        return {
            "AllocationId": allocation_id,
            "EipAddress": eip["IpAddress"],
            "ResourceGroupId": eip["ResourceGroupId"],
        }

    @verb(reads=True)
    def describe_eip_addresses(
        self,
        *,
        region_id: str | None = None,
        allocation_id: str | None = None,
        associated_instance_id: str | None = None,
        eip_name: str | None = None,
        tags: dict[str, str] | None = None,
    ) -> Response:
        """DescribeEipAddresses, one page with all of them."""
        found = [
            public(eip)
            for eip in self.find(
                EIP, tags, RegionId=region_id, AllocationId=allocation_id, Name=eip_name
            )
            if associated_instance_id in (None, eip["InstanceId"])
        ]
        return {"EipAddresses": {"EipAddress": found}, "TotalCount": len(found)}

    @verb()
    def modify_eip_address_attribute(
        self,
        *,
        allocation_id: str,
        bandwidth: str | None = None,
        name: str | None = None,
        description: str | None = None,
        region_id: str | None = None,
    ) -> Response:
        """ModifyEipAddressAttribute."""
        eip = self.eip(allocation_id)
        if name is not None:
            if not forms.valid_name(name):
                raise errors.INVALID_EIP_NAME()
            eip["Name"] = name
        if bandwidth is not None:
            eip["Bandwidth"] = str(bandwidth)
        if description is not None:
            eip["Description"] = description
        self.save(EIP, allocation_id, eip)
        return {}

    @verb()
    def associate_eip_address(
        self,
        *,
        allocation_id: str,
        instance_id: str,
        instance_type: str = "EcsInstance",
        region_id: str | None = None,
        client_token: str | None = None,
    ) -> Response:
        """AssociateEipAddress: Associating and then InUse."""
        eip = self.eip(allocation_id)
        if eip["Status"] != "Available":
            raise errors.INCORRECT_EIP_STATUS()
        self._check_target(instance_id, instance_type)
        eip.update(InstanceId=instance_id, InstanceType=instance_type, Status="Associating")
        self.save(EIP, allocation_id, self.later(eip, "vpc.eip.associate", Status="InUse"))
        return {}

    @verb()
    def unassociate_eip_address(
        self,
        *,
        allocation_id: str,
        instance_id: str | None = None,
        instance_type: str | None = None,
        force: bool = False,
        region_id: str | None = None,
    ) -> Response:
        """UnassociateEipAddress: Unassociating and then Available; refused while SNAT uses it."""
        eip = self.eip(allocation_id)
        if eip["Status"] != "InUse" or instance_id not in (None, eip["InstanceId"]):
            raise errors.INCORRECT_EIP_STATUS()
        used = (entry["SnatIp"].split(",") for entry in self.find(SNAT_ENTRY))
        if any(eip["IpAddress"] in addresses for addresses in used):
            raise errors.EIP_USED_BY_SNAT()
        eip["Status"] = "Unassociating"
        change = {"Status": "Available", "InstanceId": "", "InstanceType": ""}
        self.save(EIP, allocation_id, self.later(eip, "vpc.eip.unassociate", **change))
        return {}

    @verb()
    def release_eip_address(self, *, allocation_id: str, region_id: str | None = None) -> Response:
        """ReleaseEipAddress: only Available and pay-as-you-go ones."""
        eip = self.eip(allocation_id)
        if eip["ChargeType"] == "PrePaid":
            raise errors.EIP_PREPAID()
        if eip["DeletionProtection"]:
            raise errors.DELETION_PROTECTED()
        if eip["Status"] != "Available":
            raise errors.INCORRECT_EIP_STATUS()
        self.remove(EIP, allocation_id)
        return {}

    @verb()
    def deletion_protection(
        self,
        *,
        instance_id: str,
        type: str,
        protection_enable: bool,
        region_id: str | None = None,
        client_token: str | None = None,
    ) -> Response:
        """DeletionProtection of a NAT gateway (type NATGW) or an address (type EIP)."""
        if type == "NATGW":
            kind, data = NAT_GATEWAY, self.nat_gateway(instance_id)
        elif type == "EIP":
            kind, data = EIP, self.eip(instance_id)
        else:
            raise errors.INVALID_PROTECTION_TYPE()
        data["DeletionProtection"] = protection_enable
        self.save(kind, instance_id, data)
        return {}

    def eip(self, allocation_id: str) -> Data:
        """The address. Raises InvalidAllocationId.NotFound."""
        eip = self.get(EIP, allocation_id)
        if eip is None:
            raise errors.EIP_NOT_FOUND()
        return eip

    def _check_target(self, instance_id: str, instance_type: str) -> None:
        if instance_type == "Nat":
            if self.nat_gateway(instance_id)["Status"] != "Available":
                raise errors.INCORRECT_INSTANCE_STATUS()
        elif instance_type == "EcsInstance":
            self.cloud.ecs.instance(instance_id)
        elif instance_type == "SlbInstance":
            self.cloud.slb.load_balancer(instance_id)
        else:
            raise errors.INVALID_INSTANCE_TYPE()
