"""Answers of metrics.k8s.io/v1beta1."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sandbox.kube.client import Object
from sandbox.metrics.load import NOTHING, Usage, node_base
from sandbox.metrics.selector import matches

GROUP = "metrics.k8s.io"
VERSION = f"{GROUP}/v1beta1"


@dataclass(frozen=True)
class Sample:
    """What one look at the cluster has found."""

    at: float
    """Seconds since 1970."""
    pods: Sequence[Object]
    """Those that have been ready for a whole window."""
    nodes: Sequence[Object]
    usage: Mapping[str, Mapping[str, Usage]]
    """By uid of the pod and name of the container."""
    window: float
    """Seconds that it covers."""
    present: Sequence[Object]
    """All pods there are."""
    system: Mapping[str, Usage] = field(default_factory=dict)
    """What the daemons of a node use, by its name, where that is not the usual."""


def sample_time(now: float, window: float) -> float:
    """When the current sample was taken: samples lie one window apart."""
    return now // window * window


def measured(pods: Iterable[Object], at: float, window: float) -> list[Object]:
    """The pods that a sample can cover: running, and ready since before its window began."""
    return [
        pod
        for pod in pods
        if pod["status"].get("phase") == "Running"
        and "deletionTimestamp" not in pod["metadata"]
        and (since := _ready_since(pod)) is not None
        and since + window <= at
    ]


def pod_metrics(sample: Sample, namespace: str = "", selector: str = "") -> Object:
    """A PodMetricsList. Raises InvalidSelector."""
    items = [
        _pod(sample, pod)
        for pod in sample.pods
        if namespace in ("", pod["metadata"]["namespace"])
        and matches(selector, pod["metadata"].get("labels") or {})
    ]
    return _list("PodMetricsList", items)


def node_metrics(sample: Sample, selector: str = "") -> Object:
    """A NodeMetricsList. Raises InvalidSelector."""
    items = [
        _node(sample, node)
        for node in sample.nodes
        if matches(selector, node["metadata"].get("labels") or {})
    ]
    return _list("NodeMetricsList", items)


def groups() -> Object:
    """Discovery of the group."""
    version = {"groupVersion": VERSION, "version": "v1beta1"}
    group = {"name": GROUP, "versions": [version], "preferredVersion": version}
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": [group]}


def group() -> Object:
    """Discovery of the versions."""
    return {"kind": "APIGroup", "apiVersion": "v1", **groups()["groups"][0]}


def resources() -> Object:
    """Discovery of the resources."""
    return {
        "kind": "APIResourceList",
        "apiVersion": "v1",
        "groupVersion": VERSION,
        "resources": [
            {
                "name": name,
                "singularName": "",
                "namespaced": namespaced,
                "kind": kind,
                "verbs": ["get", "list"],
            }
            for name, kind, namespaced in (
                ("nodes", "NodeMetrics", False),
                ("pods", "PodMetrics", True),
            )
        ],
    }


def not_found(resource: str, name: str) -> Object:
    """The answer for an object that has no metrics."""
    return _failure(404, "NotFound", f'{resource}.{GROUP} "{name}" not found')


def bad_request(message: str) -> Object:
    """The answer to a request that cannot be read."""
    return _failure(400, "BadRequest", message)


def forbidden() -> Object:
    """The answer to everybody but the API server."""
    return _failure(403, "Forbidden", "only the API server may ask")


def _failure(code: int, reason: str, message: str) -> Object:
    return {
        "kind": "Status",
        "apiVersion": "v1",
        "status": "Failure",
        "message": message,
        "reason": reason,
        "code": code,
    }


def _list(kind: str, items: list[Object]) -> Object:
    return {"kind": kind, "apiVersion": VERSION, "metadata": {}, "items": items}


def _pod(sample: Sample, pod: Object) -> Object:
    used = sample.usage[pod["metadata"]["uid"]]
    containers = [{"name": name, "usage": _amounts(one)} for name, one in used.items()]
    return {**_head("PodMetrics", pod, sample), "containers": containers}


def _node(sample: Sample, node: Object) -> Object:
    name = node["metadata"]["name"]
    labels = node["metadata"].get("labels") or {}
    own = sample.system.get(name) or node_base()
    total = NOTHING if labels.get("type") == "virtual-kubelet" else own
    for pod in sample.pods:
        if pod["spec"].get("nodeName") == name:
            total = sum(sample.usage[pod["metadata"]["uid"]].values(), total)
    return {**_head("NodeMetrics", node, sample), "usage": _amounts(total)}


def _head(kind: str, obj: Object, sample: Sample) -> Object:
    metadata = {
        key: value
        for key, value in obj["metadata"].items()
        if key in ("name", "namespace", "labels", "creationTimestamp")
    }
    return {
        "kind": kind,
        "apiVersion": VERSION,
        "metadata": metadata,
        "timestamp": _stamp(sample),
        "window": f"{sample.window:g}s",
    }


def _stamp(sample: Sample) -> str:
    """Whole seconds, as of metrics-server, unless samples come faster than that."""
    parts = "seconds" if sample.window >= 1 else "milliseconds"
    return datetime.fromtimestamp(sample.at, UTC).replace(tzinfo=None).isoformat("T", parts) + "Z"


def _amounts(usage: Usage) -> dict[str, str]:
    """In the units of metrics-server: nanocores and kibibytes."""
    return {"cpu": f"{round(usage.cores * 1e9)}n", "memory": f"{round(usage.memory / 1024)}Ki"}


def _ready_since(pod: Object) -> float | None:
    for condition in pod["status"].get("conditions") or []:
        if condition["type"] == "Ready" and condition["status"] == "True":
            return datetime.fromisoformat(condition["lastTransitionTime"]).timestamp()
    return None
