"""When a machine of a node pool becomes a node, and what goes with it."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from sandbox.controllers.controller import EVERYTHING
from sandbox.controllers.nodes import Nodes
from sandbox.kube.client import Object
from tests.unit.controllers.test_node_objects import CLUSTER, INSTANCE, NODE


def joined(settings: Object | None, *, registered: bool = True) -> tuple[list[str], float | None]:
    """Names of the nodes that were made of one running instance, and when to look again."""
    record = replace(NODE, instance=INSTANCE | {"Status": "Running"})
    made: list[Object] = []
    context: Any = SimpleNamespace(
        cluster_id="c1",
        backend=SimpleNamespace(
            cluster=lambda cluster_id: replace(CLUSTER, registered=registered),
            nodes=lambda cluster_id: [record],
        ),
        client=SimpleNamespace(
            find=lambda kind, name, namespace: settings if name == "ack-agent-config" else None,
            create=made.append,
        ),
        objects=lambda kind: [],
    )
    again = Nodes(context).reconcile(EVERYTHING)
    return [node["metadata"]["name"] for node in made], again


@pytest.mark.parametrize(
    "settings",
    [
        None,
        {},
        {"data": {"addNodeScriptPath": ""}},
        {"data": {"addNodeScriptPath": "https://files.idc.example/join-ecs-node.sh"}},
        {"data": {"addNodeScriptPath": "http://10.0.0.9/join-ecs-node.sh"}},
    ],
)
def test_a_cluster_of_kubeadm_takes_nodes_with_or_without_a_script(settings: Object | None) -> None:
    assert joined(settings) == (["cn-hangzhou.192.168.1.1"], None)


@pytest.mark.parametrize("path", ["/root/join.sh", "join.sh", "oss://bucket/join.sh"])
def test_no_machine_joins_by_a_script_that_it_cannot_get(path: str) -> None:
    names, again = joined({"data": {"addNodeScriptPath": path}})
    assert names == []
    assert again is not None, "until the setting is right"


def test_a_managed_cluster_has_no_such_setting() -> None:
    names, _ = joined({"data": {"addNodeScriptPath": "x"}}, registered=False)
    assert names == ["cn-hangzhou.192.168.1.1"]


def test_a_node_goes_before_the_pods_that_are_left_on_it() -> None:
    """DaemonSets would put new pods on it, which only the garbage collector ends, much later."""
    labels = {"alibabacloud.com/ecs-instance-id": "i-gone"}
    node: Object = {"kind": "Node", "metadata": {"name": "n", "labels": labels}, "spec": {}}
    pods: list[Object] = [
        {"kind": "Pod", "metadata": {"name": name}, "spec": {"nodeName": on}}
        for name, on in (("daemon", "n"), ("web", "other"))
    ]
    gone: list[str] = []
    context: Any = SimpleNamespace(
        cluster_id="c1",
        backend=SimpleNamespace(cluster=lambda cluster_id: CLUSTER, nodes=lambda cluster_id: []),
        client=SimpleNamespace(delete=lambda obj, at_once=False: gone.append(obj["kind"])),
        objects=lambda kind: [node] if kind == "Node" else pods,
    )
    Nodes(context).reconcile(EVERYTHING)
    assert gone == ["Node", "Pod"]
