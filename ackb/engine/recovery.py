"""Repairs what a killed run left in a stack before the next run starts.

A creation that was under way when the engine died is a *pending operation* of the stack. One whose
provider died, or whose answer was lost, is none: the engine takes it for failed and forgets it, so
the unanswered creations of the last run count too. Each is looked up in the cloud: found, it is
recorded under its id and the next update completes it; absent, the next update makes it. Nothing is
made twice and nothing is forgotten.

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
    unanswered: Sequence[pending.Resource],
    read: Callable[[str], lookup.ReadApi],
    refresh: Callable[[Sequence[str]], None],
    report: Report,
) -> None:
    """Settle the creations of unknown result; does nothing when there are none.

    Args:
        stack: name of the stack.
        pulumi: the command line to ask.
        recorded: the deployment, where it can be read without asking the engine.
        unanswered: creations that the last run took for failed.
        read: gives the read APIs of a region.
        refresh: brings the state of these resources (URNs) up to date.
        report: gets a line for each creation.

    Raises:
        EngineError: two objects answer to one creation, or the engine refuses the repair.
    """
    if recorded is not None and not pending.creations(recorded) and not unanswered:
        return
    exported = _export(pulumi, stack)
    deployment = exported["deployment"]
    cut_off = {one["urn"]: one for one in pending.creations(deployment)}
    suspects = {**{one["urn"]: one for one in unanswered}, **cut_off}
    looked_up = {urn: _find(stack, deployment, one, read) for urn, one in suspects.items()}
    found = {urn: identifier for urn, identifier in looked_up.items() if identifier is not None}
    if not cut_off and not found:
        return
    settled = pending.settled(deployment, suspects.values(), found)
    _import(pulumi, stack, {**exported, "deployment": settled})
    if found:
        # The provider tells the outputs, and forgets what does not exist. The mark that the
        # creation was cut off goes with that.
        refresh(list(found))
        exported = _export(pulumi, stack)
        found = pending.recorded(exported["deployment"], found)
        marked = pending.cut_off(exported["deployment"], found)
        _import(pulumi, stack, {**exported, "deployment": marked})
    for urn, resource in suspects.items():
        if not resource.get("custom"):
            # A component: nothing in the cloud, so nothing to tell.
            continue
        result = f"found as {found[urn]}" if urn in found else "not found, it will be made again"
        if urn in cut_off:
            report(f"{name_of(urn)} was being created when a run was killed: {result}")
        elif urn in found:
            report(f"the creation of {name_of(urn)} was not answered: {result}")


def read_api(home: Home, target: str, region: str) -> lookup.ReadApi:
    """The read APIs of the target: the simulated cloud's, or the account's in a region."""
    if target == "sandbox":
        from sandbox.cloud.cloud import Cloud

        return _SandboxApi(Cloud.open(home.cloud_db))
    from ackb.alibaba import Account

    return Account(region).read


def _find(
    stack: str,
    deployment: pending.Deployment,
    resource: pending.Resource,
    read: Callable[[str], lookup.ReadApi],
) -> str | None:
    token, inputs = resource["type"], resource.get("inputs") or {}
    known = pending.known_ids(deployment, token)
    api = read(_region(deployment, resource))
    try:
        return lookup.find(api, token, resource["urn"], inputs, known)
    except lookup.Ambiguous as ambiguous:
        raise _ambiguous(stack, ambiguous) from ambiguous


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
