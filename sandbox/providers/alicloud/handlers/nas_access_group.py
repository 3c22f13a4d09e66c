"""alicloud:nas/accessGroup:AccessGroup."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from sandbox.providers.alicloud.call import Answer, Call
from sandbox.providers.alicloud.handler import Handler, first, parts
from sandbox.providers.alicloud.values import Values


class AccessGroup(Handler):
    """A NAS permission group; its id is `name:file system type`."""

    token = "alicloud:nas/accessGroup:AccessGroup"
    label = "NAS access group"
    arguments: ClassVar = {
        "accessGroupName": "access_group_name",
        "accessGroupType": "access_group_type",
        "description": "description",
        "fileSystemType": "file_system_type",
    }
    outputs: ClassVar = {
        "accessGroupName": "AccessGroupName",
        "accessGroupType": "AccessGroupType",
        "description": "Description",
        "fileSystemType": "FileSystemType",
        "regionId": "RegionId",
        "createTime": "CreateTime",
    }

    def create(self, call: Call, inputs: Values) -> str:
        """CreateAccessGroup."""
        call.retried(lambda: call.cloud.nas.create_access_group(**self.given(inputs)))
        return f"{inputs['accessGroupName']}:{inputs.get('fileSystemType', 'standard')}"

    def describe(self, call: Call, id: str) -> Answer:
        """DescribeAccessGroups."""
        name, kind = parts(id)
        answer = call.cloud.nas.describe_access_groups(
            access_group_name=name, file_system_type=kind
        )
        return first(answer["AccessGroups"]["AccessGroup"])

    def update(
        self, call: Call, id: str, old: Values, new: Values, changed: Collection[str]
    ) -> None:
        """ModifyAccessGroup."""
        name, kind = parts(id)
        if "description" in changed:
            call.retried(
                lambda: call.cloud.nas.modify_access_group(
                    access_group_name=name,
                    description=new.get("description", ""),
                    file_system_type=kind,
                )
            )

    def remove(self, call: Call, id: str, state: Values) -> Any:
        """DeleteAccessGroup."""
        name, kind = parts(id)
        return call.cloud.nas.delete_access_group(access_group_name=name, file_system_type=kind)
