"""Permission groups and their rules."""

from __future__ import annotations

import ipaddress

from sandbox.cloud.errors import CloudError
from sandbox.cloud.nas import errors
from sandbox.cloud.service import Response, public, verb
from sandbox.cloud.store import Data
from sandbox.cloud.tagging import Tagging

ACCESS_GROUP = "nas.AccessGroup"
ACCESS_RULE = "nas.AccessRule"
MOUNT_TARGET = "nas.MountTarget"

DEFAULT_GROUP = "DEFAULT_VPC_GROUP_NAME"
"""The group that every account has: all addresses of the VPC, read and write, no squash."""

_RULE_VALUES = {
    "RWAccess": ("RDWR", "RDONLY"),
    "UserAccess": ("no_squash", "root_squash", "all_squash"),
}
_PRIORITIES = range(1, 101)
"""Allowed priorities, 1 first (reference page of CreateAccessRule)."""


class AccessGroups(Tagging):
    """Permission group actions."""

    service = "nas"

    @verb()
    def create_access_group(
        self,
        *,
        access_group_name: str,
        access_group_type: str = "Vpc",
        description: str = "",
        file_system_type: str = "standard",
    ) -> Response:
        """CreateAccessGroup: the name is the id, for each file system type."""
        if self.access_group(access_group_name, file_system_type) is not None:
            raise errors.ACCESS_GROUP_EXISTS()
        if self.store.count(ACCESS_GROUP) >= self.cloud.quota("nas.access_groups"):
            raise errors.ACCESS_GROUP_QUOTA()
        group: Data = {
            "AccessGroupName": access_group_name,
            "AccessGroupType": access_group_type,
            "Description": description,
            "FileSystemType": file_system_type,
            "RegionId": self.cloud.region,
            "CreateTime": self.timestamp(),
        }
        self.add(ACCESS_GROUP, _group_id(access_group_name, file_system_type), group)
        return {"AccessGroupName": access_group_name}

    @verb(reads=True)
    def describe_access_groups(
        self, *, access_group_name: str | None = None, file_system_type: str = "standard"
    ) -> Response:
        """DescribeAccessGroups, one page with all of them, the default one first."""
        groups = [_default_group(file_system_type), *self.find(ACCESS_GROUP)]
        found = [
            {
                **public(group),
                "RuleCount": len(self._rules(group["AccessGroupName"], file_system_type)),
                "MountTargetCount": len(self._mount_targets(group["AccessGroupName"])),
            }
            for group in groups
            if group["FileSystemType"] == file_system_type
            and access_group_name in (None, group["AccessGroupName"])
        ]
        return {"AccessGroups": {"AccessGroup": found}, "TotalCount": len(found)}

    @verb()
    def modify_access_group(
        self, *, access_group_name: str, description: str, file_system_type: str = "standard"
    ) -> Response:
        """ModifyAccessGroup."""
        group = self._own_group(access_group_name, file_system_type)
        group["Description"] = description
        self.save(ACCESS_GROUP, _group_id(access_group_name, file_system_type), group)
        return {}

    @verb()
    def delete_access_group(
        self, *, access_group_name: str, file_system_type: str = "standard"
    ) -> Response:
        """DeleteAccessGroup: with its rules; refused while a mount target uses it."""
        if access_group_name == DEFAULT_GROUP:
            raise errors.DEFAULT_GROUP_CANNOT_DELETE()
        self._own_group(access_group_name, file_system_type)
        if self._mount_targets(access_group_name):
            raise errors.ACCESS_GROUP_ATTACHED()
        for rule in self._rules(access_group_name, file_system_type):
            self.remove(ACCESS_RULE, rule["AccessRuleId"])
        self.remove(ACCESS_GROUP, _group_id(access_group_name, file_system_type))
        return {}

    @verb()
    def create_access_rule(
        self,
        *,
        access_group_name: str,
        source_cidr_ip: str,
        rw_access_type: str = "RDWR",
        user_access_type: str = "no_squash",
        priority: int = 1,
        file_system_type: str = "standard",
    ) -> Response:
        """CreateAccessRule."""
        self._own_group(access_group_name, file_system_type)
        rules = self._rules(access_group_name, file_system_type)
        if len(rules) >= self.cloud.quota("nas.rules_per_access_group"):
            raise errors.ACCESS_RULE_QUOTA()
        rule_id = self.new_id("rule")
        rule: Data = {
            "AccessRuleId": rule_id,
            "AccessGroupName": access_group_name,
            "FileSystemType": file_system_type,
            "RegionId": self.cloud.region,
            **_rule_values(source_cidr_ip, rw_access_type, user_access_type, priority),
        }
        self.add(ACCESS_RULE, rule_id, rule)
        return {"AccessRuleId": rule_id}

    @verb(reads=True)
    def describe_access_rules(
        self,
        *,
        access_group_name: str,
        access_rule_id: str | None = None,
        file_system_type: str = "standard",
    ) -> Response:
        """DescribeAccessRules, one page with all of them."""
        if self.access_group(access_group_name, file_system_type) is None:
            raise errors.ACCESS_GROUP_NOT_FOUND()
        found = [
            public(rule)
            for rule in self._rules(access_group_name, file_system_type)
            if access_rule_id in (None, rule["AccessRuleId"])
        ]
        return {"AccessRules": {"AccessRule": found}, "TotalCount": len(found)}

    @verb()
    def modify_access_rule(
        self,
        *,
        access_group_name: str,
        access_rule_id: str,
        source_cidr_ip: str,
        rw_access_type: str,
        user_access_type: str,
        priority: int,
        file_system_type: str = "standard",
    ) -> Response:
        """ModifyAccessRule."""
        rule = self._rule(access_group_name, access_rule_id, file_system_type)
        rule.update(_rule_values(source_cidr_ip, rw_access_type, user_access_type, priority))
        self.save(ACCESS_RULE, access_rule_id, rule)
        return {}

    @verb()
    def delete_access_rule(
        self, *, access_group_name: str, access_rule_id: str, file_system_type: str = "standard"
    ) -> Response:
        """DeleteAccessRule."""
        self._rule(access_group_name, access_rule_id, file_system_type)
        self.remove(ACCESS_RULE, access_rule_id)
        return {}

    def access_group(self, name: str, file_system_type: str) -> Data | None:
        """The group, also the default one; None when absent."""
        if name == DEFAULT_GROUP:
            return _default_group(file_system_type)
        return self.get(ACCESS_GROUP, _group_id(name, file_system_type))

    def _own_group(self, name: str, file_system_type: str) -> Data:
        if name == DEFAULT_GROUP:
            raise errors.DEFAULT_GROUP_CANNOT_MODIFY()
        group = self.access_group(name, file_system_type)
        if group is None:
            raise errors.ACCESS_GROUP_NOT_FOUND()
        return group

    def _rule(self, group: str, rule_id: str, file_system_type: str) -> Data:
        self._own_group(group, file_system_type)
        rule = self.get(ACCESS_RULE, rule_id)
        if rule is None or rule["AccessGroupName"] != group:
            raise errors.ACCESS_RULE_NOT_FOUND()
        return rule

    def _rules(self, group: str, file_system_type: str) -> list[Data]:
        return self.find(ACCESS_RULE, AccessGroupName=group, FileSystemType=file_system_type)

    def _mount_targets(self, group: str) -> list[Data]:
        return self.find(MOUNT_TARGET, AccessGroup=group)


def _group_id(name: str, file_system_type: str) -> str:
    return f"{name}:{file_system_type}"


def _default_group(file_system_type: str) -> Data:
    return {
        "AccessGroupName": DEFAULT_GROUP,
        "AccessGroupType": "Vpc",
        "Description": "",
        "FileSystemType": file_system_type,
    }


def _rule_values(source: str, rw_access: str, user_access: str, priority: int) -> Data:
    try:
        network = ipaddress.IPv4Network(source)
    except ValueError as error:
        raise errors.INVALID_SOURCE_CIDR(value=source) from error
    values = {"RWAccess": rw_access, "UserAccess": user_access}
    for name, value in values.items():
        if value not in _RULE_VALUES[name]:
            raise _invalid(name, value)
    if priority not in _PRIORITIES:
        raise _invalid("Priority", priority)
    shown = source if "/" in source else str(network.network_address)
    return {**values, "SourceCidrIp": shown, "Priority": priority}


def _invalid(name: str, value: object) -> CloudError:
    return CloudError(f"InvalidParam.{name}", f"The specified {name} {value} is not valid.")
