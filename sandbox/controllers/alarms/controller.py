"""Judges the alarm rules that are about this cluster."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from ackb.domain.pod_resources import amounts
from sandbox.cloud.cms.rules import ALARM, OK
from sandbox.controllers.alarms.judging import Machine, is_met, values
from sandbox.controllers.controller import EVERYTHING, Context, Key
from sandbox.controllers.node_objects import instance_of, is_virtual
from sandbox.metrics import load, pressure
from sandbox.metrics.load import Usage


class Alarms:
    """All rules at each look, while there are any."""

    follows_cloud = True

    def __init__(self, context: Context) -> None:
        self._context = context
        self._met: dict[tuple[str, str], int] = {}
        """Looks in a row at which a rule's level was met."""
        self._next = 0.0
        """When the next look is due (monotonic seconds): every change of the cloud calls."""

    def key(self, kind: str, obj: object) -> Key | None:
        """Nothing: what is judged changes without any event."""
        return None

    def keys_at_start(self) -> list[Key]:
        """Everything."""
        return [EVERYTHING]

    def reconcile(self, key: Key) -> float | None:
        """Compare the use of this moment with each rule's thresholds."""
        cloud, cluster_id = self._context.cloud, self._context.cluster_id
        rules = cloud.cms.watched()
        if not rules:
            self._met.clear()
            return None
        if (wait := self._next - time.monotonic()) > 0:
            return wait
        machines = self._machines()
        for rule in rules:
            found = values(
                rule["Namespace"], rule["MetricName"], rule["Resources"], cluster_id, machines
            )
            if found and (state := self._state(rule, found)):
                cloud.cms.judged(rule["RuleId"], state)
        pause = self._context.pace.seconds(load.resolution_seconds())
        self._next = time.monotonic() + pause
        return pause

    def _state(self, rule: Mapping[str, Any], found: list[float]) -> str:
        """The state; empty where none of the levels can be judged."""
        judged = False
        for level, condition in rule["Escalations"].items():
            met = is_met(condition, found)
            if met is None:
                continue
            judged = True
            place = (rule["RuleId"], level)
            self._met[place] = self._met.get(place, 0) + 1 if met else 0
            if self._met[place] >= condition["Times"]:
                return ALARM
        return OK if judged else ""

    def _machines(self) -> list[Machine]:
        context = self._context
        pods = [pod for pod in context.objects("Pod") if pod["status"].get("phase") == "Running"]
        nodes = [node for node in context.objects("Node") if not is_virtual(node)]
        grown, system = pressure.present(
            context.cloud, context.cluster_id, pods, nodes, context.objects("Namespace")
        )
        found = []
        for node in nodes:
            name, capacity = node["metadata"]["name"], amounts(node["status"]["capacity"])
            own = [pod for pod in pods if pod["spec"].get("nodeName") == name]
            used = sum(
                (pressure.of_pod(pod, grown) for pod in own), system.get(name, load.node_base())
            )
            found.append(
                Machine(
                    name=name,
                    instance_id=instance_of(node),
                    capacity=Usage(float(capacity.cpu), float(capacity.memory)),
                    used=used,
                )
            )
        return found
