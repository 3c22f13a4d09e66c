"""Add-ons of a cluster."""

from __future__ import annotations

import json
from typing import Any

from sandbox.cloud.cs import errors
from sandbox.cloud.cs.addon_records import (
    VIRTUAL_NODE,
    check_registered,
    is_controlled,
    is_system,
    parsed,
    record,
)
from sandbox.cloud.cs.kinds import ADDON, REGISTERED
from sandbox.cloud.cs.node_pools import NodePools
from sandbox.cloud.service import Response, verb
from sandbox.cloud.store import Data


class Addons(NodePools):
    """Add-on actions."""

    @verb()
    def install_cluster_addons(self, *, cluster_id: str, addons: list[dict[str, Any]]) -> Response:
        """InstallClusterAddons: each with name, version, config (JSON text); asynchronous."""
        cluster = self.running_cluster(cluster_id)
        tasks = []
        for wanted in addons:
            name = wanted["name"]
            if cluster["api"]["cluster_type"] == REGISTERED:
                check_registered(name)
            if self.get(ADDON, f"{cluster_id}:{name}") is not None:
                raise errors.ADDON_INSTALLED(addon=name)
            addon = record(
                cluster_id, name, wanted.get("version") or "", wanted.get("config") or "", "initial"
            )
            self.add(ADDON, f"{cluster_id}:{name}", self._becomes_active(addon))
            tasks.append(self._follow("addon_install", addon, "active"))
        return {"cluster_id": cluster_id, "task_id": tasks[-1] if tasks else ""}

    @verb(reads=True)
    def describe_cluster_addon_instance(self, *, cluster_id: str, addon_name: str) -> Response:
        """GetClusterAddonInstance: `state` is initial, active, updating or deleting."""
        return _shown(self._addon(cluster_id, addon_name))

    @verb(reads=True)
    def list_cluster_addon_instances(self, *, cluster_id: str) -> Response:
        """ListClusterAddonInstances."""
        self.cluster(cluster_id)
        return {"addons": [_shown(addon) for addon in self.find(ADDON, ClusterId=cluster_id)]}

    @verb()
    def modify_cluster_addon(
        self,
        *,
        cluster_id: str,
        addon_name: str,
        config: str | None = None,
        version: str | None = None,
    ) -> Response:
        """ModifyClusterAddon, and with a version UpgradeClusterAddons.

        The configuration is merged: a key that is left out keeps its value.
        """
        self.running_cluster(cluster_id)
        addon = self._addon(cluster_id, addon_name)
        if config is not None:
            merged = {**parsed(addon["Config"]), **parsed(config)}
            addon["Config"] = json.dumps(merged, sort_keys=True)
        addon["Version"] = version or addon["Version"]
        addon["Status"] = "updating"
        self.save(ADDON, f"{cluster_id}:{addon_name}", self._becomes_active(addon))
        return {"task_id": self._follow("addon_modify", addon, "active")}

    @verb()
    def un_install_cluster_addons(
        self, *, cluster_id: str, addons: list[dict[str, Any]]
    ) -> Response:
        """UnInstallClusterAddons: each with name and cleanup_cloud_resources; asynchronous.

        ack-virtual-node goes only together with its ECI pods, so the flag must be set for it.
        """
        self.cluster(cluster_id)
        tasks = []
        for wanted in addons:
            name = wanted["name"]
            if is_system(name):
                raise errors.ADDON_REQUIRED(addon=name)
            addon = self._addon(cluster_id, name)
            if name == VIRTUAL_NODE and not wanted.get("cleanup_cloud_resources"):
                raise errors.ADDON_NEEDS_CLEANUP(addon=name)
            addon["Status"] = "deleting"
            addon.pop("_then", None)
            self.save(ADDON, f"{cluster_id}:{name}", addon)
            # Controllers report when what they brought is gone; all else goes by itself.
            if not is_controlled(name):
                self.gone_later(ADDON, f"{cluster_id}:{name}", addon, "cs.addon.change")
            tasks.append(self._follow("addon_uninstall", addon, ""))
        return {"cluster_id": cluster_id, "task_id": tasks[-1] if tasks else ""}

    def _addon(self, cluster_id: str, name: str) -> Data:
        self.cluster(cluster_id)
        addon = self.get(ADDON, f"{cluster_id}:{name}")
        if addon is None:
            raise errors.ADDON_NOT_FOUND(addon=name)
        return addon

    def _becomes_active(self, addon: Data) -> Data:
        # Controllers report when it is there.
        if is_controlled(addon["Name"]):
            return addon
        return self.later(addon, "cs.addon.change", Status="active")

    def _follow(self, task_type: str, addon: Data, until: str) -> str:
        target = (ADDON, "addon", f"{addon['ClusterId']}:{addon['Name']}")
        return self.new_task(task_type, addon["ClusterId"], target, until)


def _shown(addon: Data) -> Response:
    return {
        "name": addon["Name"],
        "version": addon["Version"],
        "config": addon["Config"],
        "state": addon["Status"],
    }
