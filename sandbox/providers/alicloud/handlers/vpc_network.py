"""alicloud:vpc/network:Network."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from sandbox.providers.alicloud.call import Answer, Call
from sandbox.providers.alicloud.handler import Handler
from sandbox.providers.alicloud.values import Values


class Network(Handler):
    """A VPC."""

    token = "alicloud:vpc/network:Network"
    label = "VPC"
    arguments: ClassVar = {
        "cidrBlock": "cidr_block",
        "vpcName": "vpc_name",
        "description": "description",
        "resourceGroupId": "resource_group_id",
        "tags": "tags",
    }
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
    tagged = True
    ready_state = "Available"

    def create(self, call: Call, inputs: Values) -> str:
        """CreateVpc: one ClientToken for all tries."""
        token = call.client_token("CreateVpc")
        answer = call.retried(
            lambda: call.cloud.vpc.create_vpc(
                region_id=call.region, **self.given(inputs), client_token=token
            )
        )
        return str(answer["VpcId"])

    def describe(self, call: Call, id: str) -> Answer:
        """DescribeVpcAttribute."""
        return call.cloud.vpc.describe_vpc_attribute(vpc_id=id, region_id=call.region)

    def update(
        self, call: Call, id: str, old: Values, new: Values, changed: Collection[str]
    ) -> None:
        """ModifyVpcAttribute and the tags."""
        vpc = call.cloud.vpc
        if {"vpcName", "description", "cidrBlock"} & set(changed):
            call.retried(
                lambda: vpc.modify_vpc_attribute(
                    vpc_id=id,
                    vpc_name=new.get("vpcName", ""),
                    description=new.get("description", ""),
                    cidr_block=new.get("cidrBlock"),
                )
            )
        self.update_tags(call, vpc, "VPC", id, old, new, changed)

    def remove(self, call: Call, id: str, state: Values) -> Any:
        """DeleteVpc."""
        return call.cloud.vpc.delete_vpc(vpc_id=id, region_id=call.region)

    def blockers(self, call: Call, id: str) -> list[str]:
        """vSwitches and security groups that are still in the VPC."""
        vswitches = call.cloud.vpc.describe_vswitches(vpc_id=id)["VSwitches"]["VSwitch"]
        groups = call.cloud.ecs.describe_security_groups(vpc_id=id)
        found = [vswitch["VSwitchId"] for vswitch in vswitches]
        return found + [
            group["SecurityGroupId"] for group in groups["SecurityGroups"]["SecurityGroup"]
        ]
