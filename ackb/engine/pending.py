"""Creations of unknown result: which they are, and the state once they are settled."""

from __future__ import annotations

import contextlib
import copy
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

Deployment = dict[str, Any]
Resource = dict[str, Any]

#: Recorded on what was found, as the engine does with what came up half: the next update waits
#: until it is ready, and completes it.
CUT_OFF = "its creation was cut off; this update completes it"

#: Steps that make an object.
_CREATIONS = ("create", "create-replacement")

#: What the engine's events tell of a resource that its state keeps too.
_KEPT = ("type", "urn", "custom", "parent", "provider", "inputs", "protect")

#: The provider's process is gone (gRPC), or the cloud did not answer it (Go's net/http, by whose
#: words the official provider knows a network error).
_NO_ANSWER = re.compile(
    r"error reading from server|transport is closing|connection error: desc"
    r"|connection reset by peer|Client\.Timeout exceeded|: EOF$"
)

#: What stands for a secret in an event.
_HIDDEN = "[secret]"


def creations(deployment: Deployment) -> list[Resource]:
    """Resources whose creation was under way when a run died; ids are not known."""
    operations = deployment.get("pending_operations") or []
    return [one["resource"] for one in operations if one["type"] == "creating"]


def unanswered(log: Path) -> list[Resource]:
    """Resources whose creation failed without an answer, from the event log of a run.

    The engine takes them for not made and forgets them, but a provider that died, or an answer that
    was lost, may have made them. One that the cloud refused is not among them: what exists under
    its name is somebody else's. Inputs that the log hides, being secret, are left out.
    """
    failed: dict[str, Resource] = {}
    lost: set[str] = set()
    for event in _events(log):
        report = event.get("diagnosticEvent") or {}
        if report.get("severity") == "error" and _NO_ANSWER.search(report.get("message", "")):
            lost.add(report.get("urn", ""))
        step = (event.get("resOpFailedEvent") or {}).get("metadata") or {}
        if step.get("op") in _CREATIONS and step["new"].get("custom"):
            new = {key: value for key, value in step["new"].items() if key in _KEPT}
            inputs = {key: value for key, value in new["inputs"].items() if not _is_hidden(value)}
            failed[new["urn"]] = {**new, "inputs": inputs}
    return [one for urn, one in failed.items() if urn in lost]


def known_ids(deployment: Deployment, type_token: str) -> set[str]:
    """Ids of one type that the state knows; with an unfinished replacement, that of the old one."""
    resources = deployment.get("resources") or []
    return {one["id"] for one in resources if one["type"] == type_token and one.get("id")}


def settled(
    deployment: Deployment, made_by: Iterable[Resource], found: Mapping[str, str]
) -> Deployment:
    """The deployment without pending operations, and with what was found (URN -> id) in it.

    ``made_by`` are the creations that were looked for.
    """
    result = copy.deepcopy(deployment)
    made = {one["urn"]: one for one in made_by if one["urn"] in found}
    result["pending_operations"] = None
    resources: list[Resource] = []
    for old in result.get("resources") or []:
        new = made.get(old["urn"])
        if new is None or old.get("delete"):
            resources.append(old)
            continue
        # A replacement: the old one is deleted after the new one exists, or is deleted already.
        if not old.get("pendingReplacement"):
            resources.append({**old, "delete": True})
        resources.append(_made(made.pop(old["urn"]), found))
    resources += [_made(one, found) for one in made.values()]
    result["resources"] = resources
    return result


def recorded(deployment: Deployment, found: Mapping[str, str]) -> dict[str, str]:
    """Those of ``found`` that the deployment has."""
    known = {one["urn"] for one in _current(deployment)}
    return {urn: identifier for urn, identifier in found.items() if urn in known}


def cut_off(deployment: Deployment, found: Mapping[str, str]) -> Deployment:
    """The deployment with every found resource marked as half made."""
    result = copy.deepcopy(deployment)
    for one in _current(result):
        if one["urn"] in found:
            one["initErrors"] = [CUT_OFF]
    return result


def _made(resource: Resource, found: Mapping[str, str]) -> Resource:
    # What a provider cannot read back, such as a password, is as it was asked for.
    outputs = dict(resource.get("inputs") or {})
    made = {"id": found[resource["urn"]], "outputs": outputs, "initErrors": [CUT_OFF]}
    return {**resource, **made}


def _events(log: Path) -> Iterator[dict[str, Any]]:
    lines = log.read_text("utf-8", errors="replace").splitlines() if log.exists() else []
    for line in lines:
        # The last line of an engine that was killed may be torn.
        with contextlib.suppress(ValueError):
            yield json.loads(line)


def _is_hidden(value: Any) -> bool:
    return _HIDDEN in json.dumps(value)


def _current(deployment: Deployment) -> Iterator[Resource]:
    return (one for one in deployment["resources"] if not one.get("delete"))
