"""alicloud:nas/fileSystem:FileSystem."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from sandbox.providers.alicloud.call import Answer, Call
from sandbox.providers.alicloud.handler import Handler, first
from sandbox.providers.alicloud.values import Values


class FileSystem(Handler):
    """A NAS file system."""

    token = "alicloud:nas/fileSystem:FileSystem"
    label = "NAS file system"
    arguments: ClassVar = {
        "protocolType": "protocol_type",
        "storageType": "storage_type",
        "fileSystemType": "file_system_type",
        "zoneId": "zone_id",
        "description": "description",
        "encryptType": "encrypt_type",
        "kmsKeyId": "kms_key_id",
        "capacity": "capacity",
        "vpcId": "vpc_id",
        "vswitchId": "vswitch_id",
        "resourceGroupId": "resource_group_id",
        "tags": "tags",
    }
    outputs: ClassVar = {
        "protocolType": "ProtocolType",
        "storageType": "StorageType",
        "fileSystemType": "FileSystemType",
        "zoneId": "ZoneId",
        "description": "Description",
        "encryptType": "EncryptType",
        "kmsKeyId": "KMSKeyId",
        "resourceGroupId": "ResourceGroupId",
        "regionId": "RegionId",
        "createTime": "CreateTime",
        "status": "Status",
    }
    tagged = True
    ready_state = "Running"
    unsimulated = ("capacity", "recycleBin", "nfsAcl", "smbAcl", "options")

    def create(self, call: Call, inputs: Values) -> str:
        """CreateFileSystem: one ClientToken for all tries."""
        token = call.client_token("CreateFileSystem")
        answer = call.retried(
            lambda: call.cloud.nas.create_file_system(
                region_id=call.region, **self.given(inputs), client_token=token
            )
        )
        return str(answer["FileSystemId"])

    def describe(self, call: Call, id: str) -> Answer:
        """DescribeFileSystems."""
        answer = call.cloud.nas.describe_file_systems(file_system_id=id)
        return first(answer["FileSystems"]["FileSystem"])

    def update(
        self, call: Call, id: str, old: Values, new: Values, changed: Collection[str]
    ) -> None:
        """ModifyFileSystem and the tags."""
        nas = call.cloud.nas
        if "description" in changed:
            call.retried(
                lambda: nas.modify_file_system(
                    file_system_id=id, description=new.get("description", "")
                )
            )
        self.update_tags(call, nas, "filesystem", id, old, new, changed)

    def remove(self, call: Call, id: str, state: Values) -> Any:
        """DeleteFileSystem: mount targets that are still there are not waited for."""
        return call.cloud.nas.delete_file_system(file_system_id=id)
