"""A small valid stack, and ways to spoil it."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

from ackb.domain.problems import InvalidInput
from blueprints.settings import load

STACK = "wordpress-dev"
REMOVED = object()

VALID: dict[str, Any] = {
    "blueprint": "wordpress",
    "target": "sandbox",
    "region": "cn-hangzhou",
    "tags": {"owner": "web", "env": "dev", "tier": "online", "cost-center": "shop"},
    "network": {
        "vpc_cidr": "10.0.0.0/8",
        "zones": [
            {
                "zone_id": "cn-hangzhou-h",
                "node_cidr": "10.0.0.0/20",
                "pod_cidr": "10.1.0.0/16",
            },
            {
                "zone_id": "cn-hangzhou-i",
                "node_cidr": "10.0.16.0/20",
                "pod_cidr": "10.2.0.0/16",
            },
        ],
    },
    "node_pools": [{"name": "base", "instance_types": ["ecs.c7.2xlarge"], "nodes": 2}],
}
FLANNEL = {"type": "flannel", "pod_cidr": "172.20.0.0/16", "node_cidr_mask": 25}


def changed(changes: dict[str, Any]) -> dict[str, Any]:
    """Return the valid stack with values set at dotted paths; `REMOVED` takes a key away."""
    data = deepcopy(VALID)
    for path, value in changes.items():
        *way, last = [int(one) if one.isdecimal() else one for one in path.split(".")]
        place: Any = data
        for step in way:
            place = place[step] if isinstance(place, list) else place.setdefault(step, {})
        if value is REMOVED:
            del place[last]
        else:
            place[last] = value
    return data


def loaded(changes: dict[str, Any] | None = None, stack: str = STACK):
    """Return the settings of the valid stack with these changes."""
    return load(json.dumps(changed(changes or {})), stack=stack)


def refusal(changes: dict[str, Any], stack: str = STACK) -> str:
    """Return the whole message about the valid stack with these changes."""
    return refusal_of(json.dumps(changed(changes)), stack)


def refusal_of(raw_json: str, stack: str = STACK) -> str:
    """Return the whole message about settings that must be refused."""
    try:
        load(raw_json, stack=stack)
    except InvalidInput as error:
        return str(error)
    raise AssertionError("these settings were accepted")
