"""alicloud:nas/accessRule:AccessRule."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from sandbox.providers.alicloud.call import Answer, Call
from sandbox.providers.alicloud.handler import Handler, first, parts
from sandbox.providers.alicloud.values import Values


class AccessRule(Handler):
    """A rule of a NAS permission group; its id is `group:rule`."""

    token = "alicloud:nas/accessRule:AccessRule"
    label = "NAS access rule"
    arguments: ClassVar = {
        "accessGroupName": "access_group_name",
        "sourceCidrIp": "source_cidr_ip",
        "rwAccessType": "rw_access_type",
        "userAccessType": "user_access_type",
        "priority": "priority",
        "fileSystemType": "file_system_type",
    }
    outputs: ClassVar = {
        "accessGroupName": "AccessGroupName",
        "accessRuleId": "AccessRuleId",
        "sourceCidrIp": "SourceCidrIp",
        "rwAccessType": "RWAccess",
        "userAccessType": "UserAccess",
        "priority": "Priority",
        "fileSystemType": "FileSystemType",
        "regionId": "RegionId",
    }

    def create(self, call: Call, inputs: Values) -> str:
        """CreateAccessRule: without a ClientToken, so a lost answer makes a second rule."""
        answer = call.retried(lambda: call.cloud.nas.create_access_rule(**self.given(inputs)))
        return f"{inputs['accessGroupName']}:{answer['AccessRuleId']}"

    def describe(self, call: Call, id: str) -> Answer:
        """DescribeAccessRules."""
        group, rule = parts(id)
        answer = call.cloud.nas.describe_access_rules(access_group_name=group, access_rule_id=rule)
        return first(answer["AccessRules"]["AccessRule"])

    def update(
        self, call: Call, id: str, old: Values, new: Values, changed: Collection[str]
    ) -> None:
        """ModifyAccessRule."""
        if changed:
            wanted = self.given({**old, **new})
            rule = parts(id)[1]
            call.retried(lambda: call.cloud.nas.modify_access_rule(**wanted, access_rule_id=rule))

    def remove(self, call: Call, id: str, state: Values) -> Any:
        """DeleteAccessRule."""
        group, rule = parts(id)
        return call.cloud.nas.delete_access_rule(access_group_name=group, access_rule_id=rule)
