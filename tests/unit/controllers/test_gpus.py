"""What GPU nodes offer, and the add-on that lets them, without a control plane."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from sandbox.cloud.cs.backend import AddonRecord
from sandbox.controllers.controller import EVERYTHING
from sandbox.controllers.gpus.capacity import Gpus
from sandbox.controllers.gpus.device_plugin import DevicePlugin
from sandbox.kube.client import Object

GPU = "nvidia.com/gpu"
OWN = "nvcr.io/nvidia/k8s-device-plugin:v0.17.4"


class Lab:
    """Nodes and pods that the controllers look at and change."""

    def __init__(self) -> None:
        self.nodes: dict[str, Object] = {}
        self.pods: list[Object] = []
        self.addon: AddonRecord | None = AddonRecord(
            name="ack-nvidia-device-plugin", status="active", config={}
        )
        self.daemon_sets: dict[str, Object] = {}
        self.calls: list[str] = []
        context: Any = SimpleNamespace(
            cluster_id="c1",
            client=self,
            cloud=SimpleNamespace(region="cn-hangzhou"),
            backend=SimpleNamespace(addon=lambda cluster_id, name: self.addon),
            objects=lambda kind: list(self.nodes.values()) if kind == "Node" else self.pods,
        )
        self.context = context
        self.gpus = Gpus(context)
        self.plugin = DevicePlugin(context)

    def add_node(self, name: str, cards: int = 0) -> Object:
        labels = {"aliyun.accelerator/nvidia_count": str(cards)} if cards else {}
        node: Object = {
            "kind": "Node",
            "metadata": {"name": name, "labels": labels},
            "status": {"capacity": {"cpu": "4"}, "allocatable": {"cpu": "4"}},
        }
        self.nodes[name] = node
        return node

    def add_plugin(self, node: str, phase: str = "Running", image: str = OWN) -> Object:
        pod: Object = {
            "kind": "Pod",
            "metadata": {"name": f"plugin-{node}"},
            "spec": {"nodeName": node, "containers": [{"name": "sidecar", "image": "busybox"}]},
            "status": {"phase": phase},
        }
        pod["spec"]["containers"].append({"name": "plugin", "image": image})
        self.pods.append(pod)
        return pod

    def amounts(self, name: str) -> tuple[str | None, str | None]:
        status = self.nodes[name]["status"]
        return status["capacity"].get(GPU), status["allocatable"].get(GPU)

    # The API server

    def patch(self, obj: Object, change: Object, subresource: str = "") -> None:
        assert subresource == "status", "a node's sizes are in its status"
        self.calls.append(f"patch {obj['metadata']['name']}")
        for field, amounts in change["status"].items():
            self.nodes[obj["metadata"]["name"]]["status"][field].update(amounts)

    def find(self, kind: str, name: str, namespace: str = "") -> Object | None:
        self.calls.append(f"find {kind} {namespace}/{name}")
        return self.daemon_sets.get(name)

    def apply(self, obj: Object) -> None:
        self.daemon_sets[obj["metadata"]["name"]] = obj

    def delete(self, obj: Object) -> None:
        self.daemon_sets.pop(obj["metadata"]["name"], None)


@pytest.fixture
def lab() -> Lab:
    return Lab()


def test_a_card_is_offered_once_a_plugin_runs(lab: Lab) -> None:
    """S0-13, S0-14: and not before; nodes without a card, or without a plug-in, offer none."""
    lab.add_node("one", cards=1)
    lab.add_node("four", cards=4)
    lab.add_node("none")
    lab.add_plugin("none")
    starting = lab.add_plugin("one", phase="Pending")
    lab.gpus.reconcile(EVERYTHING)
    assert lab.calls == []
    starting["status"]["phase"] = "Running"
    lab.add_plugin("four", image="registry-cn-hangzhou-vpc.ack.aliyuncs.com/acs/k8s-device-plugin")
    lab.gpus.reconcile(EVERYTHING)
    assert lab.amounts("one") == ("1", "1")
    assert lab.amounts("four") == ("4", "4")
    assert lab.amounts("none") == (None, None)
    lab.calls.clear()
    lab.gpus.reconcile(EVERYTHING)
    assert lab.calls == [], "nothing has changed"


def test_a_plugin_that_is_gone_takes_its_offer_along(lab: Lab) -> None:
    """A kubelet then shows 0, not nothing."""
    lab.add_node("one", cards=1)
    pod = lab.add_plugin("one")
    lab.gpus.reconcile(EVERYTHING)
    pod["status"]["phase"] = "Failed"
    lab.gpus.reconcile(EVERYTHING)
    assert lab.amounts("one") == ("0", "0")
    lab.pods.clear()
    lab.calls.clear()
    lab.gpus.reconcile(EVERYTHING)
    assert lab.calls == []


def test_what_it_looks_at(lab: Lab) -> None:
    plugin = lab.add_plugin("one")
    other: Object = {"kind": "Pod", "spec": {"containers": [{"image": "nginx"}]}}
    assert lab.gpus.key("Node", lab.add_node("one", cards=1)) == EVERYTHING
    assert lab.gpus.key("Node", lab.add_node("none")) is None
    assert lab.gpus.key("Pod", plugin) == EVERYTHING
    assert lab.gpus.key("Pod", other) is None
    assert lab.gpus.keys_at_start() == [EVERYTHING]


def test_the_add_on_is_a_daemon_set_from_the_first_gpu_node_on(lab: Lab) -> None:
    lab.add_node("none")
    lab.plugin.reconcile(EVERYTHING)
    assert lab.daemon_sets == {}
    node = lab.add_node("one", cards=1)
    assert lab.plugin.key("Node", node) == EVERYTHING
    lab.plugin.reconcile(EVERYTHING)
    made = lab.daemon_sets["ack-nvidia-device-plugin"]
    spec = made["spec"]["template"]["spec"]
    assert made["metadata"]["namespace"] == "kube-system"
    assert spec["nodeSelector"] == {"ack.node.gpu.schedule": "default"}
    assert spec["tolerations"] == [{"operator": "Exists"}], "also on nodes kept for GPU pods"
    del lab.nodes["one"]
    lab.plugin.reconcile(EVERYTHING)
    assert lab.daemon_sets, "it stays when the last GPU node goes"
    assert lab.calls == ["find DaemonSet kube-system/ack-nvidia-device-plugin"], "asked once"


@pytest.mark.parametrize("status", ["deleting", "gone"])
def test_it_goes_with_the_add_on(lab: Lab, status: str) -> None:
    lab.add_node("one", cards=1)
    lab.plugin.reconcile(EVERYTHING)
    assert lab.daemon_sets
    gone = AddonRecord(name="ack-nvidia-device-plugin", status="deleting", config={})
    lab.addon = gone if status == "deleting" else None
    after_a_restart = DevicePlugin(lab.context)
    after_a_restart.reconcile(EVERYTHING)
    assert lab.daemon_sets == {}
    lab.addon = AddonRecord(name="ack-nvidia-device-plugin", status="active", config={})
    after_a_restart.reconcile(EVERYTHING)
    assert lab.daemon_sets, "installed again"
