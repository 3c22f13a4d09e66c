"""TFJob and TrainJob from their creation to their end, on a made-up API server (S3-22, S3-23)."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.controllers.tfjob.controller import TFJobs
from sandbox.controllers.trainer.controller import TrainJobs
from sandbox.kube.client import ApiError
from tests.unit.controllers.test_tfjob import job
from tests.unit.controllers.test_trainer import runtime, train_job
from tests.unit.controllers.training import Cluster

KEY = ("default", "dist-mnist-for-e2e-test")


def tf_job(**policy: str) -> dict[str, Any]:
    made = {**job(), "apiVersion": "kubeflow.org/v1", "kind": "TFJob"}
    made["spec"]["runPolicy"] = policy
    return made


def phase(cluster: Cluster, name: str, phase: str) -> None:
    """What happens to a pod."""
    cluster.found["Pod", "default", name]["status"] = {"phase": phase}


def state(cluster: Cluster, kind: str) -> list[str]:
    [one] = cluster.of(kind)
    return [c["type"] for c in one["status"].get("conditions", []) if c["status"] == "True"]


def test_six_pods_and_their_services_are_made_once():
    cluster = Cluster(tf_job())
    controller = TFJobs(cluster.context)
    assert controller.reconcile(KEY) is not None, "it looks again until the pods are there"
    assert len(cluster.names("Pod")) == len(cluster.names("Service")) == 6
    assert controller.reconcile(KEY) is None
    assert len(cluster.names("Pod")) == 6
    assert controller.key("Pod", cluster.of("Pod")[0]) == KEY


@pytest.mark.parametrize(
    ("policy", "left"),
    [("None", ["ps-0", "ps-1", "worker-0", "worker-1"]), ("Running", ["worker-0"]), ("All", [])],
)
def test_the_policy_says_what_is_left_at_the_end(policy, left):
    cluster = Cluster(tf_job(cleanPodPolicy=policy))
    [one] = cluster.of("TFJob")
    one["spec"]["tfReplicaSpecs"]["Worker"]["replicas"] = 2
    controller = TFJobs(cluster.context)
    controller.reconcile(KEY)
    for name in cluster.names("Pod"):
        phase(cluster, name, "Running")
    controller.reconcile(KEY)
    assert state(cluster, "TFJob") == ["Created", "Running"]
    phase(cluster, f"{KEY[1]}-worker-0", "Succeeded")
    controller.reconcile(KEY)
    assert state(cluster, "TFJob") == ["Created", "Succeeded"]
    controller.reconcile(KEY)
    assert [name.removeprefix(f"{KEY[1]}-") for name in cluster.names("Pod")] == left
    assert "Normal TFJobSucceeded" in cluster.events


def test_a_failed_pod_of_a_job_that_never_restarts_is_not_made_again():
    cluster = Cluster(tf_job())
    controller = TFJobs(cluster.context)
    controller.reconcile(KEY)
    phase(cluster, f"{KEY[1]}-worker-2", "Failed")
    controller.reconcile(KEY)
    assert state(cluster, "TFJob") == ["Created", "Failed"]
    controller.reconcile(KEY)
    assert cluster.found["Pod", "default", f"{KEY[1]}-worker-2"]["status"]["phase"] == "Failed"


def test_a_pod_that_may_come_again_does():
    cluster = Cluster(tf_job())
    [one] = cluster.of("TFJob")
    one["spec"]["tfReplicaSpecs"]["Worker"]["restartPolicy"] = "ExitCode"
    controller = TFJobs(cluster.context)
    controller.reconcile(KEY)
    name = f"{KEY[1]}-worker-2"
    ended = {"state": {"terminated": {"exitCode": 137}}}
    cluster.found["Pod", "default", name]["status"] = {
        "phase": "Failed",
        "containerStatuses": [ended],
    }
    controller.reconcile(KEY)
    assert state(cluster, "TFJob") == ["Created", "Restarting"]
    controller.reconcile(KEY)
    assert cluster.found["Pod", "default", name]["status"] == {}


def test_a_suspended_job_makes_nothing():
    cluster = Cluster(tf_job(suspend=True))  # type: ignore[arg-type]
    assert TFJobs(cluster.context).reconcile(KEY) is None
    assert cluster.names("Pod") == []


def test_a_quota_that_refuses_pods_is_told():
    cluster = Cluster(tf_job())
    cluster.refuse = ApiError(403, "Forbidden", "exceeded quota: offline")
    assert TFJobs(cluster.context).reconcile(KEY) is not None
    assert "Warning FailedCreatePod" in cluster.events


def trained() -> tuple[dict[str, Any], dict[str, Any]]:
    about = {"apiVersion": "trainer.kubeflow.org/v1alpha1"}
    policy = {"operator": "All", "targetReplicatedJobs": ["node"]}
    place = {"name": "r", "namespace": "offline"}
    used = {**about, "kind": "TrainingRuntime", "metadata": place, **runtime(**policy)}
    return {**about, "kind": "TrainJob", **train_job(numNodes=4)}, used


def test_a_train_job_waits_for_its_runtime():
    wanted, used = trained()
    cluster = Cluster(wanted)
    controller = TrainJobs(cluster.context)
    assert controller.reconcile(("offline", "mnist")) is not None
    assert state(cluster, "TrainJob") == ["Failed"]
    cluster.put(used)
    controller.reconcile(("offline", "mnist"))
    assert state(cluster, "TrainJob") == []
    assert cluster.names("Job") == ["mnist-node-0", "mnist-ps-0"]
    assert cluster.names("Service") == ["mnist"]


def test_what_still_runs_is_removed_when_the_nodes_are_done():
    cluster = Cluster(*trained())
    controller = TrainJobs(cluster.context)
    key = ("offline", "mnist")
    controller.reconcile(key)
    done = {"conditions": [{"type": "Complete", "status": "True"}]}
    cluster.found["Job", "offline", "mnist-node-0"]["status"] = done
    controller.reconcile(key)
    assert state(cluster, "TrainJob") == ["Complete"]
    controller.reconcile(key)
    assert cluster.names("Job") == ["mnist-node-0"]


def test_a_job_goes_on_when_it_is_no_longer_suspended():
    wanted, used = trained()
    wanted["spec"]["suspend"] = True
    cluster = Cluster(wanted, used)
    controller = TrainJobs(cluster.context)
    key = ("offline", "mnist")
    controller.reconcile(key)
    assert {one["spec"]["suspend"] for one in cluster.of("Job")} == {True}
    [one] = cluster.of("TrainJob")
    one["spec"]["suspend"] = False
    controller.reconcile(key)
    assert {one["spec"]["suspend"] for one in cluster.of("Job")} == {False}
