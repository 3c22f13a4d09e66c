"""alicloud:ecs/eipAddress:EipAddress."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from sandbox.providers.alicloud.call import Answer, Call
from sandbox.providers.alicloud.handler import Handler, first
from sandbox.providers.alicloud.handlers.payment import CHARGE_TYPES, payment_type
from sandbox.providers.alicloud.values import Values


class EipAddress(Handler):
    """An elastic IP address."""

    token = "alicloud:ecs/eipAddress:EipAddress"
    label = "EIP"
    arguments: ClassVar = {
        "addressName": "name",
        "description": "description",
        "bandwidth": "bandwidth",
        "internetChargeType": "internet_charge_type",
        "isp": "isp",
        "resourceGroupId": "resource_group_id",
        "tags": "tags",
    }
    outputs: ClassVar = {
        "addressName": "Name",
        "description": "Description",
        "ipAddress": "IpAddress",
        "bandwidth": "Bandwidth",
        "internetChargeType": "InternetChargeType",
        "isp": "ISP",
        "resourceGroupId": "ResourceGroupId",
        "deletionProtection": "DeletionProtection",
        "createTime": "AllocationTime",
        "status": "Status",
    }
    more_outputs = ("paymentType",)
    tagged = True

    def create(self, call: Call, inputs: Values) -> str:
        """AllocateEipAddress: one ClientToken for all tries."""
        token = call.client_token("AllocateEipAddress")
        charge_type = CHARGE_TYPES[inputs.get("paymentType", "PayAsYouGo")]
        answer = call.retried(
            lambda: call.cloud.vpc.allocate_eip_address(
                region_id=call.region,
                **self.given(inputs),
                instance_charge_type=charge_type,
                client_token=token,
            )
        )
        return str(answer["AllocationId"])

    def complete(self, call: Call, id: str, inputs: Values) -> None:
        """DeletionProtection."""
        if inputs.get("deletionProtection"):
            self._protect(call, id, True)

    def describe(self, call: Call, id: str) -> Answer:
        """DescribeEipAddresses."""
        answer = call.cloud.vpc.describe_eip_addresses(allocation_id=id, region_id=call.region)
        return first(answer["EipAddresses"]["EipAddress"])

    def output_values(self, answer: Answer) -> Values:
        """With the way of paying under its newer name."""
        return {
            **super().output_values(answer),
            "paymentType": payment_type(answer["ChargeType"]),
        }

    def update(
        self, call: Call, id: str, old: Values, new: Values, changed: Collection[str]
    ) -> None:
        """ModifyEipAddressAttribute, DeletionProtection and the tags."""
        vpc = call.cloud.vpc
        if {"addressName", "bandwidth", "description"} & set(changed):
            call.retried(
                lambda: vpc.modify_eip_address_attribute(
                    allocation_id=id,
                    bandwidth=new.get("bandwidth"),
                    name=new.get("addressName", ""),
                    description=new.get("description", ""),
                )
            )
        if "deletionProtection" in changed:
            self._protect(call, id, bool(new.get("deletionProtection")))
        self.update_tags(call, vpc, "EIP", id, old, new, changed)

    def remove(self, call: Call, id: str, state: Values) -> Any:
        """ReleaseEipAddress."""
        return call.cloud.vpc.release_eip_address(allocation_id=id)

    def _protect(self, call: Call, id: str, enable: bool) -> None:
        call.retried(
            lambda: call.cloud.vpc.deletion_protection(
                instance_id=id, type="EIP", protection_enable=enable
            )
        )
