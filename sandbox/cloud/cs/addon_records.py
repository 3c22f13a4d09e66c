"""Add-ons as the store keeps them."""

from __future__ import annotations

import json
from typing import Any

from sandbox.cloud.cs import errors
from sandbox.cloud.cs.tasks import load_data
from sandbox.cloud.store import Data

VIRTUAL_NODE = "ack-virtual-node"
DEVICE_PLUGIN = "ack-nvidia-device-plugin"
NODE_CONTROLLER = "cloud-node-controller"
"""What a registered cluster needs for node pools."""


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


def initial_addons(
    cluster_id: str, wanted: list[dict[str, Any]], *, registered: bool = False
) -> list[Data]:
    """The add-ons of a new cluster: those that ACK brings, and those asked for.

    A registered cluster has none but those asked for.
    """
    asked = {addon["name"]: addon for addon in wanted if not addon.get("disabled")}
    data = load_data("addons")
    refused = {addon["name"] for addon in wanted if addon.get("disabled")}
    brought = [] if registered else [*data["system"], *data["default"]]
    names = [*(name for name in brought if name not in refused or is_system(name)), *asked]
    for name in asked if registered else ():
        check_registered(name)
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


def check_registered(name: str) -> None:
    """Raises Sandbox.NotSimulated for an add-on that needs controllers of a managed cluster."""
    if is_controlled(name):
        raise errors.NOT_SIMULATED(
            what=f"the add-on {name} on a registered cluster",
            instead="Use a managed cluster to try it.",
        )
