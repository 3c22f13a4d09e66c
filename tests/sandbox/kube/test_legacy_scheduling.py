"""Ways to ECI that ACK has given up: what they do to where pods run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.sandbox.kube.conftest import Lab, eventually, on_eci

BURST = {"alibabacloud.com/burst-resource": "eci"}
#: Three of these fill a node, whose 3900m of CPU they share.
_BIG = {"cpu": "1200m", "memory": "1Gi"}


def big(image: str = "nginx") -> list[dict[str, Any]]:
    """The one container of a pod of which three fill a node."""
    return [{"name": "web", "image": image, "resources": {"requests": _BIG, "limits": _BIG}}]


@contextmanager
def one_node_less(lab: Lab) -> Iterator[str]:
    """ECS without one of its four nodes; its name."""
    name = next(name for name in lab.nodes() if not name.startswith("virtual-"))
    try:
        lab.merge(f"/api/v1/nodes/{name}", {"spec": {"unschedulable": True}})
        yield name
    finally:
        lab.merge(f"/api/v1/nodes/{name}", {"spec": {"unschedulable": None}})


@pytest.mark.timeout(600)
def test_a_deployment_without_hpa(lab: Lab) -> None:
    """S4-36: ECS first, then ECI; what is on ECI stays until the next release, even if ECS grows.

    And a scale-in by hand does not prefer ECI. S4-23, S4-35: by the annotation burst-resource.
    """
    namespace = lab.namespace()
    with one_node_less(lab) as name:
        lab.deploy(namespace, 11, annotations=BURST, containers=big())
        first = lab.ready(namespace, 11)
        on_first_eci = on_eci(first)
        assert len(on_first_eci) == 11 - 3 * 3, "three nodes with three pods each, then ECI"
        assert name not in first.values()
    eventually(lambda: len(lab.eci()) == 2)

    lab.scale(namespace, 9)
    fewer = lab.ready(namespace, 9)
    assert on_eci(fewer) == on_first_eci, "ECS pods went, and though a node is free, ECI pods stay"

    path = f"/apis/apps/v1/namespaces/{namespace}/deployments/web"
    release = {
        # Never more than nine at once, so that ECS has room for all.
        "strategy": {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 3}},
        "template": {"spec": {"containers": big("nginx:2")}},
    }
    lab.merge(path, {"spec": release})
    eventually(lambda: lab.client.get(path)["status"].get("updatedReplicas") == 9)
    released = lab.ready(namespace, 9)
    assert not on_eci(released), "the release puts every pod on ECS, which has room"
    eventually(lambda: not lab.eci())


def test_only_eci(lab: Lab) -> None:
    """S4-23: eci_only; S1-15: the old label of a namespace; unset means ECS only."""
    labelled = lab.namespace({"virtual-node-affinity-injection": "enabled"})
    plain = lab.namespace()
    lab.deploy(labelled, 2)
    lab.deploy(plain, 2, name="only", annotations={"alibabacloud.com/burst-resource": "eci_only"})
    lab.deploy(plain, 1, name="unset")
    assert len(on_eci(lab.ready(labelled, 2))) == 2
    where = lab.ready(plain, 3)
    assert {name.rpartition("-")[0].rpartition("-")[0] for name in on_eci(where)} == {"only"}


def test_the_preference_is_added_to_those_of_the_pod(lab: Lab) -> None:
    """The annotation outweighs a pod's own wish for a node, and keeps it."""
    namespace = lab.namespace()
    wish = {
        "weight": 5,
        "preference": {"matchExpressions": [{"key": "team", "operator": "Exists"}]},
    }
    key = "preferredDuringSchedulingIgnoredDuringExecution"
    affinity = {"nodeAffinity": {key: [wish]}}
    lab.deploy(namespace, 1, annotations=BURST, affinity=affinity)
    lab.ready(namespace, 1)
    (pod,) = lab.pods(namespace)
    own, added = pod["spec"]["affinity"]["nodeAffinity"][key]
    assert own == wish
    assert added["weight"] == 100
    assert not pod["spec"]["nodeName"].startswith("virtual-")
