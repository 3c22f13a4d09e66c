"""alicloud:vpc/natGateway:NatGateway."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from sandbox.providers.alicloud.call import Answer, Call
from sandbox.providers.alicloud.handler import Handler, dug, first
from sandbox.providers.alicloud.handlers.payment import CHARGE_TYPES, payment_type
from sandbox.providers.alicloud.values import Values


class NatGateway(Handler):
    """An Internet NAT gateway."""

    token = "alicloud:vpc/natGateway:NatGateway"
    label = "NAT gateway"
    arguments: ClassVar = {
        "vpcId": "vpc_id",
        "vswitchId": "vswitch_id",
        "natGatewayName": "name",
        "description": "description",
        "natType": "nat_type",
        "networkType": "network_type",
        "internetChargeType": "internet_charge_type",
        "tags": "tags",
    }
    outputs: ClassVar = {
        "vpcId": "VpcId",
        "vswitchId": "NatGatewayPrivateInfo.VswitchId",
        "natGatewayName": "Name",
        "description": "Description",
        "natType": "NatType",
        "networkType": "NetworkType",
        "internetChargeType": "InternetChargeType",
        "deletionProtection": "DeletionProtection",
        "status": "Status",
    }
    more_outputs = ("snatTableIds", "forwardTableIds", "paymentType")
    tagged = True
    ready_state = "Available"
    unsimulated = ("natType", "specification", "eipBindMode", "icmpReplyEnabled")

    def create(self, call: Call, inputs: Values) -> str:
        """CreateNatGateway: each try has a new ClientToken, so a lost answer makes a second one."""
        charge_type = CHARGE_TYPES[inputs.get("paymentType", "PayAsYouGo")]
        answer = call.retried(
            lambda: call.cloud.vpc.create_nat_gateway(
                region_id=call.region,
                **self.given(inputs),
                instance_charge_type=charge_type,
                client_token=call.client_token("CreateNatGateway"),
            )
        )
        return str(answer["NatGatewayId"])

    def complete(self, call: Call, id: str, inputs: Values) -> None:
        """DeletionProtection."""
        if inputs.get("deletionProtection"):
            self._protect(call, id, True)

    def describe(self, call: Call, id: str) -> Answer:
        """DescribeNatGateways."""
        answer = call.cloud.vpc.describe_nat_gateways(nat_gateway_id=id, region_id=call.region)
        return first(answer["NatGateways"]["NatGateway"])

    def output_values(self, answer: Answer) -> Values:
        """Table ids are one string, as in the official provider."""
        return {
            **super().output_values(answer),
            "snatTableIds": ",".join(dug(answer, "SnatTableIds.SnatTableId")),
            "forwardTableIds": ",".join(dug(answer, "ForwardTableIds.ForwardTableId")),
            "paymentType": payment_type(answer["InstanceChargeType"]),
        }

    def update(
        self, call: Call, id: str, old: Values, new: Values, changed: Collection[str]
    ) -> None:
        """ModifyNatGatewayAttribute, DeletionProtection and the tags.

        A changed vSwitch alone moves nothing, as with the official provider.
        """
        vpc = call.cloud.vpc
        if {"natGatewayName", "description"} & set(changed):
            call.retried(
                lambda: vpc.modify_nat_gateway_attribute(
                    nat_gateway_id=id,
                    name=new.get("natGatewayName", ""),
                    description=new.get("description", ""),
                )
            )
        if "deletionProtection" in changed:
            self._protect(call, id, bool(new.get("deletionProtection")))
        self.update_tags(call, vpc, "NATGATEWAY", id, old, new, changed)

    def delete(self, call: Call, id: str, state: Values) -> None:
        """DeleteNatGateway; a subscription one is only forgotten, as by the official provider."""
        if state.get("paymentType") != "Subscription":
            super().delete(call, id, state)

    def remove(self, call: Call, id: str, state: Values) -> Any:
        """DeleteNatGateway."""
        force = bool(state.get("force"))
        return call.cloud.vpc.delete_nat_gateway(nat_gateway_id=id, force=force)

    def blockers(self, call: Call, id: str) -> list[str]:
        """Addresses that are still bound."""
        answer = call.cloud.vpc.describe_eip_addresses(associated_instance_id=id)
        return [eip["AllocationId"] for eip in answer["EipAddresses"]["EipAddress"]]

    def _protect(self, call: Call, id: str, enable: bool) -> None:
        call.retried(
            lambda: call.cloud.vpc.deletion_protection(
                instance_id=id, type="NATGW", protection_enable=enable
            )
        )
