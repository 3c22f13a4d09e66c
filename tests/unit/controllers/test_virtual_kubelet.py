"""The virtual kubelet over a simulated cloud and a cluster of plain data."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.cloud.cloud import Cloud
from sandbox.cloud.cs.kinds import CLUSTER_TAG
from sandbox.cloud.eci import conditions
from sandbox.cloud.errors import CloudError
from sandbox.cloud.faults import FaultPlan
from sandbox.cloud.store import Store
from sandbox.controllers.controller import EVERYTHING, Context
from sandbox.controllers.virtual_kubelet import spot
from sandbox.controllers.virtual_kubelet.controller import VirtualKubelet
from sandbox.kube.client import ApiError, Object

REGION, NODE = "cn-hangzhou", "virtual-kubelet-cn-hangzhou-i"
PREFIX = "k8s.aliyun.com/"


class Pods:
    """An informer and the API server behind it."""

    def __init__(self) -> None:
        self.objects: dict[tuple[str, str], Object] = {}
        self.followers: list[Callable[[str, Object], Any]] = []
        self.writes: list[tuple[str, Object]] = []
        self.refuse: list[Exception] = []
        self.profile = {"vSwitchIds": "", "securityGroupId": ""}
        self.unreadable = 0

    def all(self) -> list[Object]:
        return list(self.objects.values())

    def get(self, name: Any, namespace: str = "", **_: str) -> Any:
        if str(name).startswith("/api/"):
            if self.unreadable:
                self.unreadable -= 1
                raise ApiError(500, "InternalError", "etcd is slow")
            return {"data": self.profile}
        return self.objects.get((namespace, name))

    def put(self, pod: Object) -> None:
        metadata = pod["metadata"]
        self.objects[metadata["namespace"], metadata["name"]] = pod
        for follow in self.followers:
            follow("Pod", pod)

    def remove(self, name: str, namespace: str = "shop") -> None:
        pod = self.objects.pop((namespace, name))
        for follow in self.followers:
            follow("Pod", pod)

    def write(self, pod: Object, change: Object, subresource: str) -> None:
        assert subresource == "status"
        if self.refuse:
            raise self.refuse.pop(0)
        metadata = pod["metadata"]
        there = self.objects.get((metadata["namespace"], metadata["name"]))
        if there is None:
            raise ApiError(404, "NotFound", "gone")
        assert change["metadata"]["uid"] == there["metadata"]["uid"]
        annotations = change["metadata"].get("annotations", {})
        merged = {
            **there,
            "metadata": {
                **there["metadata"],
                "annotations": {**there["metadata"].get("annotations", {}), **annotations},
            },
            "status": {**there["status"], **change["status"]},
        }
        self.writes.append((metadata["name"], change))
        self.put(merged)

    def apply(self, event: Object) -> None:
        self.writes.append(("event", event))

    def events(self) -> list[str]:
        said = (one for name, one in self.writes if name == "event")
        return [f"{one['reason']}: {one['message']}" for one in said]


class Lab:
    """A cloud, pods, and the virtual kubelet between them."""

    def __init__(self, folder: Path) -> None:
        self.cloud = Cloud(Store.open(folder / "cloud.sqlite"))
        # Faults that are planned for the kubelet must not strike those who watch it.
        self.seen = Cloud(self.cloud.store)
        vpc_id = self.cloud.vpc.create_vpc(region_id=REGION, cidr_block="10.0.0.0/8")["VpcId"]
        _wait(lambda: self.cloud.vpc.describe_vpc_attribute(vpc_id=vpc_id)["Status"] == "Available")
        self.vswitch_ids = [
            self.cloud.vpc.create_vswitch(vpc_id=vpc_id, cidr_block=cidr, zone_id=zone)["VSwitchId"]
            for cidr, zone in (
                ("10.1.0.0/29", "cn-hangzhou-i"),
                ("10.2.0.0/16", "cn-hangzhou-j"),
            )
        ]
        answer = self.cloud.ecs.create_security_group(region_id=REGION, vpc_id=vpc_id)
        self.pods = Pods()
        self.pods.profile = {
            "vSwitchIds": ",".join(self.vswitch_ids),
            "securityGroupId": answer["SecurityGroupId"],
        }
        self.kubelet = self.started()

    def started(self) -> VirtualKubelet:
        """A virtual kubelet that knows nothing of the one before."""
        context: Any = Context(
            cluster_id="c1",
            cloud=self.cloud,
            client=self.pods,  # type: ignore[arg-type]
            informers={"Pod": self.pods, "Node": self.pods},  # type: ignore[dict-item]
        )
        self.context = context
        self.kubelet = VirtualKubelet(context)
        self.pods.followers = [self.kubelet.key]
        self.kubelet.reconcile(EVERYTHING)
        return self.kubelet

    def work_until(self, done: Callable[[], Any]) -> None:
        """Let the kubelet do its steps until something is true."""

        def step() -> Any:
            # The runner calls again after a failure, as is done here.
            with contextlib.suppress(ApiError, CloudError, OSError):
                self.kubelet.reconcile(("changed",))
            return done()

        _wait(step)

    def groups(self) -> list[dict[str, Any]]:
        found = self.seen.eci.describe_container_groups()["ContainerGroups"]
        return [one for one in found if one["Status"] != "Terminating"]

    def running(self) -> list[Object]:
        return [pod for pod in self.pods.all() if pod["status"]["phase"] == "Running"]


def _wait(done: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 60
    while not done():
        assert time.monotonic() < deadline
        threading.Event().wait(0.01)


def pod(name: str, *, node: str = NODE, namespace: str = "shop", **annotations: str) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name,
            "namespace": namespace,
            "uid": f"uid-{name}",
            "annotations": {f"{PREFIX}{k.replace('_', '-')}": v for k, v in annotations.items()},
        },
        "spec": {
            "nodeName": node,
            "containers": [
                {
                    "name": "web",
                    "image": "nginx:1.29",
                    "resources": {"requests": {"cpu": "2", "memory": "4Gi"}},
                }
            ],
            "readinessGates": [{"conditionType": "InPlaceUpdateReady"}],
        },
        "status": {
            "phase": "Pending",
            "conditions": [{"type": "PodScheduled", "status": "True"}],
        },
    }


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


def test_a_pod_gets_one_instance_and_one_write(lab: Lab) -> None:
    lab.pods.put(pod("a"))
    lab.work_until(lab.running)
    (group,) = lab.groups()
    ((name, change),) = lab.pods.writes
    assert name == "a"
    status, annotations = change["status"], change["metadata"]["annotations"]
    assert annotations[f"{PREFIX}eci-instance-id"] == group["ContainerGroupId"]
    assert annotations[f"{PREFIX}eci-instance-spec"] == "2.0-4.0Gi"
    assert status["podIP"] == status["hostIP"] == group["IntranetIp"]
    assert [one["type"] for one in status["conditions"]] == [
        "PodScheduled",
        "Initialized",
        "Ready",
        "ContainersReady",
        "InPlaceUpdateReady",
    ]
    assert status["containerStatuses"][0]["ready"]


def test_many_pods_are_created_in_few_commits_and_none_twice(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    groups = []
    group = lab.cloud.store.group
    monkeypatch.setattr(lab.cloud.store, "group", lambda: groups.append(1) or group())
    for number in range(90):
        lab.pods.put(pod(f"p{number}"))
    lab.work_until(lambda: len(lab.running()) == 90)
    names = [one["ContainerGroupName"] for one in lab.groups()]
    assert len(names) == len(set(names)) == 90
    assert len(groups) == 2, "fifty instances in each commit"


def test_the_budget_is_waited_for_in_order(lab: Lab) -> None:
    for number in range(104):
        lab.pods.put(pod(f"p{number:03}"))
    lab.work_until(lambda: len(lab.groups()) >= 100)
    first = {one["ContainerGroupName"] for one in lab.groups()[:100]}
    assert first == {f"shop-p{number:03}" for number in range(100)}
    lab.work_until(lambda: len(lab.running()) == 104)
    assert lab.pods.events() == [], "a throttled pod is no failure"


def test_without_the_budget_nothing_waits(lab: Lab) -> None:
    with conditions.held(lab.cloud, timing="quick", unlimited=True):
        for number in range(150):
            lab.pods.put(pod(f"p{number}"))
        for _ in range(3):
            lab.kubelet.reconcile(("changed",))
        assert len(lab.groups()) == 150


def test_instances_go_with_their_pods(lab: Lab) -> None:
    for name in ("a", "b", "c"):
        lab.pods.put(pod(name))
    lab.work_until(lambda: len(lab.running()) == 3)
    lab.pods.remove("a")
    ended = lab.pods.get("b", "shop")
    lab.pods.put({**ended, "status": {**ended["status"], "phase": "Succeeded"}})
    lab.work_until(lambda: [one["ContainerGroupName"] for one in lab.groups()] == ["shop-c"])


def test_a_pod_that_goes_before_it_starts_leaves_nothing(lab: Lab) -> None:
    lab.pods.put(pod("a"))
    lab.kubelet.reconcile(("changed",))
    assert len(lab.groups()) == 1
    lab.pods.remove("a")
    lab.work_until(lambda: not lab.groups())
    assert lab.pods.writes == []


def test_a_restart_makes_no_second_instance(lab: Lab) -> None:
    """Killed after the creation and before the pod was told of it."""
    lab.pods.put(pod("a"))
    lab.pods.put(pod("b"))
    lab.kubelet.reconcile(("changed",))
    before = {one["ContainerGroupId"] for one in lab.groups()}
    lab.pods.followers = []
    lab.pods.remove("b")
    lab.started()
    lab.work_until(lab.running)
    (group,) = lab.groups()
    assert group["ContainerGroupId"] in before
    assert group["ContainerGroupName"] == "shop-a", "that of the lost pod is gone"


def test_a_write_that_fails_is_repeated(lab: Lab) -> None:
    lab.pods.refuse = [ApiError(500, "InternalError", "etcd is slow")]
    lab.pods.put(pod("a"))
    lab.work_until(lab.running)
    assert len(lab.groups()) == 1


def test_the_next_vswitch_is_taken_when_one_is_full_or_sold_out(lab: Lab) -> None:
    """NET-04: a /29 holds four; a zone without stock is passed over."""
    for number in range(6):
        lab.pods.put(pod(f"p{number}"))
    lab.work_until(lambda: len(lab.running()) == 6)
    used = [one["VSwitchId"] for one in lab.groups()]
    assert [used.count(one) for one in lab.vswitch_ids] == [4, 2]
    lab.cloud.eci.set_stock("cn-hangzhou-j", in_stock=False)
    lab.pods.remove("p0")
    lab.work_until(lambda: len(lab.groups()) == 5)
    lab.cloud.eci.set_stock("cn-hangzhou-i", in_stock=False)
    lab.pods.put(pod("late"))
    lab.work_until(lab.pods.events)
    assert "OperationDenied.NoStock" in lab.pods.events()[0]
    lab.cloud.eci.set_stock("cn-hangzhou-j", in_stock=True)
    lab.work_until(lambda: len(lab.running()) == 6)


def test_fail_fast_gives_up_and_says_so(lab: Lab) -> None:
    for zone in ("cn-hangzhou-i", "cn-hangzhou-j"):
        lab.cloud.eci.set_stock(zone, in_stock=False)
    lab.pods.put(pod("a", eci_fail_strategy="fail-fast"))
    lab.work_until(lambda: "reason" in lab.pods.get("a", "shop")["status"])
    status = lab.pods.get("a", "shop")["status"]
    assert (status["reason"], status["phase"]) == ("ProviderFailed", "Pending")
    assert "sold out" in status["message"]
    for zone in ("cn-hangzhou-i", "cn-hangzhou-j"):
        lab.cloud.eci.set_stock(zone, in_stock=True)
    lab.pods.put(pod("b"))
    lab.work_until(lab.running)
    assert [one["ContainerGroupName"] for one in lab.groups()] == ["shop-b"], "one try"


def test_nothing_is_forgotten_when_a_call_fails(lab: Lab) -> None:
    """Each step is struck once: profile, creation, look, deletion."""
    faults = [
        {"verb": "eci.create_container_group", "action": "timeout", "phase": "after"},
        {"verb": "eci.describe_container_groups", "nth": 2, "action": "error"},
        {"verb": "eci.delete_container_group", "action": "error"},
    ]
    lab.cloud.faults = FaultPlan.parse(json.dumps(faults))
    lab.pods.unreadable = 1
    for name in ("a", "b"):
        lab.pods.put(pod(name))
    lab.work_until(lambda: len(lab.running()) == 2)
    names = [one["ContainerGroupName"] for one in lab.groups()]
    assert sorted(names) == ["shop-a", "shop-b"], "the lost answer made no second one"
    lab.pods.remove("a")
    lab.work_until(lambda: [one["ContainerGroupName"] for one in lab.groups()] == ["shop-b"])


def test_a_pod_that_makes_no_sense_is_in_nobodys_way(lab: Lab) -> None:
    strange = pod("strange")
    strange["spec"]["containers"][0]["resources"] = {"requests": {"cpu": "much"}}
    lab.pods.put(strange)
    lab.pods.put(pod("sound"))
    lab.work_until(lab.running)
    assert [one["ContainerGroupName"] for one in lab.groups()] == ["shop-sound"]


def controller(number: int, vswitch_id: str, group_id: str) -> Object:
    made = pod(f"virtual-node-eci-{number}", node="ecs-1", namespace="kube-system")
    env = {"ECI_VSWITCH": vswitch_id, "ECI_SECURITY_GROUP": group_id}
    made["spec"]["containers"][0]["env"] = [{"name": k, "value": v} for k, v in env.items()]
    made["status"]["phase"] = "Running"
    return made


def test_a_self_managed_node_works_as_long_as_its_controller(lab: Lab) -> None:
    """S1-12, S1-25: its vSwitch comes from the controller; without one, instances are orphans."""
    second = lab.vswitch_ids[1]
    lab.pods.put(pod("early", node="virtual-node-eci-1"))
    lab.kubelet.reconcile(("changed",))
    assert lab.groups() == []
    lab.pods.put(controller(1, second, lab.pods.profile["securityGroupId"]))
    lab.work_until(lambda: len(lab.running()) == 2)
    (group,) = lab.groups()
    assert group["VSwitchId"] == second
    lab.pods.remove("virtual-node-eci-1", "kube-system")
    lab.kubelet.reconcile(("changed",))
    lab.pods.remove("early")
    lab.kubelet.reconcile(("changed",))
    assert len(lab.groups()) == 1, "an orphan that nobody manages"
    lab.pods.put(controller(1, second, lab.pods.profile["securityGroupId"]))
    lab.work_until(lambda: not lab.groups())


def test_a_spot_instance_is_taken_back_with_a_notice(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without protection: the notice at once, and three minutes later the pod has failed."""
    lab.pods.put(pod("a", eci_spot_strategy="SpotAsPriceGo", eci_spot_duration="0"))
    lab.pods.put(pod("b"))
    lab.work_until(lambda: len(lab.running()) == 2)
    releases = spot.SpotReleases(lab.context)
    assert releases.reconcile(EVERYTHING) is None
    (reclaimed,) = lab.cloud.eci.reclaim_spot()
    wait = releases.reconcile(EVERYTHING)
    assert lab.pods.events() == [
        f"SpotToBeReleased: the spot instance {reclaimed} will be released in about three minutes"
    ]
    assert wait is not None
    assert 170 < wait <= 180
    later = lab.cloud.clock.now() + 181
    monkeypatch.setattr(lab.cloud.clock, "now", lambda: later)
    assert releases.reconcile(EVERYTHING) is None
    status = lab.pods.get("a", "shop")["status"]
    assert (status["phase"], status["reason"]) == ("Failed", "Expired")
    lab.work_until(lambda: [one["ContainerGroupName"] for one in lab.groups()] == ["shop-b"])
    assert lab.cloud.eci.spot_notices({CLUSTER_TAG: "c1"}) == []
