"""The scene in the sandbox: pods and nodes as the API server shows them, demand for its metrics."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from ackb.domain import prices
from ackb.domain.home import Home
from ackb.domain.prices import Price
from ackb.domain.quantity import parse
from ackb.load.autoscaler import Autoscaler, read
from ackb.load.decisions import Status
from ackb.load.scene import Gone, Sight
from ackb.load.workload import Workload
from sandbox.cloud.cloud import Cloud
from sandbox.controllers.node_objects import is_ready, is_virtual
from sandbox.kube.client import ApiError, Client, Object, Unreachable, path_of
from sandbox.kube.configuration import AUTOSCALER_SECONDS
from sandbox.kube.control_plane import ControlPlane, name_of
from sandbox.kube.informer import Informer
from sandbox.kube.pace import Pace
from sandbox.metrics import load

_CPU_ANNOTATION: Final = "k8s.aliyun.com/eci-instance-cpu"
_MEMORY_ANNOTATION: Final = "k8s.aliyun.com/eci-instance-mem"
_INSTANCE_TYPE: Final = "node.kubernetes.io/instance-type"
_LEAST_CORES: Final = 0.01
"""What is left to requests of a pod that uses its whole limit when idle."""
_LAPSE_SECONDS: Final = 30.0
"""Demand that nobody renews ends by then: a killed test leaves none."""
_LIST_SECONDS: Final = 30.0
_DOWNSCALE: Final = "horizontal-pod-autoscaler-downscale-stabilization"


def client_of(home: Home, cloud: Cloud, cluster_id: str) -> Client:
    """An administrator of a simulated cluster.

    Raises:
        Gone: the cluster does not run.
    """
    record = cloud.cs.backend.cluster(cluster_id)
    if record is None or record.api_port is None:
        raise Gone(f"the cluster {cluster_id} does not run")
    plane = ControlPlane(home, name_of(home, cluster_id))
    return Client(f"https://127.0.0.1:{record.api_port}", plane.pki)


class ClusterScene:
    """A workload of a simulated cluster."""

    def __init__(
        self,
        cloud: Cloud,
        cluster_id: str,
        region: str,
        client: Client,
        workload: Workload,
        pace: Pace,
    ) -> None:
        self._cloud = cloud
        self._cluster_id = cluster_id
        self._region = region
        self._client = client
        self._workload = workload
        self._pace = pace
        self._informers = {
            kind: Informer(client, kind, _no_matter) for kind in ("Pod", "Node", "Namespace")
        }
        self._last_put = (0.0, 0.0)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Follow pods and nodes; in the end take the demand away."""
        for informer in self._informers.values():
            informer.start()
        try:
            for informer in self._informers.values():
                if not informer.wait(_LIST_SECONDS):
                    raise Gone("the API server does not answer")
            yield
        finally:
            for informer in self._informers.values():
                informer.stop()
            load.set_demands(self._cloud, self._cluster_id, [])

    def autoscaler(self) -> Autoscaler | None:
        """The autoscaler of the workload as it is now."""
        hpa = self._hpa()
        return (
            None if hpa is None else read(hpa, self._pace.seconds(AUTOSCALER_SECONDS[_DOWNSCALE]))
        )

    def look(self) -> Sight:
        """Look at pods, nodes and the autoscaler."""
        virtual = {one["metadata"]["name"] for one in self._objects("Node") if is_virtual(one)}
        pods = [
            pod
            for pod in self._objects("Pod")
            if self._workload.owns(pod) and "deletionTimestamp" not in pod["metadata"]
        ]
        ready = [pod for pod in pods if is_ready(pod)]
        on_eci = sum(pod["spec"].get("nodeName", "") in virtual for pod in ready)
        tiers = load.tiers(self._objects("Namespace"))
        sample = ready[:1] or pods[:1]
        idle = _cores(load.usage(sample, tiers, ()))
        limit = sum(_limit(one) for pod in sample for one in pod["spec"]["containers"])
        requested = sum(_requested(one) for pod in sample for one in pod["spec"]["containers"])
        try:
            scale = self._client.get(self._workload.path)
            status = self._status()
        except (ApiError, Unreachable) as error:
            raise Gone(f"{self._workload.kind} {self._workload.text}: {error}") from error
        return Sight(
            wanted=scale["spec"].get("replicas", 0),
            ready_ecs=len(ready) - on_eci,
            ready_eci=on_eci,
            pods=len(pods),
            cores=max(_LEAST_CORES, limit - idle),
            idle_cores=idle,
            requested_cores=requested,
            status=status,
            ecs_hourly=self._ecs_hourly(),
            eci_hourly=self._eci_hourly(),
        )

    def put(self, cores: float) -> None:
        """Set the demand; a write to the cloud wakes its controllers, so not without need."""
        put, at = self._last_put
        now = time.monotonic()
        changed = abs(cores - put) > 0.005 * max(cores, put)
        if not changed and now - at < _LAPSE_SECONDS / 3:
            return
        self._last_put = (cores, now)
        demand = load.Demand(self._workload.namespace, self._workload.selector, cores)
        load.set_demands(
            self._cloud, self._cluster_id, [demand] if cores else [], seconds=_LAPSE_SECONDS
        )

    def _objects(self, kind: str) -> Sequence[Object]:
        return self._informers[kind].all()

    def _hpa(self) -> Object | None:
        if not self._workload.autoscaler:
            return None
        kind, name = "HorizontalPodAutoscaler", self._workload.autoscaler
        return self._client.find(kind, name, self._workload.namespace)

    def _status(self) -> Status | None:
        hpa = self._hpa()
        if hpa is None:
            return None
        status = hpa.get("status") or {}
        usage = None
        for metric in status.get("currentMetrics") or []:
            resource = metric.get("resource") or {}
            if resource.get("name") == "cpu":
                usage = resource["current"].get("averageUtilization")
        limits = [
            one["reason"]
            for one in status.get("conditions") or []
            if one["type"] == "ScalingLimited" and one["status"] == "True"
        ]
        return Status(
            at=self._cloud.clock.now(),
            current=status.get("currentReplicas") or 0,
            desired=status.get("desiredReplicas") or 0,
            usage=usage,
            limited=limits[0] if limits else "",
        )

    def _ecs_hourly(self) -> float | None:
        """List price of an hour of the nodes that are there."""
        labels = [
            node["metadata"].get("labels") or {}
            for node in self._objects("Node")
            if not is_virtual(node)
        ]
        return _sum(prices.ecs_hourly(one.get(_INSTANCE_TYPE, ""), self._region) for one in labels)

    def _eci_hourly(self) -> float | None:
        """List price of an hour of the ECI instances that are there."""
        annotations = [pod["metadata"].get("annotations") or {} for pod in self._objects("Pod")]
        return _sum(
            prices.eci_hourly(
                float(one[_CPU_ANNOTATION]), float(one[_MEMORY_ANNOTATION]), self._region
            )
            for one in annotations
            if _CPU_ANNOTATION in one
        )


def events_of(client: Client, workload: Workload, since: float) -> list[dict[str, Any]]:
    """What the autoscaler of a workload reported since a time (seconds since 1970)."""
    found = []
    for event in client.get(path_of("Event", namespace=workload.namespace))["items"]:
        about = event["involvedObject"]
        last = event.get("lastTimestamp") or event.get("eventTime")
        if about.get("kind") != "HorizontalPodAutoscaler" or not last:
            continue
        at = datetime.fromisoformat(last).timestamp()
        if about.get("name") == workload.autoscaler and at >= since - 1:
            found.append({"at": at, "reason": event["reason"], "message": event["message"]})
    return sorted(found, key=lambda event: event["at"])


def _sum(found: Iterable[Price | None]) -> float | None:
    """The sum, unless a part is unknown."""
    known = list(found)
    return sum(one.amount for one in known if one) if all(known) else None


def _no_matter(kind: str, obj: Object) -> None:
    """Samples are taken by the clock, not by changes."""


def _cores(usage: dict[str, dict[str, load.Usage]]) -> float:
    return sum(one.cores for used in usage.values() for one in used.values())


def _limit(container: Object) -> float:
    resources = container.get("resources") or {}
    limit = (resources.get("limits") or {}).get("cpu")
    return float(parse(limit)) if limit else _requested(container)


def _requested(container: Object) -> float:
    resources = container.get("resources") or {}
    given = {**(resources.get("limits") or {}), **(resources.get("requests") or {})}
    return float(parse(given.get("cpu", "0")))
