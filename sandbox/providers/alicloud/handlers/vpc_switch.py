"""alicloud:vpc/switch:Switch."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar

from sandbox.providers.alicloud.call import Answer, Call
from sandbox.providers.alicloud.handler import Handler, tags_of
from sandbox.providers.alicloud.values import Values


class Switch(Handler):
    """A vSwitch."""

    token = "alicloud:vpc/switch:Switch"
    label = "vSwitch"
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
    reports = ("tags",)

    def create(self, call: Call, inputs: Values) -> str:
        """CreateVSwitch: each try has a new ClientToken, so a lost answer is not recognised."""
        answer = call.retried(
            lambda: call.cloud.vpc.create_vswitch(
                region_id=call.region,
                vpc_id=inputs["vpcId"],
                cidr_block=inputs["cidrBlock"],
                zone_id=inputs["zoneId"],
                vswitch_name=inputs.get("vswitchName", ""),
                description=inputs.get("description", ""),
                tags=inputs.get("tags"),
                client_token=call.client_token("CreateVSwitch"),
            )
        )
        return str(answer["VSwitchId"])

    def ready(self, call: Call, id: str, inputs: Values) -> None:
        """Wait for Available."""
        call.wait(lambda: self.state(call, id), "Available")

    def describe(self, call: Call, id: str) -> Answer:
        """DescribeVSwitchAttributes."""
        return call.cloud.vpc.describe_vswitch_attributes(vswitch_id=id, region_id=call.region)

    def output_values(self, answer: Answer) -> Values:
        """With the tags."""
        return {**super().output_values(answer), "tags": tags_of(answer)}

    def update(
        self, call: Call, id: str, old: Values, new: Values, changed: Collection[str]
    ) -> None:
        """ModifyVSwitchAttribute and the tags."""
        vpc = call.cloud.vpc
        if {"vswitchName", "description"} & set(changed):
            call.retried(
                lambda: vpc.modify_vswitch_attribute(
                    vswitch_id=id,
                    region_id=call.region,
                    vswitch_name=new.get("vswitchName", ""),
                    description=new.get("description", ""),
                )
            )
        self.update_tags(call, vpc, "VSWITCH", id, old, new, changed)

    def delete(self, call: Call, id: str, state: Values) -> None:
        """DeleteVSwitch."""
        verb = call.cloud.vpc.delete_vswitch
        if self.delete_by(call, lambda: verb(vswitch_id=id, region_id=call.region)):
            call.wait(lambda: self.state(call, id), "")
