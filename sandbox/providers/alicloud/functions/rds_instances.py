"""alicloud:rds/getInstances:getInstances."""

from __future__ import annotations

from sandbox.providers.alicloud.call import Call
from sandbox.providers.alicloud.functions.listing import listed
from sandbox.providers.alicloud.values import Values

TOKEN = "alicloud:rds/getInstances:getInstances"

_SHOWN = {
    "availabilityZone": "ZoneId",
    "chargeType": "PayType",
    "connectionString": "ConnectionString",
    "createTime": "CreationTime",
    "dbInstanceStorageType": "DBInstanceStorageType",
    "dbInstanceType": "DBInstanceType",
    "deletionProtection": "DeletionProtection",
    "engine": "Engine",
    "engineVersion": "EngineVersion",
    "id": "DBInstanceId",
    "instanceStorage": "DBInstanceStorage",
    "instanceType": "DBInstanceClass",
    "name": "DBInstanceDescription",
    "port": "Port",
    "regionId": "RegionId",
    "status": "DBInstanceStatus",
    "vpcId": "VpcId",
    "vswitchId": "VSwitchId",
}


def answer(call: Call, arguments: Values) -> Values:
    """The RDS instances of the region."""
    found = call.retried(lambda: call.cloud.rds.describe_db_instances(region_id=call.region))
    return listed(
        arguments, found["Items"]["DBInstance"], into="instances", shown=_SHOWN, name="name"
    )
