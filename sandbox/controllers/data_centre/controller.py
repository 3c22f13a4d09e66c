"""The owner of the data centre: one machine, and the agent that connects it with the cloud.

Nobody stands at the keyboard there, so the simulated owner applies what DescribeExternalAgent
answers, once and as soon as the registration waits for it. Whether the cluster is connected is
then decided by the agent's pods: remove the Deployment and the cluster is `disconnected`.
"""

from __future__ import annotations

import yaml

from sandbox.controllers.controller import EVERYTHING, Context, Key
from sandbox.controllers.data_centre.machine import machine
from sandbox.controllers.node_objects import is_ready
from sandbox.kube.client import Object

_AGENT = "ack-cluster-agent"
_REGISTERING_SECONDS = 0.1


class DataCentre:
    """Runs the master, lets the cluster join, and tells the cloud whether the agent calls."""

    follows_cloud = False

    def __init__(self, context: Context) -> None:
        self._context = context

    def key(self, kind: str, obj: Object) -> Key | None:
        """Everything, after a change of a pod of the agent."""
        return EVERYTHING if kind == "Pod" and _of_agent(obj) else None

    def keys_at_start(self) -> list[Key]:
        """Everything."""
        return [EVERYTHING]

    def reconcile(self, key: Key) -> float | None:
        """Bring the registration in line with the agent."""
        context = self._context
        cluster = context.backend.cluster(context.cluster_id)
        if cluster is None:
            return None
        version = str(context.client.get("/version")["gitVersion"])
        master = machine(version)
        if context.client.find("Node", master["metadata"]["name"]) is None:
            context.client.create(master)
        if cluster.status == "initial":
            return _REGISTERING_SECONDS
        if not cluster.agent_applied:
            self._join()
        elif any(is_ready(pod) for pod in context.objects("Pod") if _of_agent(pod)):
            context.backend.agent_connected(context.cluster_id, version.removeprefix("v"))
        else:
            context.backend.agent_lost(context.cluster_id)
        return None

    def _join(self) -> None:
        """`kubectl apply` of the agent's manifest; again after an interruption."""
        context = self._context
        manifest = context.backend.agent_manifest(context.cluster_id)
        for document in yaml.load_all(manifest, Loader=yaml.CSafeLoader):
            context.client.apply(document)
        context.backend.agent_applied(context.cluster_id)


def _of_agent(pod: Object) -> bool:
    return (pod["metadata"].get("labels") or {}).get("app") == _AGENT
