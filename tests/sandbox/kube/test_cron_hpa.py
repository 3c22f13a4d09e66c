"""CronHPA: the add-on is installed, a job runs, the autoscaler it points at is moved."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.kube.client import Object
from tests.sandbox.kube.conftest import Lab, eventually

_GROUP = "/apis/autoscaling.alibabacloud.com/v1beta1"
_ADDON = "ack-kubernetes-cronhpa-controller"


@pytest.fixture
def timed(lab: Lab) -> Iterator[Lab]:
    """The shared cluster with the add-on installed."""
    cs = lab.cloud.cs
    answer = cs.install_cluster_addons(cluster_id=lab.cluster_id, addons=[{"name": _ADDON}])
    lab.finished(answer["task_id"])
    try:
        yield lab
    finally:
        cs.un_install_cluster_addons(cluster_id=lab.cluster_id, addons=[{"name": _ADDON}])
        eventually(lambda: not lab.addon_state(_ADDON))


@pytest.mark.timeout(300)
def test_a_job_moves_the_autoscaler_it_points_at(timed: Lab) -> None:
    """S2-14: CronHPA and HPA together; a target above the maximum moves both bounds."""
    lab, namespace = timed, timed.namespace()
    lab.deploy(namespace, 1)
    lab.ready(namespace, 1)
    hpa = lab.autoscale(namespace, 1, 2)
    path = f"{_GROUP}/namespaces/{namespace}/cronhorizontalpodautoscalers"
    lab.post(
        path,
        {
            "apiVersion": "autoscaling.alibabacloud.com/v1beta1",
            "kind": "CronHorizontalPodAutoscaler",
            "metadata": {"name": "web", "namespace": namespace},
            "spec": {
                "scaleTargetRef": {
                    "apiVersion": "autoscaling/v1",
                    "kind": "HorizontalPodAutoscaler",
                    "name": "web",
                },
                "jobs": [
                    {"name": "up", "schedule": "@every 1s", "targetSize": 3, "runOnce": True},
                    {"name": "down", "schedule": "0 0 3 29 2 *", "targetSize": 1},
                ],
            },
        },
    )

    def conditions() -> dict[str, Object]:
        told = lab.client.get(f"{path}/web").get("status", {}).get("conditions", [])
        return {one["name"]: one for one in told}

    eventually(lambda: conditions().get("up", {}).get("state") == "Succeed")
    assert conditions()["down"]["state"] == "Submitted"
    bounds = lab.client.get(hpa)["spec"]
    assert (bounds["minReplicas"], bounds["maxReplicas"]) == (3, 3)
    lab.ready(namespace, 3)
    done = "cron hpa job up executed successfully. current replicas:1, desired replicas:3."
    assert conditions()["up"]["message"] == done
    assert eventually(lambda: lab.events(namespace, "Succeed")) == [done], "it ran once"
