"""The owner of the data centre, without a control plane."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from sandbox.cloud.cs.backend import ClusterRecord
from sandbox.controllers.controller import EVERYTHING
from sandbox.controllers.data_centre.controller import DataCentre
from sandbox.kube.client import Object
from tests.unit.controllers.test_node_objects import CLUSTER

MASTER = "iz8vb1xtnuu0ne6b58hvx0z"
MANIFEST = """
kind: ServiceAccount
metadata: {name: ack, namespace: kube-system}
---
kind: Deployment
metadata: {name: ack-cluster-agent, namespace: kube-system}
"""


class Lab:
    """A registration and what the owner does about it."""

    def __init__(self) -> None:
        self.cluster: ClusterRecord | None = replace(
            CLUSTER, status="initial", version="", registered=True
        )
        self.nodes: dict[str, Object] = {}
        self.pods: list[Object] = []
        self.applied: list[str] = []
        self.told: list[str] = []
        self.breaks = False
        context: Any = SimpleNamespace(
            cluster_id="c1",
            backend=SimpleNamespace(
                cluster=lambda cluster_id: self.cluster,
                agent_manifest=lambda cluster_id: MANIFEST,
                agent_applied=self._mark,
                agent_connected=lambda cluster_id, version: self.told.append(version),
                agent_lost=lambda cluster_id: self.told.append("lost"),
            ),
            client=SimpleNamespace(
                get=lambda path: {"gitVersion": "v1.36.2"},
                find=lambda kind, name: self.nodes.get(name),
                create=lambda node: self.nodes.update({node["metadata"]["name"]: node}),
                apply=self._apply,
            ),
            objects=lambda kind: self.pods,
        )
        self.owner = DataCentre(context)

    def reconcile(self, **changes: Any) -> float | None:
        assert self.cluster is not None
        self.cluster = replace(self.cluster, **changes)
        return self.owner.reconcile(EVERYTHING)

    def add_agent(self, *, ready: bool) -> Object:
        status = {"conditions": [{"type": "Ready", "status": str(ready)}]}
        metadata = {"name": "agent", "labels": {"app": "ack-cluster-agent"}}
        pod: Object = {"kind": "Pod", "metadata": metadata, "status": status}
        self.pods.append(pod)
        return pod

    def _apply(self, obj: Object) -> None:
        if self.breaks and obj["kind"] == "Deployment":
            raise ConnectionError
        self.applied.append(obj["kind"])

    def _mark(self, cluster_id: str) -> None:
        assert self.cluster is not None
        self.cluster = replace(self.cluster, agent_applied=True)


@pytest.fixture
def lab() -> Lab:
    return Lab()


def test_the_manifest_is_applied_when_the_registration_waits(lab: Lab) -> None:
    """S0-08, S0-09: one master first; the agent once there is something to apply, and once only."""
    assert lab.reconcile() is not None, "the registration is not there yet: look again"
    assert list(lab.nodes) == [MASTER]
    assert lab.applied == []
    assert lab.reconcile(status="waiting") is None
    assert lab.applied == ["ServiceAccount", "Deployment"]
    assert lab.told == []
    lab.reconcile()
    assert lab.applied == ["ServiceAccount", "Deployment"]


def test_the_master_is_one_of_kubeadm(lab: Lab) -> None:
    """S0-09, S0-11: its kubelet has the version of the API server; pods of users go elsewhere."""
    lab.reconcile()
    node = lab.nodes[MASTER]
    role = "node-role.kubernetes.io/control-plane"
    assert node["metadata"]["labels"][role] == ""
    assert node["spec"]["taints"] == [{"key": role, "effect": "NoSchedule"}]
    assert node["status"]["nodeInfo"]["kubeletVersion"] == "v1.36.2"
    assert "providerID" not in node["spec"]


def test_a_kill_while_applying_is_repaired(lab: Lab) -> None:
    lab.breaks = True
    with pytest.raises(ConnectionError):
        lab.reconcile(status="waiting")
    lab.breaks = False
    lab.reconcile()
    assert lab.applied == ["ServiceAccount", "ServiceAccount", "Deployment"]


def test_the_agents_pods_decide_whether_the_cluster_is_connected(lab: Lab) -> None:
    lab.reconcile(status="waiting", agent_applied=True)
    lab.add_agent(ready=False)
    lab.reconcile()
    lab.add_agent(ready=True)
    lab.reconcile()
    lab.pods.clear()
    lab.reconcile(status="running")
    assert lab.told == ["lost", "lost", "1.36.2", "lost"]
    assert lab.applied == [], "what the user took away is not put back"


def test_what_it_looks_at(lab: Lab) -> None:
    other: Object = {"kind": "Pod", "metadata": {"name": "web"}}
    assert lab.owner.key("Pod", lab.add_agent(ready=True)) == EVERYTHING
    assert lab.owner.key("Pod", other) is None
    assert lab.owner.key("Node", other) is None
    assert lab.owner.keys_at_start() == [EVERYTHING]


def test_a_registration_that_is_gone(lab: Lab) -> None:
    lab.reconcile(status="waiting")
    lab.cluster = None
    assert lab.owner.reconcile(EVERYTHING) is None
