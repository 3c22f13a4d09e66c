"""The NAS service: file systems and mount targets."""

from __future__ import annotations

from typing import ClassVar

from sandbox.cloud.nas import errors
from sandbox.cloud.nas.access_groups import (
    ACCESS_GROUP,
    ACCESS_RULE,
    DEFAULT_GROUP,
    MOUNT_TARGET,
    AccessGroups,
)
from sandbox.cloud.service import Kind, Response, public, verb
from sandbox.cloud.store import Data
from sandbox.cloud.vpc.networks import ADDRESS, VSWITCH

FILE_SYSTEM = "nas.FileSystem"

_STORAGE_TYPES = {
    # Reference page of CreateFileSystem, parameter StorageType, read 2026-11-22.
    "standard": ("Performance", "Capacity", "Premium"),
    "extreme": ("standard", "advance"),
}
_PROTOCOLS = {"standard": ("NFS", "SMB"), "extreme": ("NFS",)}


class Nas(AccessGroups):
    """NAS 2017-06-26."""

    taggable: ClassVar = {"filesystem": FILE_SYSTEM}
    kinds = (
        Kind(FILE_SYSTEM, "FileSystemId", "Description", "filesystem"),
        Kind(MOUNT_TARGET, "MountTargetDomain", "MountTargetDomain", costs=False),
        Kind(ACCESS_GROUP, "AccessGroupName", "AccessGroupName", costs=False),
        Kind(ACCESS_RULE, "AccessRuleId", "SourceCidrIp", costs=False),
    )

    @verb()
    def create_file_system(
        self,
        *,
        region_id: str,
        protocol_type: str,
        storage_type: str,
        zone_id: str | None = None,
        file_system_type: str = "standard",
        description: str = "",
        encrypt_type: int = 0,
        kms_key_id: str = "",
        capacity: int | None = None,
        vpc_id: str = "",
        vswitch_id: str = "",
        resource_group_id: str = "",
        tags: dict[str, str] | None = None,
        client_token: str | None = None,
    ) -> Response:
        """CreateFileSystem: Pending and then Running."""
        zones = self.cloud.zones(region_id)
        if storage_type not in _STORAGE_TYPES.get(file_system_type, ()):
            raise errors.INVALID_STORAGE_TYPE(value=storage_type)
        if protocol_type not in _PROTOCOLS[file_system_type]:
            raise errors.INVALID_PROTOCOL_TYPE(value=protocol_type)
        if zone_id and zone_id not in zones:
            raise errors.ZONE_NOT_FOUND()
        quota = self.cloud.quota("nas.file_systems")
        if self.store.count(FILE_SYSTEM, RegionId=region_id) >= quota:
            raise errors.FILE_SYSTEM_QUOTA(quota=quota)
        file_system_id = self.new_id("nas")[4:14]
        file_system: Data = {
            "FileSystemId": file_system_id,
            "FileSystemType": file_system_type,
            "ProtocolType": protocol_type,
            "StorageType": storage_type,
            "Description": description or file_system_id,
            "RegionId": region_id,
            "ZoneId": zone_id or zones[0],
            "EncryptType": encrypt_type,
            "KMSKeyId": kms_key_id,
            "Capacity": capacity or 0,
            "VpcId": vpc_id,
            "VSwitchId": vswitch_id,
            "ResourceGroupId": resource_group_id or self.cloud.default_resource_group,
            "ChargeType": "PayAsYouGo",
            "MeteredSize": 0,
            "CreateTime": self.timestamp(),
            "Status": "Pending",
            "tags": tags or {},
        }
        self.later(file_system, "nas.file_system.create", Status="Running")
        self.add(FILE_SYSTEM, file_system_id, file_system)
        return {"FileSystemId": file_system_id}

    @verb(reads=True)
    def describe_file_systems(
        self,
        *,
        file_system_id: str | None = None,
        region_id: str | None = None,
        tags: dict[str, str] | None = None,
    ) -> Response:
        """DescribeFileSystems, one page with all of them; an id that does not exist is an error."""
        if file_system_id is not None:
            self.file_system(file_system_id)
        found = [
            self._shown(one)
            for one in self.find(FILE_SYSTEM, tags, FileSystemId=file_system_id, RegionId=region_id)
        ]
        return {"FileSystems": {"FileSystem": found}, "TotalCount": len(found)}

    @verb()
    def modify_file_system(self, *, file_system_id: str, description: str) -> Response:
        """ModifyFileSystem."""
        file_system = self.file_system(file_system_id)
        file_system["Description"] = description
        self.save(FILE_SYSTEM, file_system_id, file_system)
        return {}

    @verb()
    def delete_file_system(self, *, file_system_id: str) -> Response:
        """DeleteFileSystem: refused while it has mount targets."""
        self.file_system(file_system_id)
        if self.find(MOUNT_TARGET, FileSystemId=file_system_id):
            raise errors.FILE_SYSTEM_HAS_MOUNT_TARGET()
        self.remove(FILE_SYSTEM, file_system_id)
        return {}

    @verb()
    def create_mount_target(
        self,
        *,
        file_system_id: str,
        network_type: str = "Vpc",
        vpc_id: str = "",
        vswitch_id: str = "",
        access_group_name: str = DEFAULT_GROUP,
        security_group_id: str = "",
    ) -> Response:
        """CreateMountTarget: Pending and then Active; takes a vSwitch address."""
        file_system = self.file_system(file_system_id)
        if file_system["Status"] != "Running":
            raise errors.INVALID_STATE()
        group = self.access_group(access_group_name, file_system["FileSystemType"])
        if group is None:
            raise errors.ACCESS_GROUP_NOT_FOUND()
        if group["AccessGroupType"] != network_type:
            raise errors.NETWORK_TYPE_MISMATCH()
        vswitch = self.get(VSWITCH, vswitch_id)
        if vswitch is None:
            raise errors.INVALID_VSWITCH()
        if vswitch["VpcId"] != vpc_id:
            raise errors.INVALID_VPC()
        quota = self.cloud.quota("nas.mount_targets_per_file_system")
        if len(self.find(MOUNT_TARGET, FileSystemId=file_system_id)) >= quota:
            raise errors.MOUNT_TARGET_QUOTA(quota=quota)
        suffix = self.new_id("mt")[3:8]
        domain = f"{file_system_id}-{suffix}.{file_system['RegionId']}.nas.aliyuncs.com"
        target: Data = {
            "MountTargetDomain": domain,
            "FileSystemId": file_system_id,
            "NetworkType": network_type,
            "VpcId": vpc_id,
            "VswId": vswitch_id,
            "AccessGroup": access_group_name,
            "SecurityGroupId": security_group_id,
            "IpAddress": self.cloud.vpc.allocate_ip(vswitch_id, domain),
            "Status": "Pending",
        }
        self.add(
            MOUNT_TARGET, domain, self.later(target, "nas.mount_target.create", Status="Active")
        )
        return {"MountTargetDomain": domain}

    @verb(reads=True)
    def describe_mount_targets(
        self, *, file_system_id: str, mount_target_domain: str | None = None
    ) -> Response:
        """DescribeMountTargets, one page with all of them; an unknown domain is an error."""
        self.file_system(file_system_id)
        if mount_target_domain is not None:
            self._mount_target(file_system_id, mount_target_domain)
        found = [
            public(one)
            for one in self.find(MOUNT_TARGET, FileSystemId=file_system_id)
            if mount_target_domain in (None, one["MountTargetDomain"])
        ]
        return {"MountTargets": {"MountTarget": found}, "TotalCount": len(found)}

    @verb()
    def modify_mount_target(
        self,
        *,
        file_system_id: str,
        mount_target_domain: str,
        access_group_name: str | None = None,
        status: str | None = None,
    ) -> Response:
        """ModifyMountTarget: another permission group, or Active / Inactive."""
        target = self._mount_target(file_system_id, mount_target_domain)
        if target["Status"] not in ("Active", "Inactive"):
            raise errors.INVALID_STATE()
        if access_group_name is not None:
            file_system_type = self.file_system(file_system_id)["FileSystemType"]
            if self.access_group(access_group_name, file_system_type) is None:
                raise errors.ACCESS_GROUP_NOT_FOUND()
            target["AccessGroup"] = access_group_name
        if status is not None:
            target["Status"] = status
        self.save(MOUNT_TARGET, mount_target_domain, target)
        return {}

    @verb()
    def delete_mount_target(self, *, file_system_id: str, mount_target_domain: str) -> Response:
        """DeleteMountTarget: Deleting and then gone, with its address."""
        target = self._mount_target(file_system_id, mount_target_domain)
        if target["Status"] not in ("Active", "Inactive"):
            raise errors.INVALID_STATE()
        target["Status"] = "Deleting"
        address = (ADDRESS, f"{target['VswId']}/{target['IpAddress']}")
        self.gone_later(
            MOUNT_TARGET, mount_target_domain, target, "nas.mount_target.delete", [address]
        )
        return {}

    def file_system(self, file_system_id: str) -> Data:
        """The file system. Raises InvalidFileSystem.NotFound."""
        file_system = self.get(FILE_SYSTEM, file_system_id)
        if file_system is None:
            raise errors.FILE_SYSTEM_NOT_FOUND()
        return file_system

    def _mount_target(self, file_system_id: str, domain: str) -> Data:
        self.file_system(file_system_id)
        target = self.get(MOUNT_TARGET, domain)
        if target is None or target["FileSystemId"] != file_system_id:
            raise errors.MOUNT_TARGET_NOT_FOUND()
        return target

    def _shown(self, file_system: Data) -> Response:
        targets = self.find(MOUNT_TARGET, FileSystemId=file_system["FileSystemId"])
        return {
            **public(file_system),
            "MountTargets": {"MountTarget": [public(target) for target in targets]},
        }
