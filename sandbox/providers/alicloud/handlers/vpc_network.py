"""alicloud:vpc/network:Network."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar

from sandbox.providers.alicloud.call import Answer, Call
from sandbox.providers.alicloud.handler import Handler, tags_of
from sandbox.providers.alicloud.values import Values


class Network(Handler):
    """A VPC."""

    token = "alicloud:vpc/network:Network"
    label = "VPC"
    outputs: ClassVar = {
        "cidrBlock": "CidrBlock",
        "vpcName": "VpcName",
        "description": "Description",
        "resourceGroupId": "ResourceGroupId",
        "createTime": "CreationTime",
        "regionId": "RegionId",
        "routerId": "VRouterId",
        "routeTableId": "RouteTableId",
        "isDefault": "IsDefault",
        "status": "Status",
    }
    reports = ("tags",)

    def create(self, call: Call, inputs: Values) -> str:
        """CreateVpc: one ClientToken for all tries."""
        token = call.client_token("CreateVpc")
        optional = {"cidr_block": inputs["cidrBlock"]} if "cidrBlock" in inputs else {}
        answer = call.retried(
            lambda: call.cloud.vpc.create_vpc(
                region_id=call.region,
                vpc_name=inputs.get("vpcName", ""),
                description=inputs.get("description", ""),
                resource_group_id=inputs.get("resourceGroupId", ""),
                tags=inputs.get("tags"),
                client_token=token,
                **optional,
            )
        )
        return str(answer["VpcId"])

    def ready(self, call: Call, id: str, inputs: Values) -> None:
        """Wait for Available."""
        call.wait(lambda: self.state(call, id), "Available")

    def describe(self, call: Call, id: str) -> Answer:
        """DescribeVpcAttribute."""
        return call.cloud.vpc.describe_vpc_attribute(vpc_id=id, region_id=call.region)

    def output_values(self, answer: Answer) -> Values:
        """With the tags."""
        return {**super().output_values(answer), "tags": tags_of(answer)}

    def update(
        self, call: Call, id: str, old: Values, new: Values, changed: Collection[str]
    ) -> None:
        """ModifyVpcAttribute and the tags."""
        vpc = call.cloud.vpc
        if {"vpcName", "description", "cidrBlock"} & set(changed):
            call.retried(
                lambda: vpc.modify_vpc_attribute(
                    vpc_id=id,
                    region_id=call.region,
                    vpc_name=new.get("vpcName", ""),
                    description=new.get("description", ""),
                    cidr_block=new.get("cidrBlock"),
                )
            )
        self.update_tags(call, vpc, "VPC", id, old, new, changed)

    def delete(self, call: Call, id: str, state: Values) -> None:
        """DeleteVpc."""
        verb = call.cloud.vpc.delete_vpc
        if self.delete_by(call, lambda: verb(vpc_id=id, region_id=call.region)):
            call.wait(lambda: self.state(call, id), "")

    def blockers(self, call: Call, id: str) -> list[str]:
        """vSwitches that are still in the VPC."""
        found = call.cloud.vpc.describe_vswitches(vpc_id=id)["VSwitches"]["VSwitch"]
        return [vswitch["VSwitchId"] for vswitch in found]
