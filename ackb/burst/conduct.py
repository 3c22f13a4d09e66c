"""Runs a burst on a cluster, real or simulated."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Final, Protocol

from ackb.burst import pods as burst_pods
from ackb.burst.course import Check, Course, Row, Usage, check

_LOOK_SECONDS: Final = 1.0
_PAGE: Final = 500
_STALLED_SECONDS: Final = 180.0
"""Longest time without another pod Ready."""
_NO_PODS_SECONDS: Final = 60.0
"""Longest time without any pod: something refuses them."""
_REMOVAL_SECONDS: Final = 1800.0
"""Longest time that the removal of all pods may take."""


class Stalled(Exception):
    """The burst does not get on; the text says why, as far as Kubernetes tells."""


class Api(Protocol):
    """The API server."""

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """Read. Raises the error of the transport with `status` when it is refused."""
        ...

    def post(self, path: str, body: Mapping[str, Any]) -> None:
        """Create."""
        ...

    def delete(self, path: str) -> bool:
        """Delete, with what it owns; False when it is not there."""
        ...


class Surroundings:
    """What only the sandbox has: conditions of the run, and a look behind the scenes."""

    def conditions(self) -> AbstractContextManager[None]:
        """The conditions that hold while the pods come."""
        return nullcontext()

    def processes(self) -> dict[str, Usage]:
        """What the processes of the control plane take."""
        return {}

    def instances(self, namespace: str) -> dict[str, str] | None:
        """ECI instances of the burst, id -> name of the pod; None where nobody can list them."""
        return None


class Burst:
    """A burst in one namespace."""

    def __init__(
        self,
        api: Api,
        namespace: str,
        runs: burst_pods.Container,
        surroundings: Surroundings | None = None,
    ) -> None:
        self._api = api
        self._namespace = namespace
        self._runs = runs
        self._around = surroundings or Surroundings()
        self._own = f"{burst_pods.deployments(namespace)}/{burst_pods.NAME}"

    def clear(self) -> bool:
        """Remove what an earlier burst left; whether there was anything.

        Raises:
            Stalled: the pods do not go.
        """
        found = self._api.delete(self._own) or self._left() > 0
        begun = time.monotonic()
        while self._left() or self._around.instances(self._namespace):
            if time.monotonic() - begun > _REMOVAL_SECONDS:
                minutes = _REMOVAL_SECONDS / 60
                raise Stalled(
                    f"pods of a burst in namespace {self._namespace} are still there after "
                    f"{minutes:.0f} minutes; see what holds them: kubectl -n {self._namespace} get "
                    f"pods -l {burst_pods.SELECTOR}"
                )
            time.sleep(_LOOK_SECONDS)
        return found

    def run(self, count: int, *, keep: bool, on_row: Callable[[Row], None]) -> Course:
        """Create the pods, follow them until all are ready, check them, and remove them.

        Whatever ends it early, also Ctrl-C, asks for the removal of the pods.

        Raises:
            Stalled: no further pod became ready for a long time.
        """
        rows: list[Row] = []

        def seen(row: Row) -> None:
            rows.append(row)
            on_row(row)

        begun = time.time()
        try:
            with self._around.conditions():
                self.start(count, seen)
                found = self._check()
        except BaseException:
            self._api.delete(self._own)
            raise
        removed = None
        if not keep:
            at = time.monotonic()
            self.clear()
            removed = time.monotonic() - at
        return Course(begun=begun, rows=rows, check=found, removed_seconds=removed)

    def start(self, count: int, seen: Callable[[Row], None]) -> None:
        """Create the pods and follow them until all are ready.

        Raises:
            Stalled: no further pod became ready for a long time.
        """
        body = burst_pods.deployment(self._namespace, count, self._runs)
        first = self._around.processes()
        self._api.post(burst_pods.deployments(self._namespace), body)
        begun = progressed = time.monotonic()
        ready = -1
        while ready < count:
            status = self._api.get(self._own).get("status") or {}
            now = time.monotonic()
            if (is_ready := int(status.get("readyReplicas") or 0)) > ready:
                ready, progressed = is_ready, now
            seen(
                Row(
                    seconds=now - begun,
                    created=int(status.get("replicas") or 0),
                    ready=is_ready,
                    processes=_since(first, self._around.processes()),
                )
            )
            patience = _STALLED_SECONDS if status.get("replicas") else _NO_PODS_SECONDS
            if now - progressed > patience:
                raise Stalled(self._reason(ready, count))
            if ready < count:
                time.sleep(max(0.0, _LOOK_SECONDS - (time.monotonic() - now)))

    def _check(self) -> Check:
        found: dict[str, str] = {}
        for pod in self._pods():
            metadata = pod["metadata"]
            annotations = metadata.get("annotations") or {}
            if "deletionTimestamp" not in metadata:
                found[metadata["name"]] = annotations.get(burst_pods.INSTANCE, "")
        return check(found, self._around.instances(self._namespace))

    def _pods(self) -> list[dict[str, Any]]:
        path = f"/api/v1/namespaces/{self._namespace}/pods"
        query = {"labelSelector": burst_pods.SELECTOR, "limit": str(_PAGE)}
        found: list[dict[str, Any]] = []
        while True:
            page = self._api.get(path, **query)
            # Only what is looked at is kept: ten thousand whole pods are a quarter of a gigabyte.
            found += ({"metadata": pod["metadata"]} for pod in page["items"])
            token = page["metadata"].get("continue")
            if not token:
                return found
            query["continue"] = token

    def _left(self) -> int:
        path = f"/api/v1/namespaces/{self._namespace}/pods"
        page = self._api.get(path, labelSelector=burst_pods.SELECTOR, limit="1")
        return len(page["items"])

    def _reason(self, ready: int, count: int) -> str:
        said = self._api.get(
            f"/api/v1/namespaces/{self._namespace}/events",
            fieldSelector="type=Warning",
            limit="500",
        )
        words = Counter(f"{one['reason']}: {one['message']}" for one in said["items"])
        most = words.most_common(1)
        why = f" Kubernetes says most often: {most[0][0]}" if most else ""
        return f"{ready} of {count} pods are ready, and it does not get on; they are removed.{why}"


def _since(first: Mapping[str, Usage], now: Mapping[str, Usage]) -> dict[str, Usage]:
    return {
        name: Usage(
            memory_mib=one.memory_mib,
            cpu_seconds=one.cpu_seconds - (first[name].cpu_seconds if name in first else 0.0),
        )
        for name, one in now.items()
    }
