"""alicloud:nas/getMountTargets:getMountTargets."""

from __future__ import annotations

from sandbox.providers.alicloud.call import Call
from sandbox.providers.alicloud.functions.listing import listed
from sandbox.providers.alicloud.values import Values

TOKEN = "alicloud:nas/getMountTargets:getMountTargets"

_SHOWN = {
    "accessGroupName": "AccessGroup",
    "id": "MountTargetDomain",
    "mountTargetDomain": "MountTargetDomain",
    "networkType": "NetworkType",
    "status": "Status",
    "type": "NetworkType",
    "vpcId": "VpcId",
    "vswitchId": "VswId",
}


def answer(call: Call, arguments: Values) -> Values:
    """The mount targets of a NAS file system."""
    id = arguments["fileSystemId"]
    found = call.retried(lambda: call.cloud.nas.describe_mount_targets(file_system_id=id))
    return listed(
        arguments,
        found["MountTargets"]["MountTarget"],
        into="targets",
        shown=_SHOWN,
        name="mountTargetDomain",
        also=("fileSystemId",),
    )
