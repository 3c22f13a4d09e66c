"""ElasticWorkload: what the controller does to Deployments, on a made-up API server."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from sandbox.controllers.elastic_workload.controller import ElasticWorkloads
from sandbox.kube.client import Object
from tests.unit.controllers.test_elastic_workload import ECI, source, workload

UNIT = {"name": "eci", "labels": ECI}


class Copy:
    """The local copy of one kind."""

    def __init__(self) -> None:
        self.objects: dict[tuple[str, str], Object] = {}

    def get(self, name: str, namespace: str = "") -> Object | None:
        return self.objects.get((namespace, name))

    def all(self) -> list[Object]:
        return list(self.objects.values())

    def put(self, obj: Object) -> None:
        metadata = obj["metadata"]
        self.objects[metadata["namespace"], metadata["name"]] = obj


class World:
    """One namespace with a Deployment and an ElasticWorkload over it."""

    def __init__(self, obj: Object, deployment: Object | None = None) -> None:
        self.copies = {"ElasticWorkload": Copy(), "Deployment": Copy()}
        self.events: list[tuple[str, str]] = []
        kind = {"apiVersion": "autoscaling.alibabacloud.com/v1beta1", "kind": "ElasticWorkload"}
        self.copies["ElasticWorkload"].put({**obj, **kind})
        if deployment is not None:
            self.copies["Deployment"].put({**deployment, "kind": "Deployment"})
        context: Any = SimpleNamespace(
            client=self,
            informers=self.copies,
            objects=lambda kind: self.copies[kind].all(),
        )
        self.controller = ElasticWorkloads(context)

    # The API server

    def apply(self, obj: Object) -> Object:
        if obj["kind"] == "Event":
            self.events.append((obj["reason"], obj["message"]))
        else:
            self.copies[obj["kind"]].put(obj)
        return obj

    def patch(self, obj: Object, change: Object, subresource: str = "") -> Object:
        if subresource == "status":
            changed = {**obj, **change}
        else:
            changed = {**obj, "spec": {**obj["spec"], **change["spec"]}}
        self.copies[obj["kind"]].put(changed)
        return changed

    def delete(self, obj: Object) -> None:
        metadata = obj["metadata"]
        del self.copies[obj["kind"]].objects[metadata["namespace"], metadata["name"]]

    # What a test looks at

    def settle(self, **spec: Any) -> dict[str, int]:
        """Change the workload, reconcile until nothing changes; replicas by Deployment."""
        obj = self.workload
        self.copies["ElasticWorkload"].put({**obj, "spec": {**obj["spec"], **spec}})
        before: Any = None
        while before != (before := repr([*self.copies["Deployment"].all(), self.workload])):
            self.controller.reconcile(("shop", "ew"))
        return {
            one["metadata"]["name"]: one["spec"]["replicas"]
            for one in self.copies["Deployment"].all()
        }

    @property
    def workload(self) -> Object:
        found = self.copies["ElasticWorkload"].get("ew", "shop")
        assert found is not None
        return found

    def deployment(self, name: str) -> Object:
        found = self.copies["Deployment"].get(name, "shop")
        assert found is not None
        return found


def test_replicas_are_shared_out_and_units_empty_first() -> None:
    """S4-37."""
    world = World(workload(UNIT, min=2, max=4), source())
    assert world.settle() == {"web": 4, "web-unit-eci": 2}
    assert world.settle(replicas=4) == {"web": 4, "web-unit-eci": 0}
    assert world.settle(replicas=3) == {"web": 3, "web-unit-eci": 0}
    assert world.settle(replicas=9) == {"web": 4, "web-unit-eci": 5}


def test_the_status_is_what_the_help_page_shows() -> None:
    world = World(workload(UNIT, min=2, max=4), source())
    world.settle()
    status = world.workload["status"]
    stamp = status["sourceTarget"].pop("updateTimestamp")
    assert status["sourceTarget"] == {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "name": "web",
        "desiredReplicas": 4,
    }
    assert [(one["name"], one["desiredReplicas"]) for one in status["elasticUnitsStatus"]] == [
        ("web-unit-eci", 2)
    ]
    assert status["selector"] == "app=web", "what an autoscaler counts: source and units"
    assert stamp.endswith("Z")


def test_a_release_of_the_source_reaches_the_unit_and_keeps_its_size() -> None:
    """S4-37: change the image of the source only."""
    world = World(workload(UNIT, min=2, max=4), source())
    world.settle()
    web = world.deployment("web")
    web["spec"]["template"]["spec"]["containers"][0]["image"] = "nginx:2"
    assert world.settle() == {"web": 4, "web-unit-eci": 2}
    template = world.deployment("web-unit-eci")["spec"]["template"]
    assert template["spec"]["containers"][0]["image"] == "nginx:2"
    assert template["metadata"]["labels"]["alibabacloud.com/eci"] == "true"


def test_units_in_order_and_one_that_is_taken_out() -> None:
    world = World(workload({"name": "spot", "max": 1}, UNIT, min=0, max=4), source())
    assert world.settle() == {"web": 4, "web-unit-spot": 1, "web-unit-eci": 1}
    assert world.settle(elasticUnit=[UNIT]) == {"web": 4, "web-unit-eci": 2}


def test_without_a_number_it_begins_with_that_of_the_source() -> None:
    obj = workload(UNIT, min=0, max=4)
    del obj["spec"]["replicas"]
    world = World(obj, source())
    assert world.settle() == {"web": 2, "web-unit-eci": 0}
    assert world.workload["spec"]["replicas"] == 2


def test_what_cannot_be_cloned_is_told_and_left_alone() -> None:
    """S4-27: Deployment only."""
    world = World(workload(UNIT, kind="StatefulSet"), source())
    assert world.settle() == {"web": 2}
    why = "sourceTarget must be an apps/v1 Deployment, not apps/v1 StatefulSet"
    assert set(world.events) == {("NotSupported", why)}


def test_a_source_that_comes_later() -> None:
    world = World(workload(UNIT, min=2, max=4))
    assert world.settle() == {}
    assert set(world.events) == {("SourceNotFound", "Deployment web does not exist")}
    made = {**source(), "kind": "Deployment"}
    assert world.controller.key("Deployment", made) == ("shop", "ew")
    world.copies["Deployment"].put(made)
    assert world.settle() == {"web": 4, "web-unit-eci": 2}
    assert world.controller.key("Deployment", world.deployment("web-unit-eci")) == ("shop", "ew")
    other = {**made, "metadata": {**made["metadata"], "name": "other"}}
    assert world.controller.key("Deployment", other) is None
