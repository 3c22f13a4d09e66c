"""The R-KVStore service."""

from __future__ import annotations

import re
from typing import ClassVar

from ackb.domain import databases
from sandbox.cloud import forms
from sandbox.cloud.kvstore import errors
from sandbox.cloud.service import Kind, Response, public, readable_digest, verb
from sandbox.cloud.store import Data
from sandbox.cloud.tagging import Tagging

INSTANCE = "kvstore.Instance"

_NORMAL = "Normal"
_PORT = 6379
_ENGINE_VERSIONS = ("5.0", "6.0", "7.0")
"""Reference page of CreateInstance, parameter EngineVersion, read 2026-11-22."""

_NAME = re.compile(r"^[A-Za-z\u4e00-\u9fff][^@/=\s\"<>{}\[\]]{1,79}$")


class Kvstore(Tagging):
    """R-KVStore 2015-01-01: Redis."""

    service = "kvstore"
    taggable: ClassVar = {"INSTANCE": INSTANCE}
    kinds = (Kind(INSTANCE, "InstanceId", "InstanceName", "instance", "InstanceStatus"),)

    @verb()
    def create_instance(
        self,
        *,
        region_id: str,
        instance_class: str,
        vpc_id: str,
        vswitch_id: str,
        zone_id: str | None = None,
        secondary_zone_id: str | None = None,
        instance_name: str = "",
        instance_type: str = "Redis",
        engine_version: str = "5.0",
        charge_type: str = "PostPaid",
        password: str | None = None,
        resource_group_id: str = "",
        tags: dict[str, str] | None = None,
        token: str | None = None,
    ) -> Response:
        """CreateInstance: Creating and then Normal; takes a vSwitch address."""
        zones = self.cloud.zones(region_id)
        broken = databases.check_redis_class(instance_class)
        if broken is not None:
            raise errors.CLASS_NOT_FOUND(fix=f" (it must {broken.rule}; {broken.fix})")
        if engine_version not in _ENGINE_VERSIONS:
            raise errors.INVALID_ENGINE_VERSION(fix=f" (sold: {', '.join(_ENGINE_VERSIONS)})")
        if instance_name and not _NAME.match(instance_name):
            raise errors.INVALID_NAME()
        if password is not None:
            _check_password(password)
        vswitch = self.cloud.vpc.vswitch(vswitch_id)
        zone = zone_id or vswitch["ZoneId"]
        if not {zone, secondary_zone_id or zone} <= set(zones):
            raise errors.ZONE_NOT_FOUND()
        if vswitch["VpcId"] != vpc_id or vswitch["ZoneId"] != zone:
            raise errors.INVALID_VSWITCH()
        if self.store.count(INSTANCE, RegionId=region_id) >= self.cloud.quota("kvstore.instances"):
            raise errors.QUOTA_INSTANCE()
        size = databases.redis_class(instance_class)
        instance_id = self.new_id("r")
        instance: Data = {
            "InstanceId": instance_id,
            "InstanceName": instance_name,
            "InstanceClass": instance_class,
            "InstanceType": instance_type,
            "EngineVersion": engine_version,
            "Capacity": int(size.memory_gb * 1024),
            "Connections": size.max_connections,
            "ChargeType": charge_type,
            "RegionId": region_id,
            "ZoneId": zone,
            "SecondaryZoneId": secondary_zone_id or "",
            "VpcId": vpc_id,
            "VSwitchId": vswitch_id,
            "PrivateIp": self.cloud.vpc.allocate_ip(vswitch_id, instance_id),
            "ConnectionDomain": f"{instance_id}.redis.rds.aliyuncs.com",
            "Port": _PORT,
            "VpcAuthMode": "Open",
            "InstanceReleaseProtection": False,
            "ResourceGroupId": resource_group_id or self.cloud.default_resource_group,
            "CreateTime": self.timestamp(),
            "InstanceStatus": "Creating",
            "tags": tags or {},
            "password_digest": _digest(instance_id, password),
            "security_ips": forms.NOBODY,
            "security_group_ids": [],
        }
        self.later(instance, "kvstore.instance.create", InstanceStatus=_NORMAL)
        self.add(INSTANCE, instance_id, instance)
        return {
            "InstanceId": instance_id,
            "ConnectionDomain": instance["ConnectionDomain"],
            "Port": _PORT,
            "InstanceStatus": "Creating",
        }

    @verb(reads=True)
    def describe_instance_attribute(self, *, instance_id: str) -> Response:
        """DescribeInstanceAttribute."""
        return {"Instances": {"DBInstanceAttribute": [public(self._instance(instance_id))]}}

    @verb(reads=True)
    def describe_instances(
        self,
        *,
        region_id: str | None = None,
        instance_ids: str | None = None,
        search_key: str | None = None,
        tags: dict[str, str] | None = None,
    ) -> Response:
        """DescribeInstances, one page with all of them; `search_key` is an id or a name."""
        wanted = instance_ids.split(",") if instance_ids else None
        found = [
            public(one)
            for one in self.find(INSTANCE, tags, RegionId=region_id)
            if (wanted is None or one["InstanceId"] in wanted)
            and search_key in (None, one["InstanceId"], one["InstanceName"])
        ]
        return {"Instances": {"KVStoreInstance": found}, "TotalCount": len(found)}

    @verb()
    def modify_instance_attribute(
        self,
        *,
        instance_id: str,
        instance_name: str | None = None,
        new_password: str | None = None,
        instance_release_protection: bool | None = None,
    ) -> Response:
        """ModifyInstanceAttribute."""
        instance = self._ready(instance_id)
        if instance_name is not None:
            if not _NAME.match(instance_name):
                raise errors.INVALID_NAME()
            instance["InstanceName"] = instance_name
        if new_password is not None:
            _check_password(new_password)
            instance["password_digest"] = _digest(instance_id, new_password)
        if instance_release_protection is not None:
            instance["InstanceReleaseProtection"] = instance_release_protection
        self.save(INSTANCE, instance_id, instance)
        return {}

    @verb()
    def modify_instance_spec(self, *, instance_id: str, instance_class: str) -> Response:
        """ModifyInstanceSpec: Changing and then Normal."""
        instance = self._ready(instance_id)
        broken = databases.check_redis_class(instance_class)
        if broken is not None:
            raise errors.CLASS_NOT_FOUND(fix=f" (it must {broken.rule}; {broken.fix})")
        size = databases.redis_class(instance_class)
        instance.update(
            InstanceClass=instance_class,
            Capacity=int(size.memory_gb * 1024),
            Connections=size.max_connections,
        )
        self._busy(instance)
        return {}

    @verb()
    def modify_instance_major_version(self, *, instance_id: str, major_version: str) -> Response:
        """ModifyInstanceMajorVersion: upwards only; MajorVersionUpgrading and then Normal."""
        instance = self._ready(instance_id)
        if major_version not in _ENGINE_VERSIONS or major_version <= instance["EngineVersion"]:
            later = [one for one in _ENGINE_VERSIONS if one > instance["EngineVersion"]]
            fix = f" (upgrades: {', '.join(later) or 'none'})"
            raise errors.INVALID_ENGINE_VERSION(fix=fix)
        instance["EngineVersion"] = major_version
        self._busy(instance, "MajorVersionUpgrading")
        return {}

    @verb()
    def modify_instance_vpc_auth_mode(self, *, instance_id: str, vpc_auth_mode: str) -> Response:
        """ModifyInstanceVpcAuthMode: Open (password needed) or Close."""
        instance = self._ready(instance_id)
        instance["VpcAuthMode"] = vpc_auth_mode
        self.save(INSTANCE, instance_id, instance)
        return {}

    @verb(reads=True)
    def describe_security_ips(self, *, instance_id: str) -> Response:
        """DescribeSecurityIps: the whitelist named default."""
        ips = self._instance(instance_id)["security_ips"]
        entry = {"SecurityIpGroupName": "default", "SecurityIpList": ips}
        return {"SecurityIpGroups": {"SecurityIpGroup": [entry]}}

    @verb()
    def modify_security_ips(self, *, instance_id: str, security_ips: str) -> Response:
        """ModifySecurityIps: replaces the whitelist named default."""
        instance = self._ready(instance_id)
        instance["security_ips"] = _checked_ips(security_ips)
        self.save(INSTANCE, instance_id, instance)
        return {}

    @verb(reads=True)
    def describe_security_group_configuration(self, *, instance_id: str) -> Response:
        """DescribeSecurityGroupConfiguration: the groups whose members may connect."""
        groups = self._instance(instance_id)["security_group_ids"]
        relations = [{"SecurityGroupId": group, "NetType": "vpc"} for group in groups]
        return {"Items": {"EcsSecurityGroupRelation": relations}}

    @verb()
    def modify_security_group_configuration(
        self, *, db_instance_id: str, security_group_id: str
    ) -> Response:
        """ModifySecurityGroupConfiguration: a comma-separated list."""
        instance = self._ready(db_instance_id)
        groups = [group for group in security_group_id.split(",") if group]
        for group in groups:
            self.cloud.ecs.security_group(group)
        instance["security_group_ids"] = groups
        self.save(INSTANCE, db_instance_id, instance)
        return {}

    @verb()
    def delete_instance(self, *, instance_id: str) -> Response:
        """DeleteInstance: gone at once; subscription and protected ones stay."""
        instance = self._ready(instance_id)
        if instance["ChargeType"] == "PrePaid":
            raise errors.INSTANCE_PREPAID(instance=instance_id)
        if instance["InstanceReleaseProtection"]:
            raise errors.RELEASE_PROTECTED(instance=instance_id)
        self.cloud.vpc.release_ip(instance["VSwitchId"], instance_id)
        self.remove(INSTANCE, instance_id)
        return {}

    def _instance(self, instance_id: str) -> Data:
        instance = self.get(INSTANCE, instance_id)
        if instance is None:
            raise errors.INSTANCE_NOT_FOUND()
        return instance

    def _ready(self, instance_id: str) -> Data:
        instance = self._instance(instance_id)
        if instance["InstanceStatus"] != _NORMAL:
            raise errors.INCORRECT_STATUS()
        return instance

    def _busy(self, instance: Data, status: str = "Changing") -> None:
        instance["InstanceStatus"] = status
        self.later(instance, "kvstore.instance.modify", InstanceStatus=_NORMAL)
        self.save(INSTANCE, instance["InstanceId"], instance)


def _check_password(password: str) -> None:
    if not forms.strong_password(password):
        raise errors.INVALID_PASSWORD()


def _checked_ips(text: str) -> str:
    entries = forms.whitelist(text)
    if entries is None:
        raise errors.INVALID_IP_LIST()
    return ",".join(entries) or forms.NOBODY


def _digest(salt: str, password: str | None) -> str:
    return readable_digest(f"{salt}/{password}") if password else ""
