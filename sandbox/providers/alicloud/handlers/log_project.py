"""alicloud:log/project:Project."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from sandbox.providers.alicloud.call import Answer, Call
from sandbox.providers.alicloud.handler import Handler
from sandbox.providers.alicloud.values import Values


class Project(Handler):
    """A log project; its name is its id."""

    token = "alicloud:log/project:Project"
    label = "log project"
    arguments: ClassVar = {
        "projectName": "project_name",
        "description": "description",
        "resourceGroupId": "resource_group_id",
        "tags": "tags",
    }
    outputs: ClassVar = {
        "projectName": "projectName",
        "description": "description",
        "resourceGroupId": "resourceGroupId",
        "createTime": "createTime",
        "status": "status",
    }
    tagged = True
    status = "status"

    def create(self, call: Call, inputs: Values) -> str:
        """CreateProject."""
        call.retried(lambda: call.cloud.log.create_project(**self.given(inputs)))
        return str(inputs["projectName"])

    def describe(self, call: Call, id: str) -> Answer:
        """GetProject."""
        return call.cloud.log.get_project(project_name=id)

    def update(
        self, call: Call, id: str, old: Values, new: Values, changed: Collection[str]
    ) -> None:
        """UpdateProject and the tags."""
        log = call.cloud.log
        if "description" in changed:
            call.retried(
                lambda: log.update_project(project_name=id, description=new.get("description", ""))
            )
        self.update_tags(call, log, "project", id, old, new, changed)

    def remove(self, call: Call, id: str, state: Values) -> Any:
        """DeleteProject."""
        return call.cloud.log.delete_project(project_name=id)
