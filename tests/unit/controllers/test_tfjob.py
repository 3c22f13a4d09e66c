"""What the legacy training operator makes of a TFJob, and tells of it (S3-23, S3-25)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.controllers.tfjob.replicas import leader, pod, service
from sandbox.controllers.tfjob.status import is_over, retryable, updated

NOW = "2020-03-20T11:21:47Z"


def job(**replicas: int) -> dict[str, Any]:
    """The article's job: PS 2 and Worker 4 unless others are given."""
    given = replicas or {"PS": 2, "Worker": 4}
    template = {"spec": {"containers": [{"name": "tensorflow", "image": "a:1"}]}}
    specs = {
        kind: {"replicas": count, "restartPolicy": "Never", "template": template}
        for kind, count in given.items()
    }
    return {
        "metadata": {"name": "dist-mnist-for-e2e-test", "namespace": "default", "uid": "u"},
        "spec": {"tfReplicaSpecs": specs},
    }


def pods(of: dict[str, Any], **phases: list[str]) -> dict[str, list[Any]]:
    """Pods of each type in these phases."""
    return {
        kind: [
            {**pod(of, kind, index), "status": {"phase": phase}}
            for index, phase in enumerate(found)
        ]
        for kind, found in phases.items()
    }


def conditions(status: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["type"], one["status"]) for one in status["conditions"]]


def test_a_pod_has_the_names_and_labels_of_the_operator():
    made = pod(job(), "Worker", 3)
    assert made["metadata"]["name"] == "dist-mnist-for-e2e-test-worker-3"
    assert made["metadata"]["labels"] == {
        "training.kubeflow.org/operator-name": "tfjob-controller",
        "training.kubeflow.org/job-name": "dist-mnist-for-e2e-test",
        "training.kubeflow.org/replica-type": "worker",
        "training.kubeflow.org/replica-index": "3",
    }
    assert made["spec"]["restartPolicy"] == "Never"
    first = pod(job(), "Worker", 0)["metadata"]["labels"]
    assert first["training.kubeflow.org/job-role"] == "master"
    assert "training.kubeflow.org/job-role" not in pod(job(), "PS", 0)["metadata"]["labels"]


def test_a_chief_takes_the_place_of_the_first_worker():
    one = job(Chief=1, Worker=2)
    assert leader(one) == "Chief"
    assert "training.kubeflow.org/job-role" not in pod(one, "Worker", 0)["metadata"]["labels"]


def test_the_pods_find_each_other_by_tf_config():
    [container] = pod(job(PS=1, Worker=2), "Worker", 1)["spec"]["containers"]
    [variable] = container["env"]
    host = "dist-mnist-for-e2e-test-{}.default.svc:2222"
    assert json.loads(variable["value"]) == {
        "cluster": {
            "ps": [host.format("ps-0")],
            "worker": [host.format("worker-0"), host.format("worker-1")],
        },
        "task": {"type": "worker", "index": 1},
        "environment": "cloud",
    }
    assert service(job(), "PS", 0)["spec"]["ports"] == [{"name": "tfjob-port", "port": 2222}]


def test_a_job_of_one_pod_needs_no_tf_config():
    [container] = pod(job(Worker=1), "Worker", 0)["spec"]["containers"]
    assert "env" not in container


def test_the_template_is_not_changed_by_what_is_added():
    one = job()
    pod(one, "Worker", 0)
    [container] = one["spec"]["tfReplicaSpecs"]["Worker"]["template"]["spec"]["containers"]
    assert container == {"name": "tensorflow", "image": "a:1"}


def test_it_is_created_then_running_then_succeeded():
    """S3-25: the three conditions that the article prints, PS and workers counted as succeeded."""
    one = job(PS=1, Worker=1)
    one["status"] = updated(one, {}, "2020-03-20T10:13:14Z")
    assert conditions(one["status"]) == [("Created", "True")]
    one["status"] = updated(one, pods(one, PS=["Running"], Worker=["Running"]), NOW)
    assert conditions(one["status"]) == [("Created", "True"), ("Running", "True")]
    assert one["status"]["replicaStatuses"] == {"PS": {"active": 1}, "Worker": {"active": 1}}
    found = updated(one, pods(one, PS=["Running"], Worker=["Succeeded"]), NOW)
    assert conditions(found) == [("Created", "True"), ("Running", "False"), ("Succeeded", "True")]
    assert found["replicaStatuses"] == {"PS": {"succeeded": 1}, "Worker": {"succeeded": 1}}
    assert found["completionTime"] == NOW
    assert is_over(found)


def test_the_first_worker_decides_unless_all_must_succeed():
    one = job()
    ended = pods(one, Worker=["Succeeded", "Running", "Running", "Running"])
    assert is_over(updated(one, ended, NOW))
    one["spec"]["successPolicy"] = "AllWorkers"
    assert not is_over(updated(one, ended, NOW))


def test_another_worker_alone_does_not_end_the_job():
    one = job()
    found = updated(one, pods(one, Worker=["Running", "Succeeded", "Running", "Running"]), NOW)
    assert not is_over(found)


def test_a_failed_pod_fails_the_job_where_it_is_never_restarted():
    one = job()
    found = updated(one, pods(one, PS=["Running"], Worker=["Running", "Failed"]), NOW)
    assert conditions(found)[-1] == ("Failed", "True")
    assert found["conditions"][-1]["message"] == (
        "TFJob default/dist-mnist-for-e2e-test has failed because 1 Worker replica(s) failed."
    )


@pytest.mark.parametrize(
    ("policy", "code", "again"),
    [("ExitCode", 127, False), ("ExitCode", 128, True), ("Never", 137, False)],
)
def test_only_a_signal_is_tried_again(policy, code, again):
    one = job()
    one["spec"]["tfReplicaSpecs"]["Worker"]["restartPolicy"] = policy
    [failed] = pods(one, Worker=["Failed"])["Worker"]
    failed["status"]["containerStatuses"] = [{"state": {"terminated": {"exitCode": code}}}]
    assert retryable(one, "Worker", failed) is again
    if again:
        found = updated(one, {"Worker": [failed]}, NOW, "Worker")
        assert conditions(found)[-1] == ("Restarting", "True")
        assert not is_over(found)


def test_the_same_look_changes_nothing():
    one = job()
    seen = pods(one, PS=["Running"] * 2, Worker=["Running"] * 4)
    one["status"] = updated(one, seen, NOW)
    assert updated(one, seen, "2020-03-20T12:00:00Z") == one["status"]
