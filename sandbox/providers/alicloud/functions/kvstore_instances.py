"""alicloud:kvstore/getInstances:getInstances."""

from __future__ import annotations

from sandbox.providers.alicloud.call import Call
from sandbox.providers.alicloud.functions.listing import listed
from sandbox.providers.alicloud.values import Values

TOKEN = "alicloud:kvstore/getInstances:getInstances"

_SHOWN = {
    "availabilityZone": "ZoneId",
    "capacity": "Capacity",
    "chargeType": "ChargeType",
    "connectionDomain": "ConnectionDomain",
    "connections": "Connections",
    "createTime": "CreateTime",
    "dbInstanceId": "InstanceId",
    "dbInstanceName": "InstanceName",
    "engineVersion": "EngineVersion",
    "id": "InstanceId",
    "instanceClass": "InstanceClass",
    "instanceReleaseProtection": "InstanceReleaseProtection",
    "instanceType": "InstanceType",
    "name": "InstanceName",
    "paymentType": "ChargeType",
    "port": "Port",
    "privateIp": "PrivateIp",
    "regionId": "RegionId",
    "resourceGroupId": "ResourceGroupId",
    "secondaryZoneId": "SecondaryZoneId",
    "status": "InstanceStatus",
    "vpcAuthMode": "VpcAuthMode",
    "vpcId": "VpcId",
    "vswitchId": "VSwitchId",
    "zoneId": "ZoneId",
    "tags": "Tags.Tag",
}


def answer(call: Call, arguments: Values) -> Values:
    """The Redis instances of the region."""
    found = call.retried(lambda: call.cloud.kvstore.describe_instances(region_id=call.region))
    return listed(
        arguments,
        found["Instances"]["KVStoreInstance"],
        into="instances",
        shown=_SHOWN,
        name="name",
    )
