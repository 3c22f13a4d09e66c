"""alicloud:vpc/getNetworks:getNetworks."""

from __future__ import annotations

from sandbox.providers.alicloud.call import Call
from sandbox.providers.alicloud.functions.listing import listed
from sandbox.providers.alicloud.values import Values

TOKEN = "alicloud:vpc/getNetworks:getNetworks"

_SHOWN = {
    "cidrBlock": "CidrBlock",
    "creationTime": "CreationTime",
    "description": "Description",
    "id": "VpcId",
    "isDefault": "IsDefault",
    "regionId": "RegionId",
    "resourceGroupId": "ResourceGroupId",
    "routeTableId": "RouteTableId",
    "routerId": "VRouterId",
    "secondaryCidrBlocks": "SecondaryCidrBlocks.SecondaryCidrBlock",
    "status": "Status",
    "vpcId": "VpcId",
    "vpcName": "VpcName",
    "vrouterId": "VRouterId",
    "tags": "Tags.Tag",
}


def answer(call: Call, arguments: Values) -> Values:
    """The VPCs of the region."""
    found = call.retried(lambda: call.cloud.vpc.describe_vpcs(region_id=call.region))
    answer = listed(arguments, found["Vpcs"]["Vpc"], into="vpcs", shown=_SHOWN, name="vpcName")
    for vpc in answer["vpcs"]:
        vpc["secondaryCidrBlocks"] = []  # the simulated VPC takes none
    return answer
