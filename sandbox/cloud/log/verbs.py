"""The log service."""

from __future__ import annotations

import re
from typing import ClassVar

from sandbox.cloud.errors import ErrorSpec
from sandbox.cloud.service import Kind, Response, public, verb
from sandbox.cloud.store import Data
from sandbox.cloud.tagging import Tagging

PROJECT = "log.Project"

_NAME = re.compile(r"^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$")
"""3 to 63 characters (reference page of CreateProject, read 2026-11-22)."""

# https://www.alibabacloud.com/help/en/sls/developer-reference/api-sls-2020-12-30-createproject and
# …-getproject, …-deleteproject: error tables, read 2026-11-22.
PROJECT_EXISTS = ErrorSpec("ProjectAlreadyExist", "The project {name} already exists.")
PROJECT_NOT_FOUND = ErrorSpec("ProjectNotExist", "The Project does not exist : {name}", 404)
INVALID_NAME = ErrorSpec("ParameterInvalid", "The project name {name} is invalid.")
QUOTA_PROJECT = ErrorSpec("ExceedQuota", "The project count exceeds the quota of {quota}.", 403)


class Log(Tagging):
    """SLS 2020-12-30. Project names are unique in a region and stand for ids."""

    service = "log"
    taggable: ClassVar = {"project": PROJECT}
    kinds = (Kind(PROJECT, "projectName", "projectName", "project"),)

    @verb()
    def create_project(
        self,
        *,
        project_name: str,
        description: str = "",
        resource_group_id: str = "",
        tags: dict[str, str] | None = None,
    ) -> Response:
        """CreateProject."""
        if not _NAME.match(project_name):
            raise INVALID_NAME(name=project_name)
        if self.get(PROJECT, project_name) is not None:
            raise PROJECT_EXISTS(name=project_name)
        quota = self.cloud.quota("log.projects")
        if self.store.count(PROJECT) >= quota:
            raise QUOTA_PROJECT(quota=quota)
        project: Data = {
            "projectName": project_name,
            "description": description,
            "resourceGroupId": resource_group_id or self.cloud.default_resource_group,
            "region": self.cloud.region,
            "createTime": self.timestamp(),
            "status": "Normal",
            "tags": tags or {},
        }
        self.add(PROJECT, project_name, project)
        return {}

    @verb(reads=True)
    def get_project(self, *, project_name: str) -> Response:
        """GetProject."""
        return _shown(self._project(project_name))

    @verb(reads=True)
    def list_project(
        self, *, project_name: str = "", tags: dict[str, str] | None = None
    ) -> Response:
        """ListProject: projects whose name contains the text, one page with all of them."""
        found = [
            _shown(one) for one in self.find(PROJECT, tags) if project_name in one["projectName"]
        ]
        return {"projects": found, "count": len(found), "total": len(found)}

    @verb()
    def update_project(self, *, project_name: str, description: str) -> Response:
        """UpdateProject."""
        project = self._project(project_name)
        project["description"] = description
        self.save(PROJECT, project_name, project)
        return {}

    @verb()
    def delete_project(self, *, project_name: str) -> Response:
        """DeleteProject: with all that is in it."""
        self._project(project_name)
        self.remove(PROJECT, project_name)
        return {}

    def _project(self, name: str) -> Data:
        project = self.get(PROJECT, name)
        if project is None:
            raise PROJECT_NOT_FOUND(name=name)
        return project


def _shown(project: Data) -> Response:
    """The service answers in camelCase."""
    shown = {key: value for key, value in project.items() if key != "tags"}
    return {**shown, "Tags": public(project).get("Tags", {"Tag": []})}
