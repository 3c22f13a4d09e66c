"""alicloud:ros/stack:Stack."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from sandbox.providers.alicloud.call import Answer, Call, GaveUpError
from sandbox.providers.alicloud.handler import GoneError, Handler
from sandbox.providers.alicloud.values import Values

_CALLS_UPDATE = ("disableRollback", "parameters", "ramRoleName", "timeoutInMinutes")
"""The inputs whose change makes the official provider call UpdateStack at all: a template that
changes alone is put into the state and nowhere else (resource_alicloud_ros_stack.go)."""


class Stack(Handler):
    """A stack of a template; the provider tells none of its outputs."""

    token = "alicloud:ros/stack:Stack"
    label = "ROS stack"
    arguments: ClassVar = {
        "stackName": "stack_name",
        "templateBody": "template_body",
        "deletionProtection": "deletion_protection",
        "disableRollback": "disable_rollback",
        "ramRoleName": "ram_role_name",
        "timeoutInMinutes": "timeout_in_minutes",
        "tags": "tags",
    }
    outputs: ClassVar = {
        "stackName": "StackName",
        "status": "Status",
        "deletionProtection": "DeletionProtection",
        "disableRollback": "DisableRollback",
        "ramRoleName": "RamRoleName",
        "timeoutInMinutes": "TimeoutInMinutes",
    }
    more_outputs = ("parameters", "tags")
    status = "Status"
    unsimulated = (
        "replacementOption",
        "stackPolicyBody",
        "stackPolicyUrl",
        "stackPolicyDuringUpdateBody",
        "stackPolicyDuringUpdateUrl",
        "templateUrl",
        "templateVersion",
        "usePreviousParameters",
    )

    def create(self, call: Call, inputs: Values) -> str:
        """CreateStack: one ClientToken for all tries."""
        self.refuse_unsimulated(inputs)
        token = call.client_token("CreateStack")
        answer = call.retried(
            lambda: call.cloud.ros.create_stack(
                region_id=call.region,
                parameters=_parameters(inputs),
                **{"template_body": "", **self.given(inputs)},
                client_token=token,
            )
        )
        return str(answer["StackId"])

    def ready(self, call: Call, id: str) -> None:
        """Wait until the last action has succeeded; otherwise tell the stack's reason."""
        reason = ""

        def state() -> str | None:
            nonlocal reason
            answer = self.read(call, id)
            if answer is None:
                return None
            reason = answer["StatusReason"]
            action, _, outcome = str(answer["Status"]).partition("_")
            return "COMPLETE" if outcome == "COMPLETE" else f"{action}_{outcome}"

        failed = ("CREATE_FAILED", "UPDATE_FAILED", "DELETE_FAILED")
        try:
            call.wait(state, "COMPLETE", failed)
        except GaveUpError as error:
            if error.code in ("Failed", "Timeout") and reason:
                raise GaveUpError(error.code, f"{error}: {reason}") from error
            raise

    def describe(self, call: Call, id: str) -> Answer:
        """GetStack, which still tells of stacks that are deleted."""
        answer = call.cloud.ros.get_stack(stack_id=id, region_id=call.region)
        if answer["Status"] == "DELETE_COMPLETE":
            raise GoneError
        return answer

    def output_values(self, answer: Answer) -> Values:
        """With parameters and tags in the provider's form."""
        parameters = [
            {"parameterKey": one["ParameterKey"], "parameterValue": one["ParameterValue"]}
            for one in answer["Parameters"]
        ]
        tags = {tag["Key"]: tag["Value"] for tag in answer["Tags"]}
        return {**super().output_values(answer), "parameters": parameters, "tags": tags}

    def update(
        self, call: Call, id: str, old: Values, new: Values, changed: Collection[str]
    ) -> None:
        """UpdateStack, where the official provider calls it, and the tags."""
        ros = call.cloud.ros
        self.update_tags(call, ros, "stack", id, old, new, changed)
        if set(changed) & set(_CALLS_UPDATE):
            token = call.client_token("UpdateStack")
            call.retried(
                lambda: ros.update_stack(
                    stack_id=id,
                    region_id=call.region,
                    template_body=new.get("templateBody"),
                    parameters=_parameters(new),
                    disable_rollback=bool(new.get("disableRollback")),
                    ram_role_name=new.get("ramRoleName", ""),
                    timeout_in_minutes=new.get("timeoutInMinutes", 60),
                    client_token=token,
                )
            )

    def remove(self, call: Call, id: str, state: Values) -> Any:
        """DeleteStack."""
        return call.cloud.ros.delete_stack(
            stack_id=id,
            region_id=call.region,
            retain_all_resources=bool(state.get("retainAllResources")),
            retain_resources=state.get("retainResources") or [],
        )

    def delete(self, call: Call, id: str, state: Values) -> None:
        """Delete and wait; a product that refuses is told as ROS tells it."""
        if not self.deleted(call, lambda: self.remove(call, id, state)):
            return
        reason = ""

        def current() -> str | None:
            nonlocal reason
            answer = self.read(call, id)
            reason = answer["StatusReason"] if answer else ""
            return str(answer["Status"]) if answer else None

        try:
            call.wait(current, "", ("DELETE_FAILED",))
        except GaveUpError as error:
            if error.code == "Failed" and reason:
                raise GaveUpError("DependencyViolation", f"{error}: {reason}") from error
            raise

    def blockers(self, call: Call, id: str) -> list[str]:
        """Node pools that keep a cluster of the stack."""
        answer = call.cloud.ros.list_stack_resources(stack_id=id, region_id=call.region)
        return [
            pool["nodepool_info"]["nodepool_id"]
            for row in answer["Resources"]
            for pool in call.cloud.cs.describe_cluster_node_pools(
                cluster_id=row["PhysicalResourceId"]
            )["nodepools"]
        ]


def _parameters(inputs: Values) -> list[dict[str, str]]:
    return [
        {"ParameterKey": one["parameterKey"], "ParameterValue": one["parameterValue"]}
        for one in inputs.get("parameters") or []
    ]
