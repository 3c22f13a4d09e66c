"""ElasticWorkload: a Deployment on ECS and its clone on ECI, scaled by the real autoscaler."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.kube.client import Object
from tests.sandbox.kube.conftest import Lab, eventually, on_eci
from tests.sandbox.kube.test_legacy_scheduling import BURST

_GROUP = "/apis/autoscaling.alibabacloud.com/v1beta1"
_CHART = "ack-kubernetes-elastic-workload"


@pytest.fixture
def elastic(lab: Lab) -> Iterator[Lab]:
    """The shared cluster with the chart installed."""
    path = f"/api/v1/namespaces/kube-system/configmaps/{_CHART}"
    lab.client.create(
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {
                "name": _CHART,
                "namespace": "kube-system",
                "labels": {"ackb/sandbox-extension": _CHART},
            },
        }
    )
    try:
        eventually(lambda: lab.client.get(f"{_GROUP}/elasticworkloads"))
        yield lab
    finally:
        lab.client.call("DELETE", path)
        kind = "elasticworkloads.autoscaling.alibabacloud.com"
        eventually(lambda: lab.client.find("CustomResourceDefinition", kind) is None)


def workload(namespace: str, replicas: int, most: int, **unit: Any) -> Object:
    """An ElasticWorkload over the Deployment `web`, with one unit on ECI."""
    return {
        "apiVersion": "autoscaling.alibabacloud.com/v1beta1",
        "kind": "ElasticWorkload",
        "metadata": {"name": "web", "namespace": namespace},
        "spec": {
            "sourceTarget": {
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "name": "web",
                "min": 2,
                "max": most,
            },
            "replicas": replicas,
            "elasticUnit": [{"name": "eci", "labels": {"alibabacloud.com/eci": "true"}, **unit}],
        },
    }


def is_released(deployment: Object, image: str) -> bool:
    """Whether all pods of a Deployment run the image and no others are left."""
    spec, status = deployment["spec"], deployment["status"]
    counts = [status.get(key, 0) for key in ("replicas", "updatedReplicas", "readyReplicas")]
    seen = status.get("observedGeneration") == deployment["metadata"]["generation"]
    images = {one["image"] for one in spec["template"]["spec"]["containers"]}
    return images == {image} and seen and counts == [spec["replicas"]] * 3


@pytest.mark.timeout(600)
def test_a_deployment_with_hpa(elastic: Lab) -> None:
    """S4-37, S4-27, S2-11: normal pods on ECS, those of the HPA on ECI, which alone go again.

    A release changes the image of the source only; the unit follows.
    """
    lab, namespace = elastic, elastic.namespace()
    lab.deploy(namespace, 4, annotations=BURST)
    normal = lab.ready(namespace, 4)
    assert not on_eci(normal)
    path = f"{_GROUP}/namespaces/{namespace}/elasticworkloads"
    lab.post(path, workload(namespace, replicas=4, most=4))
    target = ("autoscaling.alibabacloud.com/v1beta1", "ElasticWorkload")
    hpa = lab.autoscale(namespace, 7, 10, target, window=0)
    grown = lab.ready(namespace, 7, 120)
    assert normal.keys() <= grown.keys()
    assert on_eci(grown) == grown.keys() - normal.keys(), "all pods of the HPA are on ECI"

    deployments = f"/apis/apps/v1/namespaces/{namespace}/deployments"
    (container,) = lab.client.get(f"{deployments}/web")["spec"]["template"]["spec"]["containers"]
    release = {"spec": {"template": {"spec": {"containers": [container | {"image": "nginx:2"}]}}}}
    lab.merge(f"{deployments}/web", release)

    def are_released() -> bool:
        both = [lab.client.get(f"{deployments}/{name}") for name in ("web", "web-unit-eci")]
        return all(is_released(one, "nginx:2") for one in both)

    eventually(are_released)
    released = lab.ready(namespace, 7)
    assert len(on_eci(released)) == 3

    lab.merge(hpa, {"spec": {"minReplicas": 4}})
    rest = lab.ready(namespace, 4, 180)
    assert rest.keys() == released.keys() - on_eci(released), "exactly the pods on ECI went"
    eventually(lambda: not lab.eci())
    status = eventually(lambda: lab.client.get(f"{path}/web").get("status"))
    assert status["sourceTarget"]["desiredReplicas"] == 4
    assert [one["desiredReplicas"] for one in status["elasticUnitsStatus"]] == [0]
