"""Repairs what a killed run left in a stack before the next run starts.

A creation that was under way when the engine died is a *pending operation* of the stack. Each is
looked up in the cloud: found, it is imported under its id; absent, it is dropped, so that the next
update makes it. Nothing is ever made twice and nothing is forgotten.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from ackb.domain.home import Home
from ackb.domain.problems import Problem
from ackb.engine import lookup
from ackb.engine.errors import EngineError
from ackb.engine.events import name_of
from ackb.engine.process import PulumiProcess

_PENDING = "creating"


def run(
    home: Home, target: str, pulumi: PulumiProcess, stack: str, report: Callable[[str], None]
) -> None:
    """Settle the pending creations of a stack; does nothing when there are none.

    Raises:
        EngineError: two objects answer to one creation, or the engine refuses the repair.
    """
    deployment = json.loads(pulumi.ask("stack", "export", "--stack", stack))["deployment"]
    operations = deployment.get("pending_operations") or []
    pending = [op["resource"] for op in operations if op["type"] == _PENDING]
    if not pending:
        return
    read = read_api(home, target)
    imports: dict[str, str] = {}
    for resource in pending:
        urn = resource["urn"]
        try:
            found = lookup.find(read, resource["type"], urn, resource.get("inputs") or {})
        except lookup.Ambiguous as ambiguous:
            raise _ambiguous(stack, ambiguous) from ambiguous
        if found is not None:
            imports[urn] = found
        result = f"found as {found}" if found else "not found, it will be made again"
        report(f"{name_of(urn)} was being created when a run was killed: {result}")
    arguments = ["refresh", "--yes", "--skip-preview", "--stack", stack, "--clear-pending-creates"]
    for urn, identifier in imports.items():
        arguments += ["--import-pending-creates", urn, "--import-pending-creates", identifier]
    pulumi.ask(*arguments)


def read_api(home: Home, target: str) -> lookup.ReadApi:
    """The read APIs of the target: the simulated cloud's, or the account's."""
    if target == "sandbox":
        from sandbox.cloud.cloud import Cloud

        return _SandboxApi(Cloud.open(home.cloud_db))
    from ackb.alibaba import read

    api: lookup.ReadApi = read
    return api


class _SandboxApi:
    """Asks the simulated cloud; only actions that change nothing are let through."""

    def __init__(self, cloud: Any) -> None:
        self._cloud = cloud

    def __call__(self, product: str, action: str, **parameters: Any) -> dict[str, Any]:
        verb = getattr(getattr(self._cloud, product), _snake(action))
        if not verb.reads:
            raise ValueError(f"{action} of {product} is not a read action")
        answer: dict[str, Any] = verb(**parameters)
        return answer


def _snake(action: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", action).lower()


def _ambiguous(stack: str, found: lookup.Ambiguous) -> EngineError:
    return EngineError(
        Problem(
            "ENG-09",
            f"stack {stack}",
            ", ".join(found.ids),
            f"all of these answer to {name_of(found.urn)}, whose creation was cut off",
            "delete all but one in the console and run again",
        )
    )
