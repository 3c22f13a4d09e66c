"""alicloud:cs/kubernetesAddon:KubernetesAddon."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from sandbox.cloud.errors import CloudError
from sandbox.providers.alicloud.call import Answer, Call, GaveUpError
from sandbox.providers.alicloud.handler import Handler, parts
from sandbox.providers.alicloud.values import Values

_SETTINGS = {"config": "config", "version": "version"}

_SYSTEM = "AddonOperationNotSupported"
"""What the cloud answers for an add-on that cannot be removed."""


class KubernetesAddon(Handler):
    """An add-on of a cluster; its id is `cluster:name`."""

    token = "alicloud:cs/kubernetesAddon:KubernetesAddon"
    label = "ACK add-on"
    # The configuration is not told: the cloud merges it with its own, which would be a difference.
    outputs: ClassVar = {"name": "name", "version": "version"}
    more_outputs = ("clusterId",)
    status = "state"
    ready_state = "active"
    failed_states = ("failed",)

    def __init__(self) -> None:
        self._cluster = ""
        self._task = ""

    def create(self, call: Call, inputs: Values) -> str:
        """InstallClusterAddons; one that is there already is configured instead."""
        cluster, name = inputs["clusterId"], inputs["name"]
        id = f"{cluster}:{name}"
        wanted = self.given(inputs, _SETTINGS)
        if self.read(call, id) is None:
            answer = call.retried(
                lambda: call.cloud.cs.install_cluster_addons(
                    cluster_id=cluster, addons=[{"name": name, **wanted}]
                )
            )
            self._task = answer["task_id"]
        elif wanted:
            self._modify(call, id, wanted)
        return id

    def ready(self, call: Call, id: str) -> None:
        """Wait until it is active; where it fails, its task says why."""
        try:
            super().ready(call, id)
        except GaveUpError as error:
            if error.code == "Failed" and self._task:
                call.wait_for_task(self._task)
            raise

    def describe(self, call: Call, id: str) -> Answer:
        """GetClusterAddonInstance."""
        self._cluster, name = parts(id)
        answer: Answer = call.cloud.cs.describe_cluster_addon_instance(
            cluster_id=self._cluster, addon_name=name
        )
        return answer

    def output_values(self, answer: Answer) -> Values:
        """With the cluster, which the answer leaves out."""
        return {**super().output_values(answer), "clusterId": self._cluster}

    def update(
        self, call: Call, id: str, old: Values, new: Values, changed: Collection[str]
    ) -> None:
        """ModifyClusterAddon or UpgradeClusterAddons."""
        wanted = self.given({wire: new.get(wire) for wire in changed}, _SETTINGS)
        if wanted:
            self._modify(call, id, wanted)

    def remove(self, call: Call, id: str, state: Values) -> Any:
        """UnInstallClusterAddons."""
        cluster, name = parts(id)
        addon = {"name": name, "cleanup_cloud_resources": bool(state.get("cleanupCloudResources"))}
        return call.cloud.cs.un_install_cluster_addons(cluster_id=cluster, addons=[addon])

    def delete(self, call: Call, id: str, state: Values) -> None:
        """Uninstall; a system add-on stays and is only forgotten, as by the official provider."""
        kept = False

        def uninstall() -> Any:
            nonlocal kept
            try:
                return self.remove(call, id, state)
            except CloudError as error:
                if error.code != _SYSTEM:
                    raise
                kept = True
                return {}

        if self.deleted(call, uninstall) and not kept:
            call.wait(lambda: self.state(call, id), "")

    def _modify(self, call: Call, id: str, wanted: dict[str, Any]) -> None:
        cluster, name = parts(id)
        answer = call.retried(
            lambda: call.cloud.cs.modify_cluster_addon(
                cluster_id=cluster, addon_name=name, **wanted
            )
        )
        self._task = answer["task_id"]
        self.ready(call, id)
