"""What the autoscaler saw, look by look, written down while somebody compares its decisions."""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Mapping
from typing import Any

from ackb.domain.home import Home
from ackb.domain.quantity import parse
from sandbox.kube.client import Object
from sandbox.metrics.answers import Sample
from sandbox.metrics.load import Usage
from sandbox.metrics.selector import matches

AUTOSCALER = "horizontal-pod-autoscaler"
"""Part of the user agent with which the controller manager's autoscaler asks."""

_MILLI = 1000
_KIB = 1024


class Looks:
    """A file with one line for each look; looks are noted only while the file exists."""

    def __init__(self, home: Home, cluster_id: str) -> None:
        self._path = home.root / "looks" / f"{cluster_id}.jsonl"
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Note looks from now on."""
        self._path.parent.mkdir(mode=0o700, exist_ok=True)
        self._path.write_text("", "utf-8")

    def end(self) -> None:
        """Note no more, and forget those noted."""
        self._path.unlink(missing_ok=True)

    def note(self, at: float, namespace: str, selector: str, sample: Sample) -> None:
        """Write down what was answered, and how the pods were at that time."""
        if not self._path.exists():
            return
        pods = [
            _pod(pod, sample.usage.get(pod["metadata"]["uid"]))
            for pod in sample.present
            if pod["metadata"]["namespace"] == namespace
            and matches(selector, pod["metadata"].get("labels") or {})
        ]
        look = {
            "at": at,
            "namespace": namespace,
            "selector": selector,
            "sampled": sample.at,
            "window": sample.window,
            "pods": pods,
        }
        with self._lock, self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(look) + "\n")

    def read(self) -> list[dict[str, Any]]:
        """The looks noted so far, in their order."""
        try:
            lines = self._path.read_text("utf-8").splitlines(keepends=True)
        except FileNotFoundError:
            return []
        # The last line may still be being written.
        return [json.loads(line) for line in lines if line.endswith("\n")]


def _pod(pod: Object, usage: Mapping[str, Usage] | None) -> dict[str, Any]:
    """In the whole thousandths in which the autoscaler counts."""
    status = pod["status"]
    ready = next((one for one in status.get("conditions") or [] if one["type"] == "Ready"), None)
    return {
        "name": pod["metadata"]["name"],
        "phase": status.get("phase", "Pending"),
        "leaving": "deletionTimestamp" in pod["metadata"],
        "ready": None if ready is None else ready["status"] == "True",
        "since": None if ready is None else ready["lastTransitionTime"],
        "started": status.get("startTime"),
        "requested": {name: _requested(pod, name) for name in ("cpu", "memory")},
        "used": None if usage is None else _used(usage),
    }


def _used(usage: Mapping[str, Usage]) -> dict[str, int]:
    """As read from the quantities of the answer: nanocores and KiB, rounded up to thousandths."""
    return {
        "cpu": sum(math.ceil(round(one.cores * 1e9) / 1e6) for one in usage.values()),
        "memory": sum(round(one.memory / _KIB) * _KIB * _MILLI for one in usage.values()),
    }


def _requested(pod: Object, resource: str) -> int:
    spec = pod["spec"]
    sidecars = [
        one for one in spec.get("initContainers") or [] if one.get("restartPolicy") == "Always"
    ]
    total = 0
    for container in [*spec["containers"], *sidecars]:
        requests = (container.get("resources") or {}).get("requests") or {}
        total += math.ceil(parse(requests.get(resource, "0")) * _MILLI)
    return total
