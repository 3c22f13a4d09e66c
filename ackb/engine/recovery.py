"""Repairs what a killed run left in a stack before the next run starts.

A creation that was under way when the engine died is a *pending operation* of the stack. Each is
looked up in the cloud: found, it is recorded under its id and the next update completes it; absent,
it is dropped and the next update makes it. Nothing is made twice and nothing is forgotten.

The engine has an option for this, ``refresh --import-pending-creates``, but 3.256 only turns the
creation into an import that nothing carries out, and the object is forgotten
(``tests/unit/engine/test_recovery.py`` tells when that changes).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

from ackb.domain.home import Home
from ackb.domain.problems import Problem
from ackb.domain.urns import name_of
from ackb.engine import lookup, pending
from ackb.engine.errors import EngineError
from ackb.engine.process import PulumiProcess

Report = Callable[[str], None]


def run(
    stack: str,
    pulumi: PulumiProcess,
    recorded: pending.Deployment | None,
    read: Callable[[str], lookup.ReadApi],
    refresh: Callable[[Sequence[str]], None],
    report: Report,
) -> None:
    """Settle the pending creations of a stack; does nothing when there are none.

    Args:
        stack: name of the stack.
        pulumi: the command line to ask.
        recorded: the deployment, where it can be read without asking the engine.
        read: gives the read APIs of a region.
        refresh: brings the state of these resources (URNs) up to date.
        report: gets a line for each creation.

    Raises:
        EngineError: two objects answer to one creation, or the engine refuses the repair.
    """
    if recorded is not None and not pending.creations(recorded):
        return
    exported = _export(pulumi, stack)
    deployment = exported["deployment"]
    creations = pending.creations(deployment)
    if not creations:
        return
    found: dict[str, str] = {}
    for resource in creations:
        urn, token = resource["urn"], resource["type"]
        api = read(_region(deployment, resource))
        known = pending.known_ids(deployment, token)
        try:
            identifier = lookup.find(api, token, urn, resource.get("inputs") or {}, known)
        except lookup.Ambiguous as ambiguous:
            raise _ambiguous(stack, ambiguous) from ambiguous
        if identifier is not None:
            found[urn] = identifier
        result = f"found as {identifier}" if identifier else "not found, it will be made again"
        report(f"{name_of(urn)} was being created when a run was killed: {result}")
    _import(pulumi, stack, {**exported, "deployment": pending.settled(deployment, found)})
    if found:
        # Outputs come from the provider; the mark that the creation was cut off goes with that.
        refresh(list(found))
        exported = _export(pulumi, stack)
        marked = pending.cut_off(exported["deployment"], found)
        _import(pulumi, stack, {**exported, "deployment": marked})


def read_api(home: Home, target: str, region: str) -> lookup.ReadApi:
    """The read APIs of the target: the simulated cloud's, or the account's in a region."""
    if target == "sandbox":
        from sandbox.cloud.cloud import Cloud

        return _SandboxApi(Cloud.open(home.cloud_db))
    from ackb.alibaba import Account

    return Account(region).read


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


def _export(pulumi: PulumiProcess, stack: str) -> dict[str, Any]:
    exported: dict[str, Any] = json.loads(pulumi.ask("stack", "export", "--stack", stack))
    return exported


def _import(pulumi: PulumiProcess, stack: str, exported: dict[str, Any]) -> None:
    pulumi.ask("stack", "import", "--stack", stack, stdin=json.dumps(exported))


def _region(deployment: pending.Deployment, resource: pending.Resource) -> str:
    """The region of the provider that was creating the resource; empty for other providers."""
    urn = str(resource.get("provider") or "").rpartition("::")[0]
    providers = (one for one in deployment.get("resources") or [] if one["urn"] == urn)
    return next((str((one.get("inputs") or {}).get("region") or "") for one in providers), "")


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
