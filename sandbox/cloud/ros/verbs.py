"""The Resource Orchestration Service."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Sequence
from typing import Any, ClassVar

from sandbox.cloud.cs.kinds import CLUSTER
from sandbox.cloud.errors import CloudError
from sandbox.cloud.ros import clusters, errors
from sandbox.cloud.ros.template import ANY_CLUSTER, Template, parsed
from sandbox.cloud.service import Kind, Response, tag_list, verb
from sandbox.cloud.store import Data
from sandbox.cloud.tagging import Tagging

STACK = "ros.Stack"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,254}")
_GONE = "DELETE_COMPLETE"
_SHOWN = (
    "StackId",
    "StackName",
    "Status",
    "StatusReason",
    "CreateTime",
    "UpdateTime",
    "DeletionProtection",
    "DisableRollback",
    "RamRoleName",
    "TimeoutInMinutes",
)


class Ros(Tagging):
    """ROS 2019-09-10."""

    service = "ros"
    taggable: ClassVar = {"stack": STACK}
    kinds = (Kind(STACK, "StackId", "StackName", "stack", costs=False),)

    @verb()
    def create_stack(
        self,
        *,
        region_id: str,
        stack_name: str,
        template_body: str,
        parameters: Sequence[dict[str, str]] = (),
        deletion_protection: str = "Disabled",
        disable_rollback: bool = False,
        timeout_in_minutes: int = 60,
        ram_role_name: str = "",
        tags: dict[str, str] | None = None,
        client_token: str | None = None,
    ) -> Response:
        """CreateStack: asynchronous, CREATE_IN_PROGRESS and then CREATE_COMPLETE or CREATE_FAILED.

        A failed creation is not rolled back, as with DisableRollback.
        """
        self.cloud.check_region(region_id)
        if not _NAME.fullmatch(stack_name):
            raise errors.VALIDATION_FAILED(reason=f"StackName {stack_name} is invalid")
        if any(one["StackName"] == stack_name for one in self.find(STACK)):
            raise errors.STACK_EXISTS(name=stack_name)
        number = self.store.next_number("id/stack")
        stack_id = str(uuid.UUID(hashlib.md5(f"stack/{number}".encode()).hexdigest()))
        template = self._parsed(stack_name, stack_id, template_body, parameters)
        stack: Data = {
            "StackId": stack_id,
            "StackName": stack_name,
            "Action": "CREATE",
            "Failure": "",
            "CreateTime": self.timestamp(),
            "UpdateTime": "",
            "DeletionProtection": deletion_protection,
            "DisableRollback": disable_rollback,
            "RamRoleName": ram_role_name,
            "TimeoutInMinutes": timeout_in_minutes,
            "template": template_body,
            "parameters": list(parameters),
            "tags": tags or {},
            "clusters": {
                name: clusters.create(self.cloud, config)
                for name, config in template.clusters.items()
            },
        }
        self.add(STACK, stack_id, stack)
        return {"StackId": stack_id}

    @verb(reads=True)
    def get_stack(self, *, stack_id: str, region_id: str | None = None) -> Response:
        """GetStack: with the values of the outputs once they are known.

        A stack that was deleted can still be asked for by its id.
        """
        stack = self._stack(stack_id)
        shown = {name: stack[name] for name in _SHOWN}
        return {
            **shown,
            "Parameters": stack["parameters"],
            "Tags": tag_list(stack["tags"]),
            "Outputs": self._outputs(stack),
        }

    @verb(reads=True)
    def list_stacks(self, *, region_id: str, stack_name: Sequence[str] = ()) -> Response:
        """ListStacks: one page with all of them; deleted ones are not listed."""
        stacks = [
            {name: stack[name] for name in _SHOWN}
            for stack in self.find(STACK)
            if not stack_name or stack["StackName"] in stack_name
        ]
        return {"Stacks": stacks, "TotalCount": len(stacks)}

    @verb(reads=True)
    def list_stack_resources(self, *, stack_id: str, region_id: str | None = None) -> Response:
        """ListStackResources."""
        stack = self._stack(stack_id)
        rows = []
        for name, made in stack["clusters"].items():
            status, reason = clusters.status(self.cloud, stack["Action"], made["cluster_id"])
            rows.append(
                {
                    "LogicalResourceId": name,
                    "PhysicalResourceId": made["cluster_id"],
                    "ResourceType": ANY_CLUSTER,
                    "StackId": stack_id,
                    "StackName": stack["StackName"],
                    "Status": status,
                    "StatusReason": reason,
                }
            )
        return {"Resources": rows}

    @verb()
    def update_stack(
        self,
        *,
        stack_id: str,
        region_id: str | None = None,
        template_body: str | None = None,
        parameters: Sequence[dict[str, str]] | None = None,
        disable_rollback: bool | None = None,
        timeout_in_minutes: int | None = None,
        ram_role_name: str | None = None,
        client_token: str | None = None,
    ) -> Response:
        """UpdateStack: asynchronous; UPDATE_FAILED when a cluster would have to be another one.

        ClusterConfig cannot be changed, and a replacement has to be allowed (ReplacementOption,
        which is not simulated).
        """
        stack = self._idle(stack_id)
        body = stack["template"] if template_body is None else template_body
        values = stack["parameters"] if parameters is None else list(parameters)
        old, new = (
            self._parsed(stack["StackName"], stack_id, *each)
            for each in ((stack["template"], stack["parameters"]), (body, values))
        )
        changed = sorted(
            name
            for name in {*old.clusters, *new.clusters}
            if old.clusters.get(name) != new.clusters.get(name)
        )
        given = {
            "DisableRollback": disable_rollback,
            "TimeoutInMinutes": timeout_in_minutes,
            "RamRoleName": ram_role_name,
        }
        stack.update({name: value for name, value in given.items() if value is not None})
        stack.update(Action="UPDATE", UpdateTime=self.timestamp(), Failure="")
        if changed:
            stack["Failure"] = f"{changed[0]}: Property ClusterConfig cannot be updated"
        else:
            stack.update(template=body, parameters=values)
        self.save(STACK, stack_id, stack)
        return {"StackId": stack_id}

    @verb()
    def delete_stack(
        self,
        *,
        stack_id: str,
        region_id: str | None = None,
        retain_all_resources: bool = False,
        retain_resources: Sequence[str] = (),
    ) -> Response:
        """DeleteStack: asynchronous; DELETE_FAILED when the product refuses, with its reason."""
        stack = self._idle(stack_id)
        if stack["DeletionProtection"] == "Enabled":
            raise errors.STACK_PROTECTED(name=stack["StackName"])
        stack.update(Action="DELETE", Failure="")
        for name, made in list(stack["clusters"].items()):
            if retain_all_resources or name in retain_resources:
                del stack["clusters"][name]
            elif self.cloud.cs.get(CLUSTER, made["cluster_id"]) is not None:
                try:
                    self.cloud.cs.delete_cluster(cluster_id=made["cluster_id"])
                except CloudError as error:
                    stack["Failure"] = f"{name}: {error.code}: {error.message}"
        self.save(STACK, stack_id, stack)
        return {}

    def find(
        self, kind: str, tags: dict[str, str] | None = None, **equals: str | int | bool | None
    ) -> list[Data]:
        """Stacks that are not deleted."""
        return [one for one in super().find(kind, tags, **equals) if one["Status"] != _GONE]

    def _settled(self, data: Data) -> Data | None:
        """A stack's state follows from that of what is in it."""
        action, failure = data["Action"], data["Failure"]
        states = [
            clusters.status(self.cloud, action, made["cluster_id"])
            for made in data["clusters"].values()
        ]
        if failure:
            states = [(f"{action}_FAILED", failure)]
        outcome, reason = "COMPLETE", f"Stack {action} completed successfully"
        for one in ("IN_PROGRESS", "FAILED"):
            reasons = [why for state, why in states if state.endswith(one)]
            if reasons:
                outcome, reason = one, reasons[0]
        return {**data, "Status": f"{action}_{outcome}", "StatusReason": reason}

    def _stack(self, stack_id: str) -> Data:
        stack = self.get(STACK, stack_id)
        if stack is None:
            raise errors.STACK_NOT_FOUND(name=stack_id)
        return stack

    def _idle(self, stack_id: str) -> Data:
        stack = self._stack(stack_id)
        if stack["Status"] == _GONE:
            raise errors.STACK_NOT_FOUND(name=stack_id)
        if stack["Status"].endswith("IN_PROGRESS"):
            raise errors.ACTION_IN_PROGRESS(name=stack["StackName"], action=stack["Action"])
        return stack

    def _parsed(
        self, name: str, stack_id: str, body: str, parameters: Sequence[dict[str, str]]
    ) -> Template:
        pseudo = {
            "ALIYUN::Region": self.cloud.region,
            "ALIYUN::AccountId": self.cloud.account_id,
            "ALIYUN::StackName": name,
            "ALIYUN::StackId": stack_id,
        }
        return parsed(body, parameters, pseudo)

    def _outputs(self, stack: Data) -> list[dict[str, Any]]:
        if stack["Status"] not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            return []
        template = self._parsed(
            stack["StackName"], stack["StackId"], stack["template"], stack["parameters"]
        )
        made = stack["clusters"]
        values = template.output_values(
            lambda resource, attribute: clusters.attribute(self.cloud, made[resource], attribute)
        )
        return [{"OutputKey": key, "OutputValue": value} for key, value in values.items()]
