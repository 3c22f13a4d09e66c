"""alicloud:vpc/getSwitches:getSwitches."""

from __future__ import annotations

from sandbox.providers.alicloud.call import Call
from sandbox.providers.alicloud.functions.listing import listed
from sandbox.providers.alicloud.values import Values

TOKEN = "alicloud:vpc/getSwitches:getSwitches"

_SHOWN = {
    "availableIpAddressCount": "AvailableIpAddressCount",
    "cidrBlock": "CidrBlock",
    "creationTime": "CreationTime",
    "description": "Description",
    "id": "VSwitchId",
    "isDefault": "IsDefault",
    "name": "VSwitchName",
    "resourceGroupId": "ResourceGroupId",
    "routeTableId": "RouteTable.RouteTableId",
    "status": "Status",
    "vpcId": "VpcId",
    "vswitchId": "VSwitchId",
    "vswitchName": "VSwitchName",
    "zoneId": "ZoneId",
    "tags": "Tags.Tag",
}


def answer(call: Call, arguments: Values) -> Values:
    """The vSwitches of the region, or of one VPC or zone."""
    found = call.retried(
        lambda: call.cloud.vpc.describe_vswitches(
            region_id=call.region,
            vpc_id=arguments.get("vpcId"),
            zone_id=arguments.get("zoneId"),
        )
    )
    return listed(
        arguments,
        found["VSwitches"]["VSwitch"],
        into="vswitches",
        shown=_SHOWN,
        name="vswitchName",
        also=("vpcId", "zoneId"),
    )
