"""alicloud:ecs/securityGroup:SecurityGroup."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from sandbox.providers.alicloud.call import Answer, Call
from sandbox.providers.alicloud.handler import Handler, first
from sandbox.providers.alicloud.values import Values


class SecurityGroup(Handler):
    """A security group."""

    token = "alicloud:ecs/securityGroup:SecurityGroup"
    label = "security group"
    arguments: ClassVar = {
        "vpcId": "vpc_id",
        "securityGroupName": "security_group_name",
        "securityGroupType": "security_group_type",
        "description": "description",
        "resourceGroupId": "resource_group_id",
        "tags": "tags",
    }
    outputs: ClassVar = {
        "vpcId": "VpcId",
        "securityGroupName": "SecurityGroupName",
        "securityGroupType": "SecurityGroupType",
        "description": "Description",
        "resourceGroupId": "ResourceGroupId",
        "innerAccessPolicy": "InnerAccessPolicy",
        "createTime": "CreationTime",
    }
    tagged = True

    def create(self, call: Call, inputs: Values) -> str:
        """CreateSecurityGroup: one ClientToken for all tries."""
        token = call.client_token("CreateSecurityGroup")
        answer = call.retried(
            lambda: call.cloud.ecs.create_security_group(
                region_id=call.region, **self.given(inputs), client_token=token
            )
        )
        return str(answer["SecurityGroupId"])

    def complete(self, call: Call, id: str, inputs: Values) -> None:
        """ModifySecurityGroupPolicy: the create action does not take it."""
        if "innerAccessPolicy" in inputs:
            self._set_policy(call, id, inputs["innerAccessPolicy"])

    def describe(self, call: Call, id: str) -> Answer:
        """DescribeSecurityGroups."""
        answer = call.cloud.ecs.describe_security_groups(security_group_id=id)
        return first(answer["SecurityGroups"]["SecurityGroup"])

    def update(
        self, call: Call, id: str, old: Values, new: Values, changed: Collection[str]
    ) -> None:
        """ModifySecurityGroupAttribute, -Policy and the tags."""
        ecs = call.cloud.ecs
        if {"securityGroupName", "description"} & set(changed):
            call.retried(
                lambda: ecs.modify_security_group_attribute(
                    security_group_id=id,
                    security_group_name=new.get("securityGroupName", ""),
                    description=new.get("description", ""),
                )
            )
        if "innerAccessPolicy" in changed:
            self._set_policy(call, id, new["innerAccessPolicy"])
        self.update_tags(call, ecs, "securitygroup", id, old, new, changed)

    def remove(self, call: Call, id: str, state: Values) -> Any:
        """DeleteSecurityGroup."""
        return call.cloud.ecs.delete_security_group(security_group_id=id)

    def blockers(self, call: Call, id: str) -> list[str]:
        """Members that are still in the group."""
        answer = call.cloud.ecs.describe_network_interfaces(security_group_id=id)
        members = answer["NetworkInterfaceSets"]["NetworkInterfaceSet"]
        return [member["InstanceId"] for member in members]

    def _set_policy(self, call: Call, id: str, policy: str) -> None:
        call.retried(
            lambda: call.cloud.ecs.modify_security_group_policy(
                security_group_id=id, inner_access_policy=policy
            )
        )
