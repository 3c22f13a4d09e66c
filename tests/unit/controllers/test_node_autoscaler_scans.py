"""The node autoscaler over time: orders, deliveries, failures, and when nodes go."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sandbox.cloud.clock import ManualClock
from sandbox.cloud.cloud import Cloud
from sandbox.cloud.faults import Fault, FaultPlan
from sandbox.cloud.store import Store
from sandbox.controllers.node_autoscaler.controller import NodeAutoscaler
from sandbox.controllers.node_objects import ecs_node
from sandbox.kube.client import Object
from sandbox.kube.pace import Pace
from tests.unit.controllers.test_node_autoscaler import pod

REGION = "cn-hangzhou"


class World:
    """A cloud with an elastic pool of four cores a node, and the objects of its cluster."""

    def __init__(self, folder: Path, speed: int = 1, **settings: Any) -> None:
        self.clock = ManualClock()
        self.cloud = Cloud(Store.open(folder / "cloud.sqlite"), clock=self.clock)
        vpc_id = self.cloud.vpc.create_vpc(region_id=REGION, cidr_block="10.0.0.0/8")["VpcId"]
        self.clock.sleep(1)
        vswitch = self.cloud.vpc.create_vswitch(
            vpc_id=vpc_id, cidr_block="10.1.0.0/16", zone_id="cn-hangzhou-j"
        )["VSwitchId"]
        self.clock.sleep(1)
        cs = self.cloud.cs
        self.cluster_id = cs.create_cluster(name="c", region_id=REGION, vswitch_ids=[vswitch])[
            "cluster_id"
        ]
        cs.backend.control_plane_up(self.cluster_id, 6443)
        cs.create_cluster_node_pool(
            cluster_id=self.cluster_id,
            nodepool_info={"name": "elastic"},
            scaling_group={"vswitch_ids": [vswitch], "instance_types": ["ecs.g7.xlarge"]},
            auto_scaling={"enable": True, "min_instances": 0, "max_instances": 3},
        )
        cs.create_autoscaling_config(cluster_id=self.cluster_id, **settings)
        self.pods: list[Object] = []
        self.budgets: list[Object] = []
        self.nodes: dict[str, Object] = {}
        self.events: list[tuple[str, str]] = []
        context: Any = SimpleNamespace(
            cluster_id=self.cluster_id,
            cloud=self.cloud,
            client=self,
            objects=lambda kind: self.pods if kind == "Pod" else list(self.nodes.values()),
            pace=Pace(speed),
        )
        self.autoscaler = NodeAutoscaler(context)

    # The API server

    def apply(self, obj: Object) -> Object:
        if obj["kind"] == "Event":
            self.events.append((obj["reason"], obj["message"]))
        return {**obj, "metadata": {**obj["metadata"], "uid": "u"}}

    def get(self, _path: str) -> Object:
        return {"items": self.budgets}

    # What happens

    def wait(self, seconds: float = 0) -> float | None:
        """Let time pass, then reconcile."""
        self.clock.sleep(seconds)
        return self.autoscaler.reconcile(())

    def add_pods(self, count: int, **more: Any) -> None:
        """Pods for which the scheduler has found no node."""
        condition = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}
        for number in range(count):
            made = pod(f"p{len(self.pods)}-{number}", **more)
            self.pods.append(made | {"status": {"phase": "Pending", "conditions": [condition]}})

    def nodes_join(self) -> None:
        """What the controller of nodes and the scheduler do."""
        backend = self.cloud.cs.backend
        cluster = backend.cluster(self.cluster_id)
        assert cluster is not None
        now = datetime.fromtimestamp(self.clock.now(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        for record in backend.nodes(self.cluster_id):
            assert record.instance is not None
            if record.instance_id in self.nodes:
                continue
            node = ecs_node(cluster, record, record.instance)
            node["apiVersion"] = "v1"
            node["metadata"] |= {"creationTimestamp": now, "uid": record.instance_id}
            node["status"]["conditions"] = [{"type": "Ready", "status": "True"}]
            self.nodes[record.instance_id] = node
        names = [node["metadata"]["name"] for node in self.nodes.values()]
        for number, one in enumerate(self.pods):
            one["spec"]["nodeName"] = names[min(number // 3, len(names) - 1)]
            one["status"] = {"phase": "Running"}

    @property
    def size(self) -> tuple[int, int]:
        """Nodes of the pool, and nodes on order."""
        (pool,) = self.cloud.cs.elastic.pools(self.cluster_id)
        return pool.members, len(pool.on_order)

    def told(self, reason: str) -> list[str]:
        """Messages of events with a reason."""
        return [message for found, message in self.events if found == reason]


def test_nodes_are_ordered_once_and_come_after_a_minute(tmp_path: Path) -> None:
    """S4-14, S4-17: slow delivery."""
    world = World(tmp_path)
    assert world.wait() is None
    world.add_pods(6)
    assert world.wait() == 30
    assert world.size == (0, 2)
    assert world.wait(30) == 30, "nothing more: the nodes on their way are enough"
    assert world.size == (0, 2)
    assert world.wait(29) == 1
    assert world.size == (0, 2)
    world.wait(1)
    assert world.size == (2, 0)
    assert world.wait(30) == 30, "instances that have not joined count too"
    assert world.size == (2, 0)


def test_a_faster_home_divides_every_wait(tmp_path: Path) -> None:
    world = World(tmp_path, speed=15)
    world.add_pods(1)
    assert world.wait() == 2
    world.wait(2)
    world.wait(2)
    assert world.size == (1, 0)


def test_a_restarted_daemon_delivers_what_the_one_before_has_ordered(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.add_pods(1)
    world.wait()
    world.autoscaler = NodeAutoscaler(world.autoscaler._context)
    world.wait(60)
    assert world.size == (1, 0)


def test_no_more_than_the_pool_may_have(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.add_pods(30)
    world.wait()
    world.wait(30)
    assert world.size == (0, 3)
    refused = world.told("NotTriggerScaleUp")
    assert set(refused) == {"pod didn't trigger scale-up: 1 max node group size reached"}
    assert len(refused) == 30 - 3 * 3
    world.wait(20)
    assert len(world.told("NotTriggerScaleUp")) == len(refused), "said once"


def test_sold_out_then_tried_again_after_five_minutes(tmp_path: Path) -> None:
    """S4-17."""
    world = World(tmp_path)
    code = "OperationDenied.NoStock"
    fault = Fault(verb="ecs.run_instances", action="error", code=code, message="sold out")
    world.cloud.faults = FaultPlan([fault])
    world.add_pods(1)
    world.wait()
    world.wait(60)
    assert world.size == (0, 0)
    (failed,) = world.told("FailedToScaleUpGroup")
    assert failed.endswith("OperationDenied.NoStock: sold out")
    assert world.told("NotTriggerScaleUp") == [
        "pod didn't trigger scale-up: 1 in backoff after failed scale-up"
    ]
    world.wait(299)
    assert world.size == (0, 0)
    world.wait(30)
    assert world.size == (0, 1)
    world.wait(60)
    assert world.size == (1, 0)


def grown(folder: Path, **settings: Any) -> World:
    """Two nodes with three pods of one core each."""
    world = World(folder, **settings)
    world.add_pods(6)
    world.wait()
    world.wait(60)
    world.clock.sleep(1)
    world.nodes_join()
    return world


def leaving(world: World) -> list[str]:
    """Names of the nodes that were let go."""
    records = world.cloud.cs.backend.nodes(world.cluster_id)
    return [
        world.nodes[record.instance_id]["metadata"]["name"] for record in records if record.leaving
    ]


def test_a_node_goes_when_it_was_not_needed_for_ten_minutes(tmp_path: Path) -> None:
    """S4-15."""
    world = grown(tmp_path)
    first, second = (node["metadata"]["name"] for node in world.nodes.values())
    world.wait(30)
    world.pods = [one for one in world.pods if one["spec"]["nodeName"] == first]
    world.wait(600)
    assert leaving(world) == [], "it is old enough, but was needed a scan ago"
    world.wait(599)
    assert leaving(world) == []
    world.wait(30)
    assert leaving(world) == [second]
    assert world.told("ScaleDown") == ["marked the node as toBeDeleted/unschedulable"]


def test_a_node_that_is_needed_again_begins_anew(tmp_path: Path) -> None:
    world = grown(tmp_path)
    kept = world.pods
    world.wait(30)
    world.pods = kept[:3]
    world.wait(30)
    world.wait(500)
    world.pods = kept
    world.wait(30)
    world.pods = kept[:3]
    world.wait(30)
    world.wait(500)
    assert leaving(world) == []
    world.wait(100)
    assert len(leaving(world)) == 1


def test_pods_are_moved_when_they_fit_elsewhere(tmp_path: Path) -> None:
    """One node at a time: both are half empty, together they fill one."""
    world = grown(tmp_path, unneeded_duration="1m", cool_down_duration="1m")
    world.pods = [world.pods[0], world.pods[3]]
    world.wait(30)
    world.wait(60)
    assert len(leaving(world)) == 1
    assert "deleting pod for node scale down" in world.told("ScaleDown")


@pytest.mark.parametrize("why", ["bare", "system", "budget", "disabled"])
def test_what_keeps_a_node(tmp_path: Path, why: str) -> None:
    """S4-15, over time."""
    world = grown(tmp_path, scale_down_enabled=why != "disabled")
    world.pods = [world.pods[3]]
    if why == "bare":
        world.pods[0]["metadata"]["ownerReferences"] = []
    if why == "system":
        world.pods[0]["metadata"]["namespace"] = "kube-system"
    if why == "budget":
        selector = {"matchLabels": {"app": "web"}}
        world.budgets = [
            {"metadata": {"namespace": "shop"}, "spec": {"selector": selector}, "status": {}}
        ]
    world.wait(30)
    world.wait(3600)
    holder = world.pods[0]["spec"]["nodeName"]
    assert holder not in leaving(world)
    assert len(leaving(world)) == (0 if why == "disabled" else 1), "the empty one may go"


def test_never_fewer_than_the_pool_must_have(tmp_path: Path) -> None:
    world = grown(tmp_path)
    (pool,) = world.cloud.cs.elastic.pools(world.cluster_id)
    world.cloud.cs.modify_cluster_node_pool(
        cluster_id=world.cluster_id,
        nodepool_id=pool.node_pool_id,
        auto_scaling={"min_instances": 1},
    )
    world.pods = []
    world.wait(30)
    world.wait(3600)
    assert len(leaving(world)) == 1


def test_without_a_configuration_nothing_scales(tmp_path: Path) -> None:
    world = World(tmp_path)
    cluster = world.cloud.cs.cluster(world.cluster_id)
    del cluster["autoscaling"]
    world.cloud.cs.save("cs.Cluster", world.cluster_id, cluster)
    world.add_pods(1)
    assert world.wait() is None
    assert world.size == (0, 0)
