"""A made-up API server for the controllers of training jobs."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from sandbox.kube.client import ApiError, Object


class Cluster:
    """Objects by kind, namespace and name; what is written shows at once."""

    def __init__(self, *objects: Object) -> None:
        self.found: dict[tuple[str, str, str], Object] = {}
        self.events: list[str] = []
        self.refuse: ApiError | None = None
        """What every creation is answered with, where it is set."""
        for one in objects:
            self.put(one)

    @property
    def context(self) -> Any:
        """As the controllers see it."""
        kinds = ("Pod", "Job", "TFJob", "TrainJob", "TrainingRuntime", "ClusterTrainingRuntime")
        return SimpleNamespace(
            client=self,
            informers={kind: SimpleNamespace(get=self._getter(kind)) for kind in kinds},
            objects=self.of,
        )

    def put(self, obj: Object) -> None:
        metadata = obj["metadata"]
        self.found[obj["kind"], metadata.get("namespace", ""), metadata["name"]] = obj

    def of(self, kind: str) -> list[Object]:
        return [one for (found, _, _), one in self.found.items() if found == kind]

    def names(self, kind: str) -> list[str]:
        return sorted(one["metadata"]["name"] for one in self.of(kind))

    def _getter(self, kind: str) -> Any:
        return lambda name, namespace="": self.found.get((kind, namespace, name))

    # What the controllers call

    def create(self, obj: Object) -> Object:
        if self.refuse is not None:
            raise self.refuse
        metadata = obj["metadata"]
        if (obj["kind"], metadata["namespace"], metadata["name"]) in self.found:
            raise ApiError(409, "AlreadyExists", "exists")
        self.put({**obj, "status": {}})
        return obj

    def apply(self, obj: Object) -> Object:
        self.events.append(f"{obj['type']} {obj['reason']}")
        return obj

    def patch(self, obj: Object, change: Object, subresource: str = "") -> Object:
        if subresource == "status":
            status = {**(obj.get("status") or {}), **change["status"]}
            self.put({**obj, "status": status})
        else:
            self.put({**obj, "spec": {**obj["spec"], **change["spec"]}})
        return obj

    def delete(self, obj: Object, *, at_once: bool = False) -> None:
        metadata = obj["metadata"]
        self.found.pop((obj["kind"], metadata.get("namespace", ""), metadata["name"]), None)
