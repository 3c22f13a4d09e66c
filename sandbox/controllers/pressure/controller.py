"""Watches the nodes that are short of memory, and evicts pods as their kubelets would."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from sandbox.cloud import catalogue
from sandbox.controllers import events
from sandbox.controllers.controller import Context, Key
from sandbox.controllers.node_objects import is_virtual
from sandbox.controllers.pressure import ranking
from sandbox.controllers.pressure.ranking import Candidate
from sandbox.controllers.pressure.signals import Signal, worst
from sandbox.kube import times
from sandbox.kube.client import ApiError, Client, Object
from sandbox.metrics import load, pressure
from sandbox.metrics.pressure import Pressure

_CONDITION = "MemoryPressure"
_KUBELET = "kubelet"
_GONE = 404


class MemoryPressure:
    """One node at a time, from the start of its pressure until it has recovered."""

    follows_cloud = True

    def __init__(self, context: Context) -> None:
        self._context = context
        self._better_since: dict[str, float] = {}
        """When the threshold was last no longer met, by node (monotonic seconds)."""
        self._evicted_at: dict[str, float] = {}
        """When a pod last had to go, by node (monotonic seconds)."""
        self._evicted: set[str] = set()
        """Uids of pods that had to go: the local copies may lag behind."""

    def key(self, kind: str, obj: Object) -> Key | None:
        """A node whose condition somebody else may have changed."""
        return (obj["metadata"]["name"],) if kind == "Node" and _is_pressed(obj) else None

    def keys_at_start(self) -> list[Key]:
        """Nodes that are asked for memory, and those that still say that they are short of it."""
        asked = {
            one.node
            for one in pressure.all_of(self._context.cloud, self._context.cluster_id)
            if not one.over
        }
        pressed = {
            node["metadata"]["name"] for node in self._context.objects("Node") if _is_pressed(node)
        }
        return [(name,) for name in sorted(asked | pressed)]

    def reconcile(self, key: Key) -> float | None:
        """Look at the memory; evict at most one pod, as a kubelet does at each look."""
        (name,) = key
        node = self._context.informers["Node"].get(name)
        if node is None or is_virtual(node):
            return None
        cloud, cluster_id = self._context.cloud, self._context.cluster_id
        asked = pressure.find(cloud, cluster_id, name)
        active = asked if asked is not None and not asked.over else None
        if active is not None and active.cause == "system" and active.system is None:
            found = replace(active, system=self._system(node, active))
            pressure.note(cloud, cluster_id, active, found)
            active = found
        look = self._context.pace.seconds(_data()["look_seconds"])
        early = self._evicted_at.get(name, -look) + look - time.monotonic()
        if early > 0:
            # A change of the node, such as its condition, calls between two looks.
            return early
        signal, candidates = self._measure(node)
        if signal.is_met:
            self._better_since.pop(name, None)
            self._press(node, active, signal, candidates)
            return look
        if active is not None and not active.began:
            # Never short of memory: nothing to recover from.
            ended = replace(active, over=True, available=signal.available)
            pressure.note(cloud, cluster_id, active, ended)
        return self._recover(node, active)

    def _press(
        self, node: Object, active: Pressure | None, signal: Signal, candidates: list[Candidate]
    ) -> None:
        client = self._context.client
        if not _is_pressed(node):
            _set_condition(client, node, pressed=True)
            text = "Attempting to reclaim memory"
            events.warn(client, node, _KUBELET, "EvictionThresholdMet", text)
            text = f"Node {node['metadata']['name']} status is now: NodeHasInsufficientMemory"
            events.record(client, node, _KUBELET, "NodeHasInsufficientMemory", text)
        first = next(iter(ranking.ranked(candidates)), None)
        entry: tuple[dict[str, Any], ...] = ()
        if first is not None:
            entry = (self._evict(first, signal),)
            self._evicted.add(first.pod["metadata"]["uid"])
            self._evicted_at[node["metadata"]["name"]] = time.monotonic()
        if active is not None:
            done = replace(active, began=True, evicted=(*active.evicted, *entry))
            if done != active:
                done = replace(done, available=signal.available)
                cloud, cluster_id = self._context.cloud, self._context.cluster_id
                pressure.note(cloud, cluster_id, active, done)

    def _recover(self, node: Object, active: Pressure | None) -> float | None:
        """Say that there is memory again, once that has been so for a while.

        A pressure that somebody has ended is over at once.
        """
        name = node["metadata"]["name"]
        if not _is_pressed(node):
            self._better_since.pop(name, None)
            return None
        if active is not None:
            since = self._better_since.setdefault(name, time.monotonic())
            kept = self._context.pace.seconds(_data()["transition_seconds"])
            wait = since + kept - time.monotonic()
            if wait > 0:
                return min(wait, self._context.pace.seconds(_data()["look_seconds"]))
            cloud, cluster_id = self._context.cloud, self._context.cluster_id
            pressure.note(cloud, cluster_id, active, replace(active, over=True))
        client = self._context.client
        _set_condition(client, node, pressed=False)
        text = f"Node {name} status is now: NodeHasSufficientMemory"
        events.record(client, node, _KUBELET, "NodeHasSufficientMemory", text)
        self._better_since.pop(name, None)
        return None

    def _measure(self, node: Object) -> tuple[Signal, list[Candidate]]:
        pods, context = self._pods(node), self._context
        namespaces = context.objects("Namespace")
        grown, system = pressure.present(
            context.cloud, context.cluster_id, pods, [node], namespaces
        )
        daemons = system.get(node["metadata"]["name"], load.node_base()).memory
        signal = worst(node, pressure.memory_of(pods, grown), daemons)
        critical = _data()["critical_priority"]
        candidates = [
            Candidate.of(pod, grown[pod["metadata"]["uid"]])
            for pod in pods
            if not ranking.is_critical(pod, critical)
        ]
        return signal, candidates

    def _system(self, node: Object, active: Pressure) -> float:
        """Bytes that the daemons must take so that the node's use is what was asked for."""
        pods = self._pods(node)
        tiers = load.tiers(self._context.objects("Namespace"))
        demands = load.demands(self._context.cloud, self._context.cluster_id)
        used = pressure.memory_of(pods, load.usage(pods, tiers, demands))
        return max(0.0, active.share * pressure.capacity(node) - used)

    def _pods(self, node: Object) -> list[Object]:
        name = node["metadata"]["name"]
        return [
            pod
            for pod in self._context.objects("Pod")
            if pod["spec"].get("nodeName") == name
            and pod["status"].get("phase") == "Running"
            and "deletionTimestamp" not in pod["metadata"]
            and pod["metadata"]["uid"] not in self._evicted
        ]

    def _evict(self, one: Candidate, signal: Signal) -> dict[str, Any]:
        """End a pod as failed; what is known of it, for who asked for the pressure."""
        text = ranking.message(one, signal.threshold, signal.available)
        client, pod = self._context.client, one.pod
        events.warn(client, pod, _KUBELET, "Evicted", text)
        try:
            client.patch(pod, {"status": _failed(pod, text)}, "status")
        except ApiError as error:
            if error.status != _GONE:
                raise
        return {
            "namespace": pod["metadata"]["namespace"],
            "pod": pod["metadata"]["name"],
            "qos": pod["status"].get("qosClass", ""),
            "priority": one.priority,
            "used_bytes": int(one.used),
            "requested_bytes": int(one.requested),
            "message": text.strip(),
        }


def _failed(pod: Object, text: str) -> Object:
    now = times.now()
    status = pod["status"]
    ended = {"exitCode": 137, "reason": "Error", "finishedAt": now}
    own = {
        "Ready": {"status": "False", "reason": "PodFailed"},
        "ContainersReady": {"status": "False", "reason": "PodFailed"},
        "DisruptionTarget": {"status": "True", "reason": "TerminationByKubelet", "message": text},
    }
    kept = [one for one in status.get("conditions") or [] if one["type"] not in own]
    made = [{"type": kind, **one, "lastTransitionTime": now} for kind, one in own.items()]
    return {
        "phase": "Failed",
        "reason": "Evicted",
        "message": text,
        "conditions": [*kept, *made],
        "containerStatuses": [
            {**one, "ready": False, "started": False, "state": {"terminated": ended}}
            for one in status.get("containerStatuses") or []
        ],
    }


def _is_pressed(node: Object) -> bool:
    return any(
        one["type"] == _CONDITION and one["status"] == "True"
        for one in node["status"].get("conditions") or []
    )


def _set_condition(client: Client, node: Object, *, pressed: bool) -> None:
    now = times.now()
    word = "insufficient" if pressed else "sufficient"
    condition = {
        "type": _CONDITION,
        "status": "True" if pressed else "False",
        "reason": f"KubeletHas{word.capitalize()}Memory",
        "message": f"kubelet has {word} memory available",
        "lastHeartbeatTime": now,
        "lastTransitionTime": now,
    }
    kept = [one for one in node["status"].get("conditions") or [] if one["type"] != _CONDITION]
    change = {
        "metadata": {"resourceVersion": node["metadata"]["resourceVersion"]},
        "status": {"conditions": [*kept, condition]},
    }
    client.patch(node, change, "status")


@cache
def _data() -> dict[str, Any]:
    return catalogue.load(Path(__file__).parent / "data.json")
