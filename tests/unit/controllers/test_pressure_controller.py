"""A node short of memory from beginning to end, on a made-up API server (S3-09)."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sandbox.cloud.cloud import Cloud
from sandbox.controllers.pressure import controller as module
from sandbox.controllers.pressure.controller import MemoryPressure
from sandbox.kube.client import Object
from sandbox.kube.pace import Pace
from sandbox.metrics import pressure
from sandbox.metrics.pressure import Pressure
from tests.unit.controllers.test_pressure import BEST_EFFORT, BURSTABLE, GUARANTEED, pod

CLUSTER = "c1"


class World:
    """A node, its pods, and what was written about them."""

    def __init__(self, folder: Path, *pods: Object) -> None:
        self.cloud = Cloud.open(folder / "cloud.sqlite")
        self.node: Object = {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": "n", "uid": "n", "resourceVersion": "1"},
            "status": {
                "capacity": {"cpu": "4", "memory": "8Gi"},
                "allocatable": {"cpu": "3900m", "memory": "6Gi"},
                "conditions": [{"type": "Ready", "status": "True"}],
            },
        }
        self.pods = {one["metadata"]["name"]: {**one, "kind": "Pod"} for one in pods}
        for one in self.pods.values():
            one["apiVersion"] = "v1"
        self.events: list[str] = []
        self.now = 0.0
        context: Any = SimpleNamespace(
            cluster_id=CLUSTER,
            cloud=self.cloud,
            client=self,
            pace=Pace(),
            informers={"Node": SimpleNamespace(get=lambda name: self.node)},
            objects=self._objects,
        )
        self.controller = MemoryPressure(context)

    def _objects(self, kind: str) -> list[Object]:
        return {"Pod": list(self.pods.values()), "Node": [self.node]}.get(kind, [])

    # The API server

    def apply(self, obj: Object) -> Object:
        self.events.append(obj["reason"])
        return obj

    def patch(self, obj: Object, change: Object, subresource: str = "") -> Object:
        assert subresource == "status"
        obj["status"].update(change["status"])
        return obj

    # What a test does

    def press(self, share: float = 0.95, cause: Any = "pods") -> None:
        pressure.save(self.cloud, CLUSTER, Pressure("n", share, cause))

    def look(self, seconds: float = 1.0) -> float | None:
        self.now += seconds
        return self.controller.reconcile(("n",))

    @property
    def pressed(self) -> bool:
        return any(
            one["type"] == "MemoryPressure" and one["status"] == "True"
            for one in self.node["status"]["conditions"]
        )

    @property
    def gone(self) -> list[str]:
        return [name for name, one in self.pods.items() if one["status"]["phase"] == "Failed"]

    @property
    def stored(self) -> Pressure:
        found = pressure.find(self.cloud, CLUSTER, "n")
        assert found is not None
        return found


@pytest.fixture
def world(tmp_path, monkeypatch):
    """One pod of each class."""
    made = World(
        tmp_path,
        pod("sure", GUARANTEED, 500),
        pod("burst", BURSTABLE, 100),
        pod("best", BEST_EFFORT),
    )
    monkeypatch.setattr(module.time, "monotonic", lambda: made.now)
    return made


def test_one_pod_goes_at_each_look_and_the_node_recovers(world: World):
    world.press()
    assert world.controller.keys_at_start() == [("n",)]
    assert world.look() == 1
    assert (world.gone, world.pressed) == (["best"], True)
    world.look()
    assert world.gone == ["burst", "best"]
    # Only the Guaranteed pod is left, which grows to its limit: memory is back.
    assert world.look() is not None
    assert world.gone == ["burst", "best"]
    assert world.pressed, "the condition stays for a while"
    world.look(29.0)
    assert world.pressed
    assert world.look(1.0) is None
    assert not world.pressed
    assert world.stored.over
    assert [one["pod"] for one in world.stored.evicted] == ["best", "burst"]
    assert world.events == [
        "EvictionThresholdMet",
        "NodeHasInsufficientMemory",
        "Evicted",
        "Evicted",
        "NodeHasSufficientMemory",
    ]
    assert world.controller.keys_at_start() == []


def test_a_change_between_two_looks_evicts_nobody(world: World):
    """The condition that the controller has just written calls it again at once."""
    world.press()
    world.look()
    assert world.look(0.25) == 0.75
    assert world.gone == ["best"]


def test_a_pod_goes_once_even_where_the_local_copy_lags_behind(world: World):
    world.press()
    world.look()
    world.pods["best"]["status"]["phase"] = "Running"
    world.look()
    assert [one["pod"] for one in world.stored.evicted] == ["best", "burst"]


def test_an_evicted_pod_says_so_as_the_kubelet_does(world: World):
    world.press()
    world.look()
    status = world.pods["best"]["status"]
    assert (status["phase"], status["reason"]) == ("Failed", "Evicted")
    told = {one["type"]: (one["status"], one["reason"]) for one in status["conditions"]}
    assert told["DisruptionTarget"] == ("True", "TerminationByKubelet")
    assert told["Ready"] == ("False", "PodFailed")


def test_a_pressure_that_is_cleared_is_over_at_once(world: World):
    world.press()
    world.look()
    assert world.pressed
    assert pressure.clear(world.cloud, CLUSTER) == ["n"]
    world.look()
    assert not world.pressed
    assert world.gone == ["best"]


def test_a_pressure_that_is_cleared_during_a_look_stays_cleared(world: World, monkeypatch):
    world.press()
    evict = world.patch

    def clear_first(obj: Object, change: Object, subresource: str = "") -> Object:
        pressure.clear(world.cloud, CLUSTER)
        return evict(obj, change, subresource)

    monkeypatch.setattr(world, "patch", clear_first)
    world.look()
    assert world.stored.over


def test_guaranteed_pods_go_when_daemons_take_it_and_nothing_else_is_left(world: World):
    world.press(1.0, "system")
    for _ in range(3):
        world.look()
    assert [one["pod"] for one in world.stored.evicted] == ["best", "burst", "sure"]
    # Nobody is left to evict, and memory is still short.
    assert world.look() == 1
    assert world.pressed


def test_a_demand_that_fits_changes_nothing(world: World):
    world.press(0.5)
    world.look()
    assert (world.gone, world.pressed, world.events) == ([], False, [])
    assert world.stored.over
    # 6 GiB and the threshold, less what pods may use: half of 8 GiB without the 600 MiB of daemons.
    assert world.stored.available == (6 * 1024 + 300 - (4 * 1024 - 600)) * 1024**2


def test_a_condition_that_somebody_left_behind_is_taken_back(world: World):
    """A daemon may have been killed after it had set the condition."""
    world.node["status"]["conditions"].append({"type": "MemoryPressure", "status": "True"})
    assert world.controller.keys_at_start() == [("n",)]
    world.look()
    assert not world.pressed


def test_a_critical_pod_stays(tmp_path, monkeypatch):
    made = World(tmp_path, pod("dns", BEST_EFFORT, priority=2_000_000_000))
    monkeypatch.setattr(module.time, "monotonic", lambda: made.now)
    made.press()
    made.look()
    assert (made.gone, made.pressed) == ([], True)


def test_a_virtual_node_is_left_alone(world: World):
    world.node["metadata"]["labels"] = {"type": "virtual-kubelet"}
    world.press()
    assert world.look() is None
    assert world.gone == []
