"""Add-ons as the store keeps them."""

from __future__ import annotations

import json
from typing import Any

from sandbox.cloud.cs import errors
from sandbox.cloud.cs.tasks import load_data
from sandbox.cloud.store import Data

VIRTUAL_NODE = "ack-virtual-node"


def record(cluster_id: str, name: str, version: str, config: str, status: str) -> Data:
    """A new add-on. Raises AddonNotFound, or InvalidParameter for a config that is not JSON."""
    catalogue = load_data("addons")
    if name not in catalogue["versions"] and name not in catalogue["system"]:
        raise errors.ADDON_NOT_FOUND(addon=name)
    return {
        "ClusterId": cluster_id,
        "Name": name,
        "Version": version or catalogue["versions"].get(name, catalogue["default_version"]),
        "Config": json.dumps(parsed(config), sort_keys=True) if config else "",
        "Status": status,
    }


def parsed(config: str) -> dict[str, Any]:
    """An add-on's configuration. Raises InvalidParameter."""
    try:
        values = json.loads(config or "{}")
    except ValueError as error:
        raise errors.INVALID_PARAMETER(name="config", why=f"not JSON: {error}") from error
    if not isinstance(values, dict):
        raise errors.INVALID_PARAMETER(name="config", why="must be a JSON object")
    return values


def is_system(name: str) -> bool:
    """Whether ACK installs the add-on by itself and refuses to remove it."""
    return name in load_data("addons")["system"]


def is_controlled(name: str) -> bool:
    """Whether controllers of the sandbox bring what the add-on brings, and report its state."""
    return name in load_data("addons")["controlled"]


def initial_addons(cluster_id: str, wanted: list[dict[str, Any]]) -> list[Data]:
    """The add-ons of a new cluster: those of the system and those asked for."""
    asked = {addon["name"]: addon for addon in wanted if not addon.get("disabled")}
    names = [*load_data("addons")["system"], *asked]
    return [
        record(
            cluster_id,
            name,
            asked.get(name, {}).get("version") or "",
            asked.get(name, {}).get("config") or "",
            # What controllers bring comes when the control plane is up; all else is there with it.
            "initial" if is_controlled(name) else "active",
        )
        for name in dict.fromkeys(names)
    ]
