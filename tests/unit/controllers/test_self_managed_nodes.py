"""Nodes of self-managed virtual nodes, without a control plane."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from sandbox.cloud.cs.backend import ClusterRecord
from sandbox.cloud.errors import CloudError
from sandbox.controllers import self_managed_nodes
from sandbox.controllers.self_managed_nodes import SILENT, SelfManagedNodes
from sandbox.kube.client import Object

NAME = "virtual-node-eci-1"
CLUSTER = ClusterRecord(
    cluster_id="c1",
    status="running",
    version="1.36.1-aliyun.1",
    region_id="cn-hangzhou",
    vpc_id="vpc-1",
    vswitch_ids=(),
    security_group_id="sg-1",
    service_cidr="172.21.0.0/20",
    api_port=1,
    asked_to_fail=False,
)


class Lab:
    """A cluster with one replica, whose node and pods the controller changes."""

    def __init__(self, vswitches: str = "vsw-1, vsw-2") -> None:
        self.objects: dict[tuple[str, str], Object] = {}
        self.controlled: set[str] = set()
        self.events: list[str] = []
        self.time = 100.0
        env = [{"name": "ECI_VSWITCH", "value": vswitches}]
        self.replica: Object = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": NAME, "namespace": "kube-system", "uid": "u"},
            "spec": {"nodeName": "cn-hangzhou.10.0.0.1", "containers": [{"env": env}]},
            "status": {"phase": "Running"},
        }
        self.start()
        backend = SimpleNamespace(
            cluster=lambda cluster_id: CLUSTER, set_controlled=self.set_controlled
        )
        context = SimpleNamespace(
            cluster_id="c1",
            backend=backend,
            client=self,
            cloud=SimpleNamespace(vpc=SimpleNamespace(vswitch=self.vswitch)),
            informers={"Node": Informer(self, "Node"), "Pod": Informer(self, "Pod")},
            objects=lambda kind: [one for (of, _), one in self.objects.items() if of == kind],
        )
        self.controller = SelfManagedNodes(context)  # type: ignore[arg-type]

    # The cloud

    def set_controlled(self, cluster_id: str, node: str, *, controlled: bool) -> None:
        (self.controlled.add if controlled else self.controlled.discard)(node)

    def vswitch(self, vswitch_id: str) -> dict[str, str]:
        if vswitch_id != "vsw-1":
            raise CloudError("InvalidVSwitchId.NotFound", f"no {vswitch_id}")
        return {"ZoneId": "cn-hangzhou-i"}

    # The API server

    def create(self, obj: Object) -> None:
        node = {**obj, "status": {**obj["status"], "conditions": [dict(READY)]}}
        self.objects["Node", obj["metadata"]["name"]] = node

    def patch(self, obj: Object, change: dict[str, Any], subresource: str = "") -> None:
        target = self.objects[obj["kind"], obj["metadata"]["name"]]
        if subresource:
            target["status"] |= change["status"]
            return
        annotations = target["metadata"].setdefault("annotations", {})
        for key, value in change["metadata"]["annotations"].items():
            annotations.pop(key, None) if value is None else annotations.update({key: value})

    def apply(self, event: Object) -> None:
        self.events.append(event["message"])

    # What happens

    def start(self) -> None:
        self.objects["Pod", NAME] = self.replica

    def stop(self) -> None:
        del self.objects["Pod", NAME]

    def add_pod(self) -> Object:
        pod = {"kind": "Pod", "metadata": {"name": "web"}, "spec": {"nodeName": NAME}}
        self.objects["Pod", "web"] = pod
        return pod

    def reconcile(self) -> float | None:
        return self.controller.reconcile((NAME,))

    @property
    def node(self) -> Object:
        return self.objects["Node", NAME]


class Informer:
    def __init__(self, lab: Lab, kind: str) -> None:
        self.lab, self.kind = lab, kind

    def get(self, name: str, namespace: str = "") -> Object | None:
        return self.lab.objects.get((self.kind, name))


READY = {"type": "Ready", "status": "True", "reason": "KubeletReady", "message": "ready"}


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> Lab:
    made = Lab()
    monkeypatch.setattr(self_managed_nodes.time, "monotonic", lambda: made.time)
    return made


def test_a_replica_registers_its_node(lab: Lab) -> None:
    """S1-12, S2-40."""
    assert lab.reconcile() is None
    assert lab.node["status"]["capacity"]["pods"] == "3000"
    assert lab.node["metadata"]["labels"]["topology.kubernetes.io/zone"] == "cn-hangzhou-i"
    assert lab.controlled == {NAME}


def test_a_replica_is_ready_once_its_node_can_take_pods(lab: Lab) -> None:
    """Helm waits for the replica, and whatever follows wants to be scheduled to its node."""
    lab.reconcile()
    lab.replica["status"]["containerStatuses"] = [{"name": "virtual-node-eci", "ready": False}]
    taint = {"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}
    lab.node["spec"]["taints"].append(taint)
    lab.reconcile()
    assert "conditions" not in lab.replica["status"], "Ready, but nothing is scheduled to it yet"
    lab.node["spec"]["taints"].remove(taint)
    lab.reconcile()
    ready = {one["type"]: one["status"] for one in lab.replica["status"]["conditions"]}
    assert ready == {"Ready": "True", "ContainersReady": "True"}
    assert lab.replica["status"]["containerStatuses"][0]["ready"] is True


@pytest.mark.parametrize(
    ("vswitches", "said"),
    [("vsw-9", "InvalidVSwitchId.NotFound"), ("", "ECI_VSWITCH names no vSwitch")],
)
def test_a_wrong_vswitch_is_told_on_the_replica(vswitches: str, said: str) -> None:
    lab = Lab(vswitches)
    with pytest.raises(CloudError):
        lab.reconcile()
    assert said in lab.events[0]
    assert ("Node", NAME) not in lab.objects


def test_a_replica_that_restarts_at_once_is_not_missed(lab: Lab) -> None:
    lab.reconcile()
    lab.stop()
    wait = lab.reconcile()
    assert wait is not None
    lab.time += wait / 2
    assert lab.reconcile() == pytest.approx(wait / 2)
    lab.start()
    assert lab.reconcile() is None
    assert lab.node["status"]["conditions"] == [READY]
    assert lab.controlled == {NAME}


def test_a_node_without_its_replica_is_silent_until_it_returns(lab: Lab) -> None:
    """S1-23, S1-25: NotReady, its pods left alone, and the cloud knows that nobody manages them."""
    lab.reconcile()
    pod = lab.add_pod()
    lab.stop()
    lab.time += lab.reconcile() or 0
    assert lab.reconcile() is None
    (condition,) = lab.node["status"]["conditions"]
    assert (condition["status"], condition["reason"]) == ("Unknown", "NodeStatusUnknown")
    assert pod["metadata"]["annotations"] == {SILENT: "true"}
    assert lab.controlled == set()
    lab.start()
    lab.reconcile()
    assert SILENT not in lab.node["metadata"]["annotations"], "kwok makes it Ready again"
    assert pod["metadata"]["annotations"] == {}
    assert lab.controlled == {NAME}


def test_a_pod_bound_to_a_silent_node_is_left_alone_too(lab: Lab) -> None:
    lab.reconcile()
    lab.stop()
    lab.time += lab.reconcile() or 0
    lab.reconcile()
    pod = lab.add_pod()
    lab.reconcile()
    assert pod["metadata"]["annotations"] == {SILENT: "true"}


def test_a_deleted_node_stays_deleted_without_its_replica(lab: Lab) -> None:
    """S1-24."""
    lab.reconcile()
    lab.stop()
    del lab.objects["Node", NAME]
    assert lab.reconcile() is None
    assert ("Node", NAME) not in lab.objects
    assert lab.controlled == set()


def test_what_it_looks_at(lab: Lab) -> None:
    lab.reconcile()
    other = {"metadata": {"name": "cn-hangzhou.10.0.0.1"}}
    namesake = {**lab.replica, "metadata": {"name": NAME, "namespace": "shop"}}
    key = lab.controller.key
    assert key("Node", lab.node) == key("Pod", lab.replica) == (NAME,)
    assert key("Node", other) is key("Pod", namesake) is key("Service", lab.node) is None
    assert lab.controller.keys_at_start() == [(NAME,)]
