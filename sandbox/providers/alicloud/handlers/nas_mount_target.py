"""alicloud:nas/mountTarget:MountTarget."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from sandbox.providers.alicloud.call import Answer, Call
from sandbox.providers.alicloud.handler import Handler, first, parts
from sandbox.providers.alicloud.values import Values


class MountTarget(Handler):
    """A NAS mount target; its id is `file system:domain`."""

    token = "alicloud:nas/mountTarget:MountTarget"
    label = "NAS mount target"
    arguments: ClassVar = {
        "fileSystemId": "file_system_id",
        "networkType": "network_type",
        "vswitchId": "vswitch_id",
        "accessGroupName": "access_group_name",
        "securityGroupId": "security_group_id",
    }
    outputs: ClassVar = {
        "fileSystemId": "FileSystemId",
        "mountTargetDomain": "MountTargetDomain",
        "networkType": "NetworkType",
        "vpcId": "VpcId",
        "vswitchId": "VswId",
        "accessGroupName": "AccessGroup",
        "status": "Status",
    }
    ready_state = "Active"

    def create(self, call: Call, inputs: Values) -> str:
        """CreateMountTarget: without a ClientToken, so a lost answer makes a second one."""
        vpc_id = inputs.get("vpcId") or call.vpc_of(inputs["vswitchId"])
        answer = call.retried(
            lambda: call.cloud.nas.create_mount_target(**self.given(inputs), vpc_id=vpc_id)
        )
        return f"{inputs['fileSystemId']}:{answer['MountTargetDomain']}"

    def ready(self, call: Call, id: str) -> None:
        """Wait for Active; one that was made Inactive is ready too."""
        if self.state(call, id) != "Inactive":
            super().ready(call, id)

    def complete(self, call: Call, id: str, inputs: Values) -> None:
        """ModifyMountTarget: the create action makes active ones only."""
        if inputs.get("status") == "Inactive":
            self._modify(call, id, {"status": "Inactive"})

    def describe(self, call: Call, id: str) -> Answer:
        """DescribeMountTargets."""
        file_system, domain = parts(id)
        answer = call.cloud.nas.describe_mount_targets(
            file_system_id=file_system, mount_target_domain=domain
        )
        return first(answer["MountTargets"]["MountTarget"])

    def update(
        self, call: Call, id: str, old: Values, new: Values, changed: Collection[str]
    ) -> None:
        """ModifyMountTarget."""
        names = {"accessGroupName": "access_group_name", "status": "status"}
        wanted = self.given({wire: new.get(wire) for wire in names if wire in changed}, names)
        if wanted:
            self._modify(call, id, wanted)

    def remove(self, call: Call, id: str, state: Values) -> Any:
        """DeleteMountTarget."""
        file_system, domain = parts(id)
        return call.cloud.nas.delete_mount_target(
            file_system_id=file_system, mount_target_domain=domain
        )

    def _modify(self, call: Call, id: str, wanted: dict[str, Any]) -> None:
        file_system, domain = parts(id)
        call.retried(
            lambda: call.cloud.nas.modify_mount_target(
                file_system_id=file_system, mount_target_domain=domain, **wanted
            )
        )
