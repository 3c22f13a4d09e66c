"""When a machine of the cloud becomes a node of a data centre's cluster."""

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
