"""What the cluster has to say about an object that does not get ready or does not go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..cluster import Cluster
from ..discovery import NotServed
from ..kinds import Kind, Object
from ..rest import ApiError, Unreachable
from .workloads import pod_complaints

_EVENT = Kind("", "v1", "Event")
_POD = Kind("", "v1", "Pod")
_MOST_EVENTS = 5
_MOST_PODS = 3


def complaints(live: Object, cluster: Cluster) -> list[str]:
    """Return the state of pods that are not ready and the latest warnings, oldest first.

    Empty when the cluster cannot be asked: the failure that led here is told anyway.
    """
    try:
        return [*_of_pods(live, cluster), *_warnings(live, cluster)]
    except (ApiError, NotServed, Unreachable):
        return []


def _of_pods(live: Object, cluster: Cluster) -> list[str]:
    selector = live.get("spec", {}).get("selector")
    labels = selector.get("matchLabels") if isinstance(selector, Mapping) else None
    if not labels:
        return []
    text = ",".join(f"{key}={value}" for key, value in labels.items())
    found = []
    for pod in cluster.find(_POD, live["metadata"].get("namespace", ""), labels=text):
        said = pod_complaints(pod)
        if said:
            found.append(f"pod {pod['metadata']['name']}: {'; '.join(said)}")
    return found[:_MOST_PODS]


def _warnings(live: Object, cluster: Cluster) -> list[str]:
    metadata = live["metadata"]
    namespace = metadata.get("namespace", "default")
    events = cluster.find(_EVENT, namespace, fields="type=Warning")
    # Replica sets, pods and claims carry the name of their owner in front.
    about = [one for one in events if _is_about(one, metadata["name"])]
    latest = sorted(about, key=_moment)[-_MOST_EVENTS:]
    lines = [
        f"event {one['involvedObject'].get('kind')} {one['involvedObject'].get('name')}: "
        f"{one.get('reason')}: {one.get('message')}"
        for one in latest
    ]
    return list(dict.fromkeys(lines))


def _is_about(event: Mapping[str, Any], name: str) -> bool:
    involved = event["involvedObject"].get("name", "")
    return bool(involved == name or involved.startswith(f"{name}-"))


def _moment(event: Mapping[str, Any]) -> str:
    times = (event.get("lastTimestamp"), event.get("eventTime"))
    return str(next((one for one in times if one), event["metadata"]["creationTimestamp"]))
