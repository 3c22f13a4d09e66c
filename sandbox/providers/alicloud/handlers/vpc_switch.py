"""alicloud:vpc/switch:Switch."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from sandbox.providers.alicloud.call import Answer, Call
from sandbox.providers.alicloud.handler import Handler
from sandbox.providers.alicloud.values import Values


class Switch(Handler):
    """A vSwitch."""

    token = "alicloud:vpc/switch:Switch"
    label = "vSwitch"
    arguments: ClassVar = {
        "vpcId": "vpc_id",
        "cidrBlock": "cidr_block",
        "zoneId": "zone_id",
        "vswitchName": "vswitch_name",
        "description": "description",
        "tags": "tags",
    }
    outputs: ClassVar = {
        "cidrBlock": "CidrBlock",
        "vswitchName": "VSwitchName",
        "description": "Description",
        "vpcId": "VpcId",
        "zoneId": "ZoneId",
        "createTime": "CreationTime",
        "isDefault": "IsDefault",
        "status": "Status",
    }
    tagged = True
    ready_state = "Available"

    def create(self, call: Call, inputs: Values) -> str:
        """CreateVSwitch: each try has a new ClientToken, so a lost answer is not recognised."""
        answer = call.retried(
            lambda: call.cloud.vpc.create_vswitch(
                region_id=call.region,
                **self.given(inputs),
                client_token=call.client_token("CreateVSwitch"),
            )
        )
        return str(answer["VSwitchId"])

    def describe(self, call: Call, id: str) -> Answer:
        """DescribeVSwitchAttributes."""
        return call.cloud.vpc.describe_vswitch_attributes(vswitch_id=id, region_id=call.region)

    def update(
        self, call: Call, id: str, old: Values, new: Values, changed: Collection[str]
    ) -> None:
        """ModifyVSwitchAttribute and the tags."""
        vpc = call.cloud.vpc
        if {"vswitchName", "description"} & set(changed):
            call.retried(
                lambda: vpc.modify_vswitch_attribute(
                    vswitch_id=id,
                    vswitch_name=new.get("vswitchName", ""),
                    description=new.get("description", ""),
                )
            )
        self.update_tags(call, vpc, "VSWITCH", id, old, new, changed)

    def remove(self, call: Call, id: str, state: Values) -> Any:
        """DeleteVSwitch."""
        return call.cloud.vpc.delete_vswitch(vswitch_id=id, region_id=call.region)

    def blockers(self, call: Call, id: str) -> list[str]:
        """What has an interface in the vSwitch, and NAT gateways that stand in it."""
        answer = call.cloud.ecs.describe_network_interfaces(vswitch_id=id)
        interfaces = answer["NetworkInterfaceSets"]["NetworkInterfaceSet"]
        gateways = call.cloud.vpc.describe_nat_gateways()["NatGateways"]["NatGateway"]
        return [interface["InstanceId"] for interface in interfaces] + [
            gateway["NatGatewayId"]
            for gateway in gateways
            if gateway["NatGatewayPrivateInfo"]["VswitchId"] == id
        ]
