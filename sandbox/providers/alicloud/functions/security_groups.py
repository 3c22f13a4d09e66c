"""alicloud:ecs/getSecurityGroups:getSecurityGroups."""

from __future__ import annotations

from sandbox.providers.alicloud.call import Call
from sandbox.providers.alicloud.functions.listing import listed
from sandbox.providers.alicloud.values import Values

TOKEN = "alicloud:ecs/getSecurityGroups:getSecurityGroups"

_SHOWN = {
    "creationTime": "CreationTime",
    "description": "Description",
    "id": "SecurityGroupId",
    "innerAccess": "InnerAccess",
    "name": "SecurityGroupName",
    "resourceGroupId": "ResourceGroupId",
    "securityGroupType": "SecurityGroupType",
    "vpcId": "VpcId",
    "tags": "Tags.Tag",
}


def answer(call: Call, arguments: Values) -> Values:
    """The security groups of the region, or of one VPC."""
    found = call.retried(
        lambda: call.cloud.ecs.describe_security_groups(
            region_id=call.region, vpc_id=arguments.get("vpcId")
        )
    )
    groups = [
        {**one, "InnerAccess": one["InnerAccessPolicy"] == "Accept"}
        for one in found["SecurityGroups"]["SecurityGroup"]
    ]
    return listed(arguments, groups, into="groups", shown=_SHOWN, name="name", also=("vpcId",))
