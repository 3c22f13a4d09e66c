"""alicloud:nas/getFileSystems:getFileSystems."""

from __future__ import annotations

from sandbox.providers.alicloud.call import Call
from sandbox.providers.alicloud.functions.listing import listed
from sandbox.providers.alicloud.values import Values

TOKEN = "alicloud:nas/getFileSystems:getFileSystems"

_SHOWN = {
    "capacity": "Capacity",
    "createTime": "CreateTime",
    "description": "Description",
    "encryptType": "EncryptType",
    "fileSystemType": "FileSystemType",
    "id": "FileSystemId",
    "kmsKeyId": "KMSKeyId",
    "meteredSize": "MeteredSize",
    "protocolType": "ProtocolType",
    "regionId": "RegionId",
    "storageType": "StorageType",
    "zoneId": "ZoneId",
}


def answer(call: Call, arguments: Values) -> Values:
    """The NAS file systems of the region."""
    found = call.retried(lambda: call.cloud.nas.describe_file_systems(region_id=call.region))
    return listed(
        arguments,
        found["FileSystems"]["FileSystem"],
        into="systems",
        shown=_SHOWN,
        name="description",
    )
