"""Keeps the batch resources of each machine as its online pods leave them."""

from __future__ import annotations

import logging

from sandbox.controllers.controller import EVERYTHING, Context, Key
from sandbox.controllers.koordinator.batch import BATCH_CPU, BATCH_MEMORY, calculate, differs
from sandbox.controllers.koordinator.config import KEY, NAME, NAMESPACE, InvalidConfig, read
from sandbox.controllers.node_objects import is_virtual
from sandbox.kube.client import Object
from sandbox.metrics import load, pressure
from sandbox.metrics.load import Usage

_log = logging.getLogger(__name__)

_LOOK_SECONDS = 2.0
"""The add-on's own period is a minute (metricAggregateDurationSeconds)."""


class BatchResources:
    """All machines at each look."""

    follows_cloud = False

    def __init__(self, context: Context) -> None:
        self._context = context
        self._refused = ""

    def key(self, kind: str, obj: Object) -> Key | None:
        """Nothing: what it looks at changes without any event."""
        return None

    def keys_at_start(self) -> list[Key]:
        """Everything."""
        return [EVERYTHING]

    def reconcile(self, key: Key) -> float | None:
        """Compare, write what has changed by enough, and look again soon."""
        found = self._context.client.find("ConfigMap", NAME, NAMESPACE)
        text = ((found or {}).get("data") or {}).get(KEY, "")
        try:
            config = read(text)
        except InvalidConfig as error:
            if str(error) != self._refused:
                _log.warning("%s: %s", NAME, error)
            self._refused = str(error)
            return self._wait()
        used, system = self._measured()
        pods: dict[str, list[Object]] = {}
        for pod in self._context.objects("Pod"):
            pods.setdefault(pod["spec"].get("nodeName", ""), []).append(pod)
        for node in self._context.objects("Node"):
            name = node["metadata"]["name"]
            if is_virtual(node):
                continue
            allocatable = node["status"].get("allocatable") or {}
            if not config.enable:
                if BATCH_CPU in allocatable:
                    self._write(node, dict.fromkeys((BATCH_CPU, BATCH_MEMORY)))
                continue
            daemons = system.get(name, load.node_base())
            batch = calculate(node, pods.get(name, []), used, daemons, config)
            if differs(allocatable, batch, config.difference):
                self._write(node, batch.quantities())
        return self._wait()

    def _measured(self) -> tuple[dict[str, Usage], dict[str, Usage]]:
        context = self._context
        running = [pod for pod in context.objects("Pod") if pod["status"].get("phase") == "Running"]
        nodes, namespaces = context.objects("Node"), context.objects("Namespace")
        grown, system = pressure.present(
            context.cloud, context.cluster_id, running, nodes, namespaces
        )
        return {pod["metadata"]["uid"]: pressure.of_pod(pod, grown) for pod in running}, system

    def _write(self, node: Object, amounts: dict[str, str] | dict[str, None]) -> None:
        change = {"status": {"capacity": amounts, "allocatable": amounts}}
        self._context.client.patch(node, change, "status")

    def _wait(self) -> float:
        return self._context.pace.seconds(_LOOK_SECONDS)
