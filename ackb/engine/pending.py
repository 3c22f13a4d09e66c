"""Pending creations in a stack's state: what they are, and the state once they are settled."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

Deployment = dict[str, Any]
Resource = dict[str, Any]

#: Recorded on what was found, as the engine does with what came up half: the next update waits
#: until it is ready, and completes it.
CUT_OFF = "its creation was cut off; this update completes it"


def creations(deployment: Deployment) -> list[Resource]:
    """Resources whose creation was under way when a run died; ids are not known."""
    operations = deployment.get("pending_operations") or []
    return [one["resource"] for one in operations if one["type"] == "creating"]


def known_ids(deployment: Deployment, type_token: str) -> set[str]:
    """Ids of one type that the state knows; with an unfinished replacement, that of the old one."""
    resources = deployment.get("resources") or []
    return {one["id"] for one in resources if one["type"] == type_token and one.get("id")}


def settled(deployment: Deployment, found: Mapping[str, str]) -> Deployment:
    """The deployment without pending operations, and with what was found (URN -> id) in it."""
    result = copy.deepcopy(deployment)
    made = {one["urn"]: one for one in creations(result) if one["urn"] in found}
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


def cut_off(deployment: Deployment, found: Mapping[str, str]) -> Deployment:
    """The deployment with every found resource marked as half made."""
    result = copy.deepcopy(deployment)
    for one in _current(result):
        if one["urn"] in found:
            one["initErrors"] = [CUT_OFF]
    return result


def _made(resource: Resource, found: Mapping[str, str]) -> Resource:
    return {**resource, "id": found[resource["urn"]], "initErrors": [CUT_OFF]}


def _current(deployment: Deployment) -> Iterator[Resource]:
    return (one for one in deployment["resources"] if not one.get("delete"))
